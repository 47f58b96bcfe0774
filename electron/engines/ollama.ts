/**
 * Ollama. Facts: recorded from 0.17.4 (tests/fixtures/recordings/ollama), the rest from its server/routes.go,
 * envconfig/config.go, docs/api.md and docs/faq.mdx.
 */
import { hostInUrl } from './address.ts';
import { fields, judgeKey, judgeSilence, number, objects, READY, text, unexpected } from './answer.ts';
import { expandHome } from './arguments.ts';
import { ollamaMemory } from './memory.ts';
import { OLLAMA_FAILURES } from './ollama-failures.ts';
import type { Answer, EngineProfile, ModelDescription } from './profile.ts';
import { OLLAMA_PULL } from './pull-way.ts';
import { OLLAMA_WORK } from './work.ts';

export const ollama: EngineProfile = {
  kind: 'ollama',
  title: 'Ollama',
  command: 'ollama',
  usualPort: 11434,
  // `messages` came with 0.14 and the version is not known here: the gateway translates.
  speaks: () => ['chat', 'completions', 'embeddings', 'responses', 'ollama'],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,
  launch: (config, context) => ({
    command: expandHome(config.command ?? 'ollama', context),
    args: ['serve', ...config.args],
    // The address last: it is not the user's to change, else nobody would know where it listens. Ollama knows no API key.
    env: { ...config.env, OLLAMA_HOST: `${hostInUrl(context.host)}:${context.port}` },
  }),
  probes: {
    ready: { method: 'GET', path: '/api/version' },
    // "Ollama is running"
    live: { method: 'GET', path: '/' },
    models: { method: 'GET', path: '/api/tags' },
    loaded: { method: 'GET', path: '/api/ps' },
    version: { method: 'GET', path: '/api/version' },
    identify: { method: 'GET', path: '/' },
  },
  work: OLLAMA_WORK,
  fixedModels: false,
  maxConcurrent: null,
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    return answer.status === 200 ? READY : unexpected(answer, '/api/version');
  },
  identify: (answer) => answer.status === 200 && answer.body.includes('Ollama is running'),
  /**
   * It loads whatever is asked for, so a model on disk is `not_loaded` until `/api/ps` lists it, which it does only once the
   * model is loaded. The tag `latest` goes without saying in a request; its lists always say it.
   */
  reported: (answer, loaded) => {
    const models = listOf(answer);
    if (models === null) return null;
    const inMemory = new Map((loaded ? (listOf(loaded) ?? []) : []).map((entry) => [entry.name, entry]));
    return models.flatMap((entry) => {
      const id = text(entry.name);
      if (id === null) return [];
      const running = inMemory.get(id);
      return [
        {
          id,
          phase: running ? 'ready' : 'not_loaded',
          progress: null,
          context_length: number(running?.context_length),
          bytes: number(entry.size),
          ...(running && { gpu_bytes: number(running.size_vram) }),
          ...quantization(entry),
          loadable: true,
          ...(id.endsWith(LATEST) && { also: [id.slice(0, -LATEST.length)] }),
        } as const,
      ];
    });
  },
  version: (answer) => (answer.status === 200 ? text(fields(answer.json)?.version) : null),
  // Reads the model's file and leaves memory alone (docs/api.md, "Show Model Information"; recorded). Older ones
  // have no `capabilities`.
  describe: {
    ask: (id) => ({ method: 'POST', path: '/api/show', body: { model: id } }),
    read: (answer) => {
      const model = answer.status === 200 ? fields(answer.json) : null;
      if (model === null) return null;
      const words = Array.isArray(model.capabilities) ? model.capabilities : null;
      return {
        ...quantization(model),
        ...(words && {
          can: {
            images: words.includes('vision'),
            tools: words.includes('tools'),
            reasoning: words.includes('thinking'),
          },
        }),
      };
    },
  },
  // An embedding of nothing loads any model; a generation of nothing only those that can generate. With `keep_alive: 0` the
  // latter unloads any (recorded; docs/api.md).
  loading: {
    load: (id) => ({ method: 'POST', path: '/api/embed', body: { model: id } }),
    unload: (id) => ({
      method: 'POST',
      path: '/api/generate',
      body: { model: id, keep_alive: 0, stream: false },
    }),
  },
  progress: null,
  loadsModels: () => true,
  memory: ollamaMemory,
  pull: () => OLLAMA_PULL,
  // Asked to end, it breaks off its answers and takes its runners along within 100 ms, exit code 0; killed, it leaves them.
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: OLLAMA_FAILURES,
};

/** `details.quantization_level`: `Q4_K_M`; `unknown` tells nothing. */
function quantization(entry: Readonly<Record<string, unknown>>): ModelDescription {
  const level = text(fields(entry.details)?.quantization_level);
  return level === null || level === 'unknown' ? {} : { quantization: level };
}

const LATEST = ':latest';

function listOf(answer: Answer) {
  return answer.status === 200 ? objects(fields(answer.json)?.models) : null;
}
