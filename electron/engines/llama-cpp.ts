/**
 * llama.cpp's `llama-server`: one model (`model`), or its router mode over a folder (`models_dir`), a preset file (`preset`)
 * or llama.cpp's own cache. Facts: recorded from llama-server b11669 (tests/fixtures/recordings/llama-server) and its README.
 */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { TargetPhase } from '../../shared/model.ts';
import { bareHost } from './address.ts';
import { errorMessage, fields, judgeKey, judgeSilence, number, objects, READY, text, unexpected } from './answer.ts';
import { expandHome, reservedArgument } from './arguments.ts';
import { LLAMA_CPP_FAILURES } from './llama-cpp-failures.ts';
import { llamaCppMemory } from './memory.ts';
import type { Answer, EngineProfile, ReportedModel, Verdict } from './profile.ts';
import { llamaCppPull } from './pull-way.ts';
import { LLAMA_CPP_WORK } from './work.ts';

export const llamaCpp: EngineProfile = {
  kind: 'llama.cpp',
  title: 'llama.cpp',
  command: 'llama-server',
  usualPort: 8080,
  speaks: (config) => [
    'chat',
    'completions',
    'embeddings',
    'messages',
    'responses',
    ...(config.args.some((arg) => arg === '--rerank' || arg === '--reranking') ? (['rerank'] as const) : []),
  ],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,

  launch: (config, context) => {
    const refused = reservedArgument(config, ['--host', '--port']);
    if (refused) return refused;
    const path = (value: string) => expandHome(value, context);
    const model = config.model === null ? [] : ['-m', path(config.model), ...alias(config, config.model)];
    const folder = config.models_dir === null ? [] : ['--models-dir', path(config.models_dir)];
    const preset = config.preset === null ? [] : ['--models-preset', path(config.preset)];
    return {
      command: path(config.command ?? 'llama-server'),
      // `--metrics` is off by default and only adds an endpoint.
      args: [
        ...model,
        ...folder,
        ...preset,
        '--host',
        bareHost(context.host),
        '--port',
        String(context.port),
        '--metrics',
        ...config.args,
      ],
      env: {
        // Its default answers every web page, credentials included. By variable, since builds without the flag exit on it.
        LLAMA_ARG_CORS_ORIGINS: 'localhost',
        // By variable, since arguments can be read by every user of the machine.
        ...(config.api_key === null ? {} : { LLAMA_API_KEY: config.api_key }),
        ...config.env,
      },
    };
  },

  probes: {
    // None of these resets the sleep timer or loads a model (README: `/health`, `/props`, `/models`, `/metrics`).
    ready: { method: 'GET', path: '/health' },
    live: { method: 'GET', path: '/health' },
    // The same list in both modes; `/models` is the name that carries `status` in router mode.
    models: { method: 'GET', path: '/models' },
    loaded: null,
    version: { method: 'GET', path: '/props' },
    identify: { method: 'GET', path: '/health' },
  },
  work: LLAMA_CPP_WORK,
  fixedModels: false,
  maxConcurrent: null,
  judge: (answer) => judgeSilence(answer) ?? judgeHealth(answer),
  // Sent with every answer, while loading and without a key too. A router's `/health` carries it likewise.
  identify: (answer) => answer.status !== null && answer.headers.server === 'llama.cpp',
  reported: (answer) => {
    if (answer.status !== 200) return null;
    return objects(fields(answer.json)?.data)?.flatMap(reportedModel) ?? null;
  },
  version: (answer) => (answer.status === 200 ? text(fields(answer.json)?.build_info) : null),
  describe: null,
  // The answer to `load` says `success` at once, for a broken file too: what counts is what `/models` says afterwards.
  loading: {
    load: (id) => ({ method: 'POST', path: '/models/load', body: { model: id } }),
    unload: (id) => ({ method: 'POST', path: '/models/unload', body: { model: id } }),
  },
  progress: { stream: { method: 'GET', path: '/models/sse' }, read: progressEvent },
  loadsModels: (config, reported) =>
    config.mode === 'managed' ? !servesOne(config) : (reported?.some((model) => model.loadable) ?? false),
  memory: llamaCppMemory,
  pull: llamaCppPull,
  // Exit code 0 when ready, death by the signal while loading: both are a wanted stop. A router takes its children along.
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: LLAMA_CPP_FAILURES,
};

