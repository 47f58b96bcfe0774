/**
 * llama-cpp-python's server. Facts: llama_cpp/server/{settings,app}.py 0.3. Written from its sources and never run (docs/
 * developing.md says so). It has no health path, and a second request cuts the stream of the first unless told not to.
 */
import { fields, judgeKey, judgeSilence, READY, text, unexpected } from './answer.ts';
import { expandHome, reservedArgument } from './arguments.ts';
import { modelIdOf } from './llama-cpp.ts';
import { LLAMA_CPP_PYTHON_FAILURES } from './llama-cpp-python-failures.ts';
import { openaiModels } from './model-list.ts';
import type { EngineProfile } from './profile.ts';

export const llamaCppPython: EngineProfile = {
  kind: 'llama-cpp-python',
  title: 'llama-cpp-python',
  command: 'python3',
  usualPort: 8000,
  speaks: () => ['chat', 'completions', 'embeddings'],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,
  launch: (config, context) => {
    const refused = reservedArgument(config, ['--host', '--port']);
    if (refused) return refused;
    if (config.model === null) {
      return {
        cause: {
          code: 'config_invalid',
          message: 'llama-cpp-python serves one model file, and the engine names none.',
          hint: 'Set `model` to a GGUF file.',
        },
      };
    }
    return {
      command: expandHome(config.command ?? (context.platform === 'win32' ? 'python' : 'python3'), context),
      args: [
        '-m',
        'llama_cpp.server',
        '--model',
        expandHome(config.model, context),
        '--model_alias',
        modelIdOf(config.model),
        '--host',
        context.host,
        '--port',
        String(context.port),
        ...config.args,
      ],
      env: {
        INTERRUPT_REQUESTS: 'false',
        ...(config.api_key === null ? {} : { API_KEY: config.api_key }),
        ...config.env,
      },
    };
  },
  probes: {
    ready: { method: 'GET', path: '/v1/models' },
    live: { method: 'GET', path: '/v1/models' },
    models: { method: 'GET', path: '/v1/models' },
    loaded: null,
    // FastAPI's own page: outside the key, and it names the program.
    version: { method: 'GET', path: '/openapi.json' },
    identify: { method: 'GET', path: '/openapi.json' },
  },
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    return answer.status === 200 ? READY : unexpected(answer, '/v1/models');
  },
  identify: (answer) => (titleOf(answer.status === 200 ? answer.json : null) ?? '').includes('llama.cpp Python API'),
  reported: openaiModels,
  version: (answer) => (answer.status === 200 ? text(fields(fields(answer.json)?.info)?.version) : null),
  loading: null,
  progress: null,
  loadsModels: () => false,
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: LLAMA_CPP_PYTHON_FAILURES,
};

function titleOf(openapi: unknown): string | null {
  return text(fields(fields(openapi)?.info)?.title);
}
