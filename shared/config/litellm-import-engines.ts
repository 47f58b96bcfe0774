/** The engines behind a LiteLLM `model_list`: one for each server and key. */
import type { Fields } from './fields.ts';
import { isLoopback } from './findings.ts';
import type { Notes } from './litellm-import-notes.ts';
import { CARRIED_PROVIDERS, familyOf, type Provider } from './litellm-providers.ts';
import type { Path } from './shape.ts';

export interface ImportedEngine {
  readonly name: string;
  kind: Provider['kind'];
  /** As in our config; `null`: Ollama at its usual place. */
  url: string | null;
  /** Port on this machine, when it is there. */
  readonly port: number | null;
  readonly apiKey: string | null;
}

export interface FoundTarget {
  readonly engine: string;
  readonly model: string;
}

export interface EngineBook {
  /** The target of an entry's `litellm_params`; `null` when it can't be carried over, which is noted. */
  readonly target: (params: Fields, path: Path, wanted: string | null) => FoundTarget | null;
  readonly engines: () => readonly ImportedEngine[];
}

/** Keys that only stand where something must. */
const PLACEHOLDER =
  /^(?:none|null|no|dummy|fake|empty|ollama|lm-?studio|anything|any|x+|test|key|sk-(?:1234|none|fake|dummy|x+|no-key.*)|fake-key|dummy-key|not[-_ ]?needed|no-key.*|not-used|unused)?$/i;

export function engineBook(notes: Notes): EngineBook {
  const engines: (ImportedEngine & { readonly identity: string })[] = [];
  const taken = (name: string) => engines.some((one) => one.name === name);

  function engine(
    provider: Provider,
    prefix: string,
    base: string,
    key: string | null,
    wanted: string | null,
  ): string {
    const place = placeOf(provider.kind, base);
    const identity = JSON.stringify([place.kind, place.url, key]);
    const known = engines.find((one) => one.identity === identity && (wanted === null || one.name === wanted));
    if (known !== undefined) return known.name;
    const name = freeName(wanted ?? nameOf(place, prefix), taken);
    engines.push({ ...place, name, apiKey: key === '' ? `\${secret:${name}}` : key, identity });
    return name;
  }

  return {
    target: (params, path, wanted) => {
      const written = params.model;
      if (typeof written !== 'string' || written === '') {
        notes.leave(path, 'It names no model.');
        return null;
      }
      if (written.startsWith('os.environ/')) {
        notes.leave(
          [...path, 'model'],
          'The model’s name comes from a variable; write the name itself under `models:`.',
        );
        return null;
      }
      const found = providerOf(written, params);
      if (found === null) {
        notes.leave([...path, 'model'], 'It names no provider that is known by its address.');
        return null;
      }
      const { prefix, model } = found;
      const base = baseOf(params, found.prefix);
      const provider = prefix === 'azure' ? AZURE : CARRIED_PROVIDERS.get(prefix);
      if (provider === undefined || model === '') {
        const why = `\`${prefix}\` does not speak OpenAI’s protocol at a known address. Keep LiteLLM for it: an engine of \`kind: litellm\` with this file as its \`config\`.`;
        notes.leave([...path, 'model'], why);
        return null;
      }
      const address = prefix === 'azure' && base !== null ? azureBase(base) : (base ?? provider.base);
      if (address === null || !isAddress(address)) {
        const why =
          address === null
            ? `\`${prefix}/\` needs an \`api_base\`, so that its server is known.`
            : 'This is no http:// or https:// address without a query.';
        notes.leave([...path, base === null ? 'model' : baseKey(params)], why);
        return null;
      }
      if (prefix === 'azure' && params.api_version !== undefined)
        notes.leave([...path, 'api_version'], 'Azure is asked at its `/openai/v1`, which takes no version.');
      const key = keyOf(params, path, base === null ? provider.key : null, notes);
      return { engine: engine(provider, prefix, address, key, wanted), model };
    },
    engines: () => engines,
  };
}

const AZURE: Provider = { kind: 'openai', base: null, key: null };

