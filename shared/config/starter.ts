import type { Found } from '../contract/detected.ts';
import type { EngineKind } from '../model.ts';
import { defaultPort } from './schema.ts';
import { flowYaml, type Json } from './write.ts';

export interface StarterChoice {
  readonly gatewayPort: number;
  /** What was ticked, of what was found. */
  readonly picks: readonly Found[];
  /** Folder of GGUF files for llama.cpp; `null` when none was chosen. */
  readonly modelFolder: string | null;
}

/**
 * The text of a first config: short, with comments, valid. Only what was ticked and can work as it stands becomes an engine; what
 * still needs a word from the user (vLLM's model, LiteLLM's file) stands there as a comment.
 */
export function composeConfig(choice: StarterChoice): string {
  const { gatewayPort, picks, modelFolder } = choice;
  const names = new Set<string>();
  // two rows may be one server: the program and what answers on its port
  const ports = new Set<number>([gatewayPort]);
  const engines: string[] = [];
  for (const pick of picks.filter((one) => one.blocked === null)) {
    const entry = engineOf(pick, modelFolder);
    if (entry.port !== null && ports.has(entry.port)) continue;
    if (entry.port !== null) ports.add(entry.port);
    const name = freeName(entry.name, names);
    const mark = entry.unfinished ? '#' : '';
    const lines = Object.entries(entry.keys).map(([key, value]) => `  ${mark}  ${key}: ${flowYaml(value)}`);
    engines.push([`  # ${entry.note}`, `  ${mark}${name}:`, ...lines].join('\n'));
    if (!entry.unfinished) names.add(name);
  }
  return [
    '# Stackyard: what serves models on this machine, behind one address.',
    '# Edit it here or in the window: comments and order stay. Every option: `stackyard check` knows it, docs/config.md explains it.',
    'version: 1',
    '',
    'gateway:',
    `  port: ${gatewayPort} ${gatewayPort === 0 ? '# any free one' : `# for clients: http://127.0.0.1:${gatewayPort}/v1`}`,
    '',
    names.size > 0 ? 'engines:' : 'engines: {} # none yet; write e.g. `ollama: { kind: ollama }` below `engines:`',
    engines.join('\n\n'),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

interface Entry {
  readonly name: string;
  readonly note: string;
  readonly keys: Readonly<Record<string, Json>>;
  /** The port on this machine that it certainly has. */
  readonly port: number | null;
  /** Needs a word from the user, so it is written as a comment. */
  readonly unfinished: boolean;
}

const NAMES: Readonly<Record<EngineKind, string>> = {
  ollama: 'ollama',
  vllm: 'vllm',
  'llama.cpp': 'llama',
  'llama-cpp-python': 'llama-python',
  litellm: 'litellm',
  openai: 'server',
};

function engineOf(pick: Found, modelFolder: string | null): Entry {
  const { kind, running } = pick;
  const base = { name: NAMES[kind], unfinished: false };
  // Ollama with its program: used when it runs, started when it doesn't
  if (kind === 'ollama' && pick.command !== null) {
    const port = running?.port ?? 11434;
    const keys = port === defaultPort(kind) ? { kind } : { kind, port };
    return { ...base, note: 'used when it runs, else started', keys, port };
  }
  if (running !== null) {
    const { url, port } = running;
    const address = kind === 'openai' ? { url } : port === defaultPort(kind) ? {} : { port };
    // openai is external by nature
    const keys = { kind, ...(kind === 'openai' ? {} : { mode: 'external' }), ...address };
    const name = kind === 'openai' ? `server-${port}` : base.name;
    return { ...base, name, note: `${oneLine(pick.title)}, already running; only used, never stopped`, keys, port };
  }
  const title = oneLine(pick.title);
  if (kind === 'llama.cpp') {
    return modelFolder === null
      ? {
          ...base,
          unfinished: true,
          note: `${title}: name a folder of GGUF files`,
          keys: { kind, models_dir: '~/models' },
          port: null,
        }
      : {
          ...base,
          note: 'each model of the folder is loaded when asked for',
          keys: { kind, models_dir: modelFolder },
          port: null,
        };
  }
  const needs: Partial<Record<EngineKind, Record<string, string>>> = {
    vllm: { model: 'Qwen/Qwen2.5-0.5B-Instruct' },
    'llama-cpp-python': { model: '~/models/model.gguf' },
    litellm: { config: '~/litellm.yaml' },
    openai: { url: 'http://127.0.0.1:1234/v1' },
  };
  const need = needs[kind] ?? {};
  const key = Object.keys(need)[0] ?? 'model';
  return {
    ...base,
    unfinished: true,
    note: `${title}: fill in \`${key}\` and remove the #`,
    keys: { kind, ...need },
    port: null,
  };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}-${n}`;
  return name;
}

const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 60);
