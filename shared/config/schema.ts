/**
 * The config file, defined once: types, findings, `assets/stackyard.schema.json` and `docs/config.md` are derived from here.
 * Keys are those of the file; durations come out in milliseconds, sizes in bytes, defaults filled in, `null` = off or unset.
 * Rules between keys (which key fits which kind) are in `engine-rules.ts` and `findings.ts`.
 */
import * as v from 'valibot';
import type { EngineKind } from '../model.ts';
import { engineSchema } from './engine-schema.ts';
import { list, named, type Out, off, required, section, setting, switchable } from './keys.ts';
import {
  amount,
  choice,
  count,
  date,
  duration,
  engineName,
  flag,
  json,
  modelId,
  origin,
  patternText,
  scalar,
  size,
  text,
} from './scalars.ts';

const port = count(0, 65_535);

const apiKey = v.strictObject({
  name: required(text, 'Name of the client, for logs and counters.'),
  key: required(text, 'The key itself; better a reference such as `${secret:laptop}`.'),
  models: list(text, ['*'], 'Model ids that this key may use; `*` is all.'),
  requests_per_minute: off(count(1), 'At most this many requests a minute.'),
  tokens_per_minute: off(count(1), 'At most this many tokens a minute, prompt and answer together.'),
  expires: off(date, 'From this day on the key is refused.'),
});

const gateway = section(
  {
    host: setting(text, '127.0.0.1', 'Address to listen on. Anything but loopback needs `api_keys`.'),
    port: setting(port, 4000, 'Port to listen on; 0 takes any free one.'),
    api_keys: list(apiKey, [], 'Keys that clients must send. None: the gateway is open to this machine.'),
    allowed_hosts: list(text, [], 'Further names accepted in the `Host` header, e.g. of a reverse proxy.'),
    cors_origins: list(origin, [], 'Origins of web pages that may call the gateway from a browser.'),
    default_model: off(modelId, 'Model for requests that name one nobody knows.'),
    list_discovered: setting(flag, true, 'Whether `/v1/models` also lists what engines report beyond `models:`.'),
    max_body: setting(size, '64MiB', 'Largest request body.'),
    body_budget: setting(size, '256MiB', 'Memory for all bodies kept while requests wait or may be retried.'),
    max_connections: setting(count(1), 1024, 'Connections open at once.'),
    trace_budget: setting(size, '32MiB', 'Memory for recent requests shown in the window.'),
    capture: setting(choice(['off', 'errors', 'all']), 'off', 'Which requests keep their bodies for inspection.'),
  },
  'The one endpoint that clients talk to.',
);

const target = v.strictObject({
  engine: required(engineName, 'Name of the engine.'),
  model: required(text, 'What the engine calls the model.'),
  weight: setting(amount(0, 1_000_000), 1, 'Share of the requests, with `strategy: weighted`.'),
  max_concurrent: off(count(1), 'Requests this target gets at once.'),
  context_length: off(count(1), 'Tokens of context here, when the engine doesn’t tell.'),
});

const timeoutOverrides = section(
  {
    connect: off(duration, 'Default: `routing.timeouts.connect`.'),
    first_byte: off(duration, 'Default: `routing.timeouts.first_byte`.'),
    idle: off(duration, 'Default: `routing.timeouts.idle`.'),
  },
  'Timeouts of this model where they differ from `routing.timeouts`.',
);

const model = v.strictObject({
  targets: required(
    v.pipe(v.array(target), v.minLength(1, 'is empty')),
    'Where requests can go, in order of preference.',
  ),
  strategy: setting(
    choice(['priority', 'weighted', 'least-busy', 'lowest-latency', 'usage']),
    'priority',
    'How one of several usable targets is chosen.',
  ),
  wake: setting(
    choice(['if-none-ready', 'always', 'never']),
    'if-none-ready',
    'Whether a request may start a stopped engine: when no target is ready, in strict order of preference, or never.',
  ),
  affinity: setting(flag, false, 'Send requests of one conversation to the same target.'),
  fallbacks: list(modelId, [], 'Models to try when no target can answer.'),
  params: section(
    {
      set: named(text, json, 'Fields set in every request.'),
      drop: list(text, [], 'Fields removed from every request.'),
      rename: named(text, text, 'Fields renamed: from: to.'),
    },
    'Changes to the request body.',
  ),
  timeouts: timeoutOverrides,
});

const pattern = v.strictObject({
  match: required(patternText, 'Regular expression for the name asked for, at most 200 characters.'),
  engine: required(engineName, 'Engine that gets the request.'),
  model: off(text, 'Model name sent to it; `null` sends the name asked for.'),
});

const routing = section(
  {
    retries: setting(count(0, 100), 2, 'Further attempts after the first one failed, before anything was answered.'),
    allowed_fails: setting(count(1), 3, 'Failures of a target in a row before it cools down.'),
    cooldown: switchable(duration, '30s', 'How long a failing target is left alone; `null` never.'),
    queue: section(
      {
        max_waiting: setting(count(0), 256, 'Requests that may wait at once.'),
        max_wait: setting(duration, '5m', 'How long one may wait.'),
        keepalive: switchable(
          duration,
          '5s',
          'A waiting stream gets its headers and a comment this often; `null` never before the answer.',
        ),
      },
      'Requests that wait for an engine.',
    ),
    timeouts: section(
      {
        connect: setting(duration, '2s', 'To reach an engine.'),
        first_byte: setting(duration, '10m', 'Until the answer begins.'),
        idle: setting(duration, '2m', 'Between two pieces of an answer.'),
      },
      'Limits on an engine’s answer.',
    ),
  },
  'How requests find an engine.',
);

