/**
 * vLLM's OpenAI server. Facts: vllm entrypoints/openai/{api_server,cli_args}.py, entrypoints/launcher.py, docs/usage/
 * {security,metrics}.md. Written from them and tried on a stand-in; never run against a real vLLM (docs/developing.md says so).
 * Its sleep mode is not used: it needs `VLLM_SERVER_DEV_MODE`, which opens far more than that.
 */
import { bareHost } from './address.ts';
import { fields, judgeKey, judgeSilence, READY, text, unexpected } from './answer.ts';
import { expandHome, reservedArgument } from './arguments.ts';
import { vllmMemory } from './memory.ts';
import { openaiModels } from './model-list.ts';
import type { EngineProfile } from './profile.ts';
import { VLLM_PULL } from './pull-way.ts';
import { VLLM_FAILURES } from './vllm-failures.ts';
import { VLLM_WORK } from './work.ts';

export const vllm: EngineProfile = {
  kind: 'vllm',
  title: 'vLLM',
  command: 'vllm',
  usualPort: 8000,
  // `messages` only in recent versions, `rerank` and `audio` only for models made for it: its own error then passes through.
  speaks: () => ['chat', 'completions', 'embeddings', 'responses', 'rerank', 'audio'],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,
  launch: (config, context) => {
    // With `--uds` it would listen on a socket file instead.
    const refused = reservedArgument(config, ['--host', '--port', '--uds']);
    if (refused) return refused;
    if (context.platform === 'win32') {
      return {
        cause: {
          code: 'engine_unsupported',
          message: 'vLLM does not run on Windows itself.',
          hint: 'Run it in WSL2 and name it here with `mode: external` and its `url`.',
        },
      };
    }
    if (config.model === null) {
      return {
        cause: {
          code: 'config_invalid',
          message: 'vLLM serves exactly one model, and the engine names none.',
          hint: 'Set `model` to a Hugging Face name or a folder.',
        },
      };
    }
    return {
      command: expandHome(config.command ?? 'vllm', context),
      args: [
        'serve',
        expandHome(config.model, context),
        '--host',
        bareHost(context.host),
        '--port',
        String(context.port),
        ...config.args,
      ],
      // By variable, since arguments can be read by every user of the machine.
      env: { ...(config.api_key === null ? {} : { VLLM_API_KEY: config.api_key }), ...config.env },
    };
  },
  probes: {
    // Outside `/v1`, so the API key does not cover them.
    ready: { method: 'GET', path: '/health' },
    live: { method: 'GET', path: '/health' },
    models: { method: 'GET', path: '/v1/models' },
    loaded: null,
    version: { method: 'GET', path: '/version' },
    identify: { method: 'GET', path: '/version' },
  },
  work: VLLM_WORK,
  fixedModels: false,
  maxConcurrent: null,
  // Its port stays silent until the model is in memory, which can take minutes.
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    return answer.status === 200 ? READY : unexpected(answer, '/health');
  },
  /** `/version` with nothing but a version, from uvicorn. */
  identify: (answer) => {
    if (answer.status !== 200 || answer.headers.server !== 'uvicorn') return false;
    const body = fields(answer.json);
    return body !== null && text(body.version) !== null && Object.keys(body).length === 1;
  },
  reported: openaiModels,
  version: (answer) => (answer.status === 200 ? text(fields(answer.json)?.version) : null),
  describe: null,
  loading: null,
  progress: null,
  loadsModels: () => false,
  memory: vllmMemory,
  pull: () => VLLM_PULL,
  // The server ends its engine processes itself; whoever outlives a KILL (they rename themselves) is found by tag.
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: VLLM_FAILURES,
};
