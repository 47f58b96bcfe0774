/**
 * LiteLLM's config made from ours, for an engine of kind `litellm` without a file of its own. Each target becomes an entry that
 * asks our gateway for `ENGINE/MODEL`, a name that stands for exactly one engine, never for LiteLLM: so no request can come back
 * to LiteLLM (an engine at the address of the gateway or of LiteLLM is a `port_clash`), and the gateway wakes, counts and drains engines as for any other client (docs/decisions).
 */
import { stringify } from 'yaml';
import type { Config } from './schema.ts';

/** Variables that the text refers to; their values never stand in the file. */
export const GATEWAY_KEY = 'STACKYARD_GATEWAY_KEY';
export const MASTER_KEY = 'LITELLM_MASTER_KEY';

export interface GeneratedLitellm {
  readonly text: string;
  /** Names it serves, aliases included; none means that there is nothing for LiteLLM to do. */
  readonly names: readonly string[];
}

/** Of a file that LiteLLM is to run with by itself, as somebody else's proxy. */
export interface Standalone {
  /** Whether our gateway asks for a key. */
  readonly needsKey: boolean;
}

/** `gateway` is the base of our gateway, `http://127.0.0.1:4000/v1`. The same config gives the same text. */
export function generateLitellm(
  config: Config,
  gateway: string,
  standalone: Standalone | null = null,
): GeneratedLitellm {
  const usable = new Set(
    Object.entries(config.engines)
      .filter(([, engine]) => engine.kind !== 'litellm')
      .map(([name]) => name),
  );
  const entries = Object.entries(config.models).flatMap(([id, model]) => {
    const targets = model.targets.filter((target) => usable.has(target.engine));
    return targets.map((target, index) => ({
      model_name: id,
      litellm_params: {
        // Everything here speaks OpenAI's protocol; the prefix is LiteLLM's and is taken off again.
        model: `openai/${target.engine}/${target.model}`,
        api_base: gateway,
        // Without any the client that LiteLLM asks with would refuse to be made.
        api_key: standalone?.needsKey === false ? 'none' : `os.environ/${GATEWAY_KEY}`,
        ...spread(model.strategy, target.weight, index, targets.length),
      },
    }));
  });
  const served = new Set(entries.map((entry) => entry.model_name));
  const aliases = Object.entries(config.aliases).filter(([alias, of]) => served.has(of) && !served.has(alias));
  const fallbacks = Object.entries(config.models).flatMap(([id, model]) => {
    const known = model.fallbacks.filter((name) => served.has(name));
    return served.has(id) && known.length > 0 ? [{ [id]: known }] : [];
  });
  const most = Math.max(1, ...[...served].map((id) => entries.filter((entry) => entry.model_name === id).length));
  const document = {
    model_list: entries,
    router_settings: {
      // The gateway has retried already; what is left is to try the next target.
      num_retries: most - 1,
      disable_cooldowns: true,
      ...(aliases.length > 0 ? { model_group_alias: Object.fromEntries(aliases) } : {}),
      ...(fallbacks.length > 0 ? { fallbacks } : {}),
    },
    general_settings: { master_key: `os.environ/${MASTER_KEY}` },
  };
  const origin = standalone === null ? 'at every start; changes here are lost' : 'by `stackyard export litellm`';
  const text = `# Made by Stackyard from its own config ${origin}.\n${stringify(document)}`;
  return { text, names: [...served, ...aliases.map(([alias]) => alias)] };
}

/** Several entries of one name: in order of preference, or by weight. */
function spread(strategy: string, weight: number, index: number, count: number): object {
  if (count === 1) return {};
  if (strategy === 'weighted') return { weight };
  return strategy === 'priority' ? { order: index + 1 } : {};
}
