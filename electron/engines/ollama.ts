/**
 * Ollama. Facts: ollama server/routes.go, envconfig/config.go, docs/api.md, docs/faq.mdx. Written from its documentation and
 * never run against a real Ollama (docs/developing.md says so).
 */
import { fields, judgeKey, judgeSilence, number, objects, READY, text, unexpected } from './answer.ts';
import { expandHome } from './arguments.ts';
import { OLLAMA_FAILURES } from './ollama-failures.ts';
import type { Answer, EngineProfile } from './profile.ts';

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
    env: { ...config.env, OLLAMA_HOST: `${ipv6(context.host)}:${context.port}` },
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
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    return answer.status === 200 ? READY : unexpected(answer, '/api/version');
  },
  identify: (answer) => answer.status === 200 && answer.body.includes('Ollama is running'),
  /** It loads whatever is asked for, so a model on disk is `not_loaded` until `/api/ps` lists it. */
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
          loadable: true,
        } as const,
      ];
    });
  },
  version: (answer) => (answer.status === 200 ? text(fields(answer.json)?.version) : null),
  // A request without a prompt loads; one with `keep_alive: 0` unloads (docs/api.md).
  loading: {
    load: (id) => ({ method: 'POST', path: '/api/generate', body: { model: id, stream: false } }),
    unload: (id) => ({
      method: 'POST',
      path: '/api/generate',
      body: { model: id, keep_alive: 0, stream: false },
    }),
  },
  progress: null,
  loadsModels: () => true,
  // Its own children (the runners) go with it when it is asked; a killed parent leaves them.
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: OLLAMA_FAILURES,
};

function listOf(answer: Answer) {
  return answer.status === 200 ? objects(fields(answer.json)?.models) : null;
}

function ipv6(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
