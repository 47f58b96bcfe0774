/**
 * llama-cpp-python's server. Facts: recorded from 0.3.35 (tests/fixtures/recordings/llama-cpp-python), the rest from its
 * llama_cpp/server/{__main__,settings,app}.py.
 *
 * It has no health path, and one lock for everything: `/v1/models` waits until an answer that is being given is done, and
 * unless told not to, that wait cuts a stream off. So what is polled is FastAPI's own page, which needs neither lock nor key.
 */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { bareHost } from './address.ts';
import { fields, judgeKey, judgeSilence, READY, text, unexpected } from './answer.ts';
import { expandHome, reservedArgument } from './arguments.ts';
import { modelIdOf } from './llama-cpp.ts';
import { LLAMA_CPP_PYTHON_FAILURES } from './llama-cpp-python-failures.ts';
import { llamaCppPythonMemory } from './memory.ts';
import { openaiModels } from './model-list.ts';
import type { EngineProfile } from './profile.ts';
import { ONE_FILE } from './pull-way.ts';

export const llamaCppPython: EngineProfile = {
  kind: 'llama-cpp-python',
  title: 'llama-cpp-python',
  command: 'python3',
  usualPort: 8000,
  speaks: () => ['chat', 'completions', 'embeddings'],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,
  launch: (config, context) => {
    const refused = reservedArgument(config, ['--host', '--port', '--config_file']) ?? fileInstead(config);
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
        bareHost(context.host),
        '--port',
        String(context.port),
        ...config.args,
      ],
      env: {
        INTERRUPT_REQUESTS: 'false',
        ...(config.api_key === null ? {} : { API_KEY: config.api_key }),
        ...config.env,
        // These win over the arguments, and a shell or a hosting tool may have set them to something else.
        HOST: bareHost(context.host),
        PORT: String(context.port),
      },
    };
  },
  probes: {
    // The port opens when the model is loaded.
    ready: { method: 'GET', path: '/openapi.json' },
    live: { method: 'GET', path: '/openapi.json' },
    models: { method: 'GET', path: '/v1/models' },
    loaded: null,
    version: { method: 'GET', path: '/openapi.json' },
    identify: { method: 'GET', path: '/openapi.json' },
  },
  work: null,
  fixedModels: true,
  // Another one's server may interrupt; ours would let the second wait out of sight.
  maxConcurrent: 1,
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    return answer.status === 200 ? READY : unexpected(answer, '/openapi.json');
  },
  identify: (answer) => (titleOf(answer.status === 200 ? answer.json : null) ?? '').includes('llama.cpp Python API'),
  reported: openaiModels,
  version: (answer) => (answer.status === 200 ? text(fields(fields(answer.json)?.info)?.version) : null),
  describe: null,
  loading: null,
  progress: null,
  loadsModels: () => false,
  memory: llamaCppPythonMemory,
  pull: () => ONE_FILE,
  // It breaks streams off within half a second, then dies of the signal.
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: LLAMA_CPP_PYTHON_FAILURES,
};

/** The refusal when a file of its own would say where it listens, whatever the arguments say. */
function fileInstead(config: EngineConfig): { cause: Cause } | null {
  if (config.env.CONFIG_FILE === undefined) return null;
  return {
    cause: {
      code: 'config_invalid',
      message: '`env` has CONFIG_FILE: llama-cpp-python would take address and model from that file, not from here.',
      hint: 'Remove it, set `model`, and give the file’s other settings as `args`.',
    },
  };
}

function titleOf(openapi: unknown): string | null {
  return text(fields(fields(openapi)?.info)?.title);
}