/** The id under which a single-model server reports a model file: its name without folder, `.gguf` and shard number. */
export function modelIdOf(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const id = name.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
  // In `--alias` a comma separates several.
  return id === '' ? name : id.replaceAll(',', '_');
}

/** Without a model of its own it is a router, over its cache if nothing else is said. */
function servesOne(config: EngineConfig): boolean {
  return config.model !== null || config.args.some((arg) => ONE_MODEL.test(arg));
}

const ONE_MODEL = /^(?:-m|--model|-mu|--model-url|-hf|-hfr|--hf-repo)(?:=|$)/;

/** Says the id outright: what a server without an alias reports has changed between builds (the path, the name). */
function alias(config: EngineConfig, file: string): string[] {
  if (config.args.some((arg) => arg === '-a' || arg === '--alias')) return [];
  return ['--alias', modelIdOf(file)];
}

function judgeHealth(answer: Answer): Verdict {
  if (answer.status === 200) return READY;
  // `Loading model`; every other path answers the same while a single model loads.
  if (answer.status === 503) return { state: 'loading', progress: null, message: errorMessage(answer) };
  return judgeKey(answer) ?? unexpected(answer, '/health');
}

/** A model under its id and under each alias (of a preset), since requests may use any of them. */
function reportedModel(entry: Readonly<Record<string, unknown>>): ReportedModel[] {
  const names = [entry.id, ...(Array.isArray(entry.aliases) ? entry.aliases : [])].map(text);
  const status = fields(entry.status);
  const context = number(fields(entry.meta)?.n_ctx) ?? number(entry.context_length);
  const ftype = text(fields(entry.meta)?.ftype);
  const model = {
    // A single-model server reports no status: it answers this list only when its model is loaded.
    phase: status === null ? ('ready' as const) : phaseOf(status.value, status.failed === true),
    progress: status === null ? null : progressOf(status.progress),
    context_length: context === 0 ? null : context,
    bytes: number(fields(entry.meta)?.size),
    ...abilities(entry, status === null || status.value === 'loaded'),
    ...(ftype !== null && { quantization: ftype }),
    loadable: status !== null,
  };
  return [...new Set(names)].filter((id) => id !== null).map((id) => ({ id, ...model }));
}

/**
 * Which inputs it takes (`architecture.input_modalities`). Of a model that is not loaded a router knows no more than that it takes
 * text (recorded), so that says nothing of pictures.
 */
function abilities(entry: Readonly<Record<string, unknown>>, loaded: boolean): Pick<ReportedModel, 'can'> {
  const inputs = fields(entry.architecture)?.input_modalities;
  if (!Array.isArray(inputs)) return {};
  const images = inputs.includes('image') || (loaded ? false : null);
  return images === null ? {} : { can: { images, tools: null, reasoning: null } };
}

/** There is no value for failure: it is `unloaded` with a flag beside it. */
function phaseOf(value: unknown, failed: boolean): TargetPhase {
  if (value === 'loaded') return 'ready';
  if (value === 'loading' || value === 'downloading') return 'loading';
  if (value === 'sleeping') return 'sleeping';
  return failed ? 'failed' : 'not_loaded';
}

function progressOf(progress: unknown): number | null {
  const value = number(fields(progress)?.value) ?? number(progress);
  return value === null ? null : Math.min(1, Math.max(0, value));
}

/** `{"model": ID, "event": …, "data": {"status", "progress": {"value"}, "info", "exit_code"}}`. */
function progressEvent(event: unknown): ReportedModel | null {
  const id = text(fields(event)?.model);
  const data = fields(fields(event)?.data);
  if (id === null || data === null || text(data.status) === null) return null;
  const exit = number(data.exit_code);
  return {
    id,
    phase: phaseOf(data.status, exit !== null && exit !== 0),
    progress: progressOf(data.progress),
    context_length: number(fields(fields(data.info)?.meta)?.n_ctx),
    loadable: true,
  };
}