/** What LiteLLM takes for the provider, and the name that it sends. */
function providerOf(model: string, params: Fields): { readonly prefix: string; readonly model: string } | null {
  const custom = params.custom_llm_provider;
  const slash = model.indexOf('/');
  const prefix = slash > 0 ? model.slice(0, slash) : null;
  if (typeof custom === 'string' && custom !== '')
    return { prefix: custom, model: prefix === custom ? model.slice(slash + 1) : model };
  if (prefix !== null && (prefix === 'azure' || CARRIED_PROVIDERS.has(prefix)))
    return { prefix, model: model.slice(slash + 1) };
  const family = familyOf(model);
  if (family !== null) return { prefix: family, model };
  return prefix === null ? null : { prefix, model: model.slice(slash + 1) };
}

const baseKey = (params: Fields): string => (params.api_base !== undefined ? 'api_base' : 'base_url');

function baseOf(params: Fields, prefix: string): string | null {
  const written = params.api_base ?? params.base_url;
  if (typeof written !== 'string' || written === '') return null;
  const variable = VARIABLE.exec(written)?.[1];
  if (variable !== undefined) return `\${env:${variable}}`;
  // A text of this file is no reference of ours, whatever it looks like.
  const plain = written
    .trim()
    .replaceAll('${', () => '$${')
    .replace(/\/+$/, '');
  return prefix === 'ollama' || prefix === 'ollama_chat' ? plain.replace(/\/v1$/, '') : plain;
}

const VARIABLE = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/;

const isAddress = (url: string): boolean =>
  /^\$\{env:\w+\}/.test(url) || (/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/i.test(url) && !url.includes('${'));

/** `https://NAME.openai.azure.com` → its API that takes requests as OpenAI does. */
const azureBase = (base: string): string => (/\/openai\/v1$/.test(base) ? base : `${base}/openai/v1`);

/** A reference for the key; `''` for one that stood in plain text and is not copied; `null` for none. */
function keyOf(params: Fields, path: Path, usual: string | null, notes: Notes): string | null {
  const written = params.api_key;
  if (written === undefined || written === null) return usual === null ? null : `\${env:${usual}}`;
  const variable = VARIABLE.exec(String(written))?.[1];
  if (variable !== undefined) return `\${env:${variable}}`;
  if (PLACEHOLDER.test(String(written).trim())) return null;
  const why = 'The key stands in plain text and is not copied: put it into secrets.yaml under the engine’s name.';
  notes.leave([...path, 'api_key'], why);
  return '';
}

type Placed = Pick<ImportedEngine, 'kind' | 'url' | 'port'>;

function placeOf(kind: Provider['kind'], base: string): Placed {
  const parts = /^https?:\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/i.exec(base);
  const local = parts !== null && isLoopback(parts[1] ?? '');
  const https = /^https:/i.test(base);
  const port = local ? Number(parts[2] ?? (https ? 443 : 80)) : null;
  if (kind === 'ollama') {
    const usual = local && !https && port === 11434 && parts[3] === undefined;
    return { kind, url: usual ? null : base, port };
  }
  // Our vllm engines are named by the server's root; any other path makes it a plain server.
  if (kind === 'vllm') {
    if (parts !== null && parts[3] === '/v1') return { kind, url: base.slice(0, -3), port };
    return { kind: 'openai', url: base, port };
  }
  return { kind, url: base, port };
}

function nameOf({ kind, url, port }: Placed, prefix: string): string {
  if (kind === 'ollama') return 'ollama';
  const known = CARRIED_PROVIDERS.get(prefix);
  if (known?.base === url) return slug(prefix);
  if (port !== null) return kind === 'vllm' ? `vllm-${port}` : `server-${port}`;
  const host = /^https?:\/\/([^/:]+)/i.exec(url ?? '')?.[1] ?? /\$\{env:(\w+)\}/.exec(url ?? '')?.[1] ?? prefix;
  return slug(host);
}

/** A name for an engine made of any text. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '') || 'server';

function freeName(wanted: string, taken: (name: string) => boolean): string {
  let name = wanted;
  for (let n = 2; taken(name); n += 1) name = `${wanted}-${n}`;
  return name;
}