/** The file as written; see `configSchema` for the finished config. */
export const fileSchema = v.strictObject({
  version: setting(scalar('the number 1', '1', 'bad_value', v.literal(1)), 1, 'Version of this format.'),
  gateway,
  engines: named(engineName, engineSchema, 'What serves models, by a name of your choice.'),
  models: named(modelId, model, 'Model ids that clients ask for. Engines’ own ids work without an entry.'),
  aliases: named(modelId, modelId, 'Other names of models: alias: model id.'),
  patterns: list(pattern, [], 'Engines for names that nothing else matches.'),
  routing,
  verify: section(
    {
      every: off(duration, 'How often each model is asked a test question.'),
      models: list(modelId, [], 'Which models; none means all.'),
      wake: setting(flag, false, 'Whether verifying may start a stopped engine.'),
    },
    'Regular proof that models answer.',
  ),
  gpu: section(
    {
      every: switchable(
        duration,
        '10s',
        'How often graphics cards are looked at while nobody watches them; while somebody does it is every second. `null`: only then.',
      ),
      warn_memory: switchable(amount(0, 1), 0.95, 'Warn above this part of the memory.'),
      warn_celsius: switchable(amount(0, 150), 85, 'Warn above this temperature.'),
    },
    'Watching graphics cards; `null` looks only when asked.',
    { every: null },
  ),
  logs: section(
    {
      file_size: setting(size, '10MiB', 'A log is rotated at this size.'),
      files: setting(count(1, 100), 5, 'Log files kept per engine.'),
    },
    'Logs of engines and of Stackyard.',
  ),
  app: section(
    {
      on_file_change: setting(
        choice(['apply', 'ask']),
        'apply',
        'What to do when this file changes on disk and has no errors.',
      ),
      theme: setting(choice(['system', 'light', 'dark']), 'system', 'Colours of the window.'),
      notifications: setting(
        flag,
        true,
        'Whether failures and proofs are also told outside of the window, by the system.',
      ),
      launch_at_login: setting(flag, false, 'Start the app at login.'),
      start_hidden: setting(flag, false, 'Start without a window, in the tray.'),
      close_to_tray: setting(flag, true, 'Closing the window keeps the app in the tray.'),
    },
    'The app itself.',
  ),
});

type FileConfig = v.InferOutput<typeof fileSchema>;
type FileEngine = Out<typeof engineSchema>;
type FileModel = FileConfig['models'][string];

/** Usual port of a kind's server when somebody else runs it; `null` for `openai`, which needs a `url`. */
export function defaultPort(kind: EngineKind): number | null {
  return { ollama: 11434, vllm: 8000, 'llama.cpp': 8080, 'llama-cpp-python': 8000, litellm: 4000, openai: null }[
    kind
  ];
}

/** The program of a kind when `command` is left out; `null` for `openai`, which has none. */
export function defaultCommand(kind: EngineKind): string | null {
  const commands = { ollama: 'ollama', vllm: 'vllm', 'llama.cpp': 'llama-server', 'llama-cpp-python': 'python3' };
  return { ...commands, litellm: 'litellm', openai: null }[kind];
}

/** Who runs an engine of this kind when `mode` is left out. */
export function defaultMode(kind: EngineKind): 'auto' | 'managed' | 'external' {
  return kind === 'ollama' ? 'auto' : kind === 'openai' ? 'external' : 'managed';
}

/** One engine, everything decided: `mode` is set; `port` is `null` only for one that we run as our own process (any free port) or an external one with a `url`. */
export type EngineConfig = Omit<FileEngine, 'mode'> & { mode: 'auto' | 'managed' | 'external' };

function finishEngine(engine: FileEngine): EngineConfig {
  const mode = engine.mode ?? defaultMode(engine.kind);
  // Which port a unit's server takes is not ours to choose.
  const chosen = mode === 'managed' && engine.manager !== 'systemd';
  const elsewhere = mode === 'external' && engine.url !== null;
  return { ...engine, mode, port: engine.port ?? (chosen || elsewhere ? null : defaultPort(engine.kind)) };
}

export type ModelConfig = Omit<FileModel, 'timeouts'> & { timeouts: RoutingConfig['timeouts'] };

function finishModel(written: FileModel, routing: RoutingConfig): ModelConfig {
  const { connect, first_byte, idle } = written.timeouts;
  const usual = routing.timeouts;
  return {
    ...written,
    timeouts: {
      connect: connect ?? usual.connect,
      first_byte: first_byte ?? usual.first_byte,
      idle: idle ?? usual.idle,
    },
  };
}

export type GatewayConfig = FileConfig['gateway'];
export type ApiKeyConfig = GatewayConfig['api_keys'][number];
export type TargetConfig = FileModel['targets'][number];
export type PatternConfig = FileConfig['patterns'][number];
export type RoutingConfig = FileConfig['routing'];
export type RestartConfig = FileEngine['restart'];
export type HealthConfig = FileEngine['health'];
export type AppConfig = FileConfig['app'];
export type LogsConfig = FileConfig['logs'];

/** The whole config, complete. Maps keep the order of the file, except names that are whole numbers, which come first. */
export type Config = Omit<FileConfig, 'engines' | 'models'> & {
  engines: Record<string, EngineConfig>;
  models: Record<string, ModelConfig>;
};

/** Fills in the defaults that depend on other keys. */
export function finishConfig(file: FileConfig): Config {
  const each = <A, B>(map: Record<string, A>, finish: (one: A) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(map).map(([name, one]) => [name, finish(one)]));
  return {
    ...file,
    engines: each(file.engines, finishEngine),
    models: each(file.models, (one) => finishModel(one, file.routing)),
  };
}

/** An empty file’s worth of config: every default. */
export function defaultConfig(): Config {
  return finishConfig(v.parse(fileSchema, {}));
}
