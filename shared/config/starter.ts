import type { Detected, Found } from '../contract/detected.ts';
import type { EngineKind } from '../model.ts';
import { defaultCommand, defaultPort } from './schema.ts';
import { servable } from './starter-choices.ts';
import { flowYaml, type Json } from './write.ts';

export interface StarterPick {
  readonly found: Found;
  /** The folder or model that it is to serve (`servable`); `null` when none is needed or chosen. */
  readonly serves: string | null;
  /** Name of the secret that holds its API key; `null` when it needs none. */
  readonly secret: string | null;
}

/** A server that somebody named; tested before it is written. */
export interface StarterServer {
  /** The base to which `/chat/completions` is appended. */
  readonly url: string;
  readonly secret: string | null;
}

export interface StarterChoice {
  readonly gatewayPort: number;
  readonly picks: readonly StarterPick[];
  readonly servers?: readonly StarterServer[];
  readonly launchAtLogin?: boolean;
  readonly startHidden?: boolean;
}

/**
 * The text of a first config: short, with comments, valid. Only what was ticked and can work as it stands becomes an engine; what
 * still needs a word from the user (a model that is not on this disk) stands there as a comment, and what is blocked not at all.
 */
export function composeConfig(choice: StarterChoice): string {
  const { gatewayPort, picks, servers = [], launchAtLogin = false, startHidden = false } = choice;
  const names = new Set<string>();
  // two rows may be one server: the program and what answers on its port
  const ports = new Set<number>([gatewayPort]);
  const engines: string[] = [];
  const usable = picks.filter((pick) => pick.found.blocked === null);
  for (const entry of [...usable.map(engineOf), ...servers.map(serverOf)]) {
    if (entry.port !== null && ports.has(entry.port)) continue;
    if (entry.port !== null) ports.add(entry.port);
    const name = freeName(entry.name, names);
    const mark = entry.unfinished ? '#' : '';
    const lines = Object.entries(entry.keys).map(([key, value]) => `  ${mark}  ${key}: ${flowYaml(value)}`);
    engines.push([`  # ${entry.note}`, `  ${mark}${name}:`, ...lines].join('\n'));
    if (!entry.unfinished) names.add(name);
  }
  const app = [
    ...(launchAtLogin ? ['  launch_at_login: true'] : []),
    ...(startHidden ? ['  start_hidden: true # in the tray, without the window'] : []),
  ];
  return [
    '# Stackyard: what serves models on this machine, behind one address.',
    '# Edit it here or in the window: comments and order stay. Every option: `stackyard check` knows it, docs/config.md explains it.',
    'version: 1',
    '',
    'gateway:',
    `  port: ${gatewayPort} ${gatewayPort === 0 ? '# any free one' : `# for clients: http://127.0.0.1:${gatewayPort}/v1`}`,
    '',
    ...(app.length > 0 ? ['app:', ...app, ''] : []),
    names.size > 0 ? 'engines:' : 'engines: {} # none yet; write e.g. `ollama: { kind: ollama }` below `engines:`',
    engines.join('\n\n'),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** What is ticked from the start: all that runs and can be used, and of each further kind the first program that can serve something. */
export function defaultPicks(detected: Detected): readonly StarterPick[] {
  const kinds = new Set<EngineKind>();
  return detected.found.flatMap((found) => {
    if (found.blocked !== null || found.running?.needs_key) return [];
    if (found.running !== null) return [{ found, serves: null, secret: null }];
    // A proxy in front of the same models again is for those who want one.
    if (found.kind === 'litellm') return [];
    const options = servable(found, detected);
    if (kinds.has(found.kind) || options?.length === 0) return [];
    kinds.add(found.kind);
    return [{ found, serves: options?.[0]?.value ?? null, secret: null }];
  });
}

/** A name for the secret with a server's key, from its address. */
export function secretNameOf(url: string): string {
  const host = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? 'server';
  return host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
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

function engineOf({ found, serves, secret }: StarterPick): Entry {
  const { kind, running } = found;
  const title = oneLine(found.title);
  const base = { name: NAMES[kind], unfinished: false, port: null };
  const key = secret === null ? {} : { api_key: secretReference(secret) };
  // Ollama with its program: used when it runs, started when it doesn't
  if (kind === 'ollama' && found.command !== null) {
    const port = running?.port ?? 11434;
    const keys = { kind, ...(port === defaultPort(kind) ? {} : { port }), ...commandOf(found) };
    return { ...base, note: 'used when it runs, else started', keys, port };
  }
  if (running !== null) {
    const { url, port } = running;
    const address = kind === 'openai' ? { url } : port === defaultPort(kind) ? {} : { port };
    // openai is external by nature
    const keys = { kind, ...(kind === 'openai' ? {} : { mode: 'external' }), ...address, ...key };
    const name = kind === 'openai' ? `server-${port}` : base.name;
    return { ...base, name, note: `${title}, already running; only used, never stopped`, keys, port };
  }
  const need = NEEDS[kind];
  if (need === undefined) return { ...base, note: title, keys: { kind, ...commandOf(found) } };
  if (serves === null) {
    const note =
      kind === 'llama.cpp'
        ? `${title}: name a folder of GGUF files`
        : `${title}: fill in \`${need.key}\` and remove the #`;
    return { ...base, unfinished: true, note, keys: { kind, ...commandOf(found), [need.key]: need.example } };
  }
  return { ...base, note: need.note, keys: { kind, ...commandOf(found), [need.key]: literal(serves) } };
}

/** The key that says what to serve. */
const NEEDS: Partial<Readonly<Record<EngineKind, { key: string; example: string; note: string }>>> = {
  'llama.cpp': {
    key: 'models_dir',
    example: '~/models',
    note: 'each model of the folder is loaded when asked for',
  },
  vllm: { key: 'model', example: 'Qwen/Qwen2.5-0.5B-Instruct', note: 'started when its model is asked for' },
  'llama-cpp-python': {
    key: 'model',
    example: '~/models/model.gguf',
    note: 'started when its model is asked for',
  },
  openai: { key: 'url', example: 'http://127.0.0.1:1234/v1', note: 'only used, never stopped' },
};

/** A program that its kind's usual name does not find is named by its path. */
function commandOf({ kind, command, on_path }: Found): { readonly command?: string } {
  return command === null || (on_path && defaultCommand(kind) !== null) ? {} : { command: literal(command) };
}

function serverOf({ url, secret }: StarterServer): Entry {
  return {
    name: secretNameOf(url).replace(/^[^a-z]+/, '') || 'server',
    note: 'only used, never started or stopped',
    keys: { kind: 'openai', url: literal(url), ...(secret === null ? {} : { api_key: secretReference(secret) }) },
    port: null,
    unfinished: false,
  };
}

const secretReference = (name: string): string => `\${secret:${name}}`;
/** A text of this machine is no reference, whatever it looks like. */
const literal = (text: string): string => text.replaceAll('${', () => '$${');

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
