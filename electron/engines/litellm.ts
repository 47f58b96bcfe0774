/**
 * LiteLLM's proxy. Facts: docs.litellm.ai/docs/proxy/{health,cli}, and the package itself, 1.106.2, which the tests run. Its
 * `/health` calls every model behind it, so it is never asked.
 */
import type { Cause } from '../../shared/model.ts';
import { bareHost } from './address.ts';
import { errorMessage, fields, judgeKey, judgeSilence, READY, text, unexpected } from './answer.ts';
import { expandHome, reservedArgument } from './arguments.ts';
import { LITELLM_FAILURES } from './litellm-failures.ts';
import { openaiModels } from './model-list.ts';
import type { EngineProfile } from './profile.ts';
import { LITELLM_PULL } from './pull-way.ts';

export const litellm: EngineProfile = {
  kind: 'litellm',
  title: 'LiteLLM',
  command: 'litellm',
  usualPort: 4000,
  speaks: () => ['chat', 'completions', 'embeddings', 'messages', 'responses', 'rerank', 'audio'],
  baseUrl: (address) => `${address}/v1`,
  rootUrl: (address) => address,
  prepares: 'litellm',
  launch: (config, context) => {
    const refused = reservedArgument(config, ['--host', '--port', '--config', '-c', '--num_workers']);
    if (refused) return refused;
    const { prepared } = context;
    const file = prepared?.config ?? config.config;
    if (file === null) return { cause: NO_FILE };
    const program = prepared?.program ?? { command: expandHome(config.command ?? 'litellm', context), args: [] };
    return {
      command: program.command,
      args: [
        ...program.args,
        '--config',
        expandHome(file, context),
        '--host',
        bareHost(context.host),
        '--port',
        String(context.port),
        // Its documents disagree on the default, and each worker is a whole Python.
        '--num_workers',
        '1',
        ...config.args,
      ],
      // By variable, since arguments can be read by every user of the machine.
      env: {
        ...prepared?.env,
        ...(config.api_key === null ? {} : { LITELLM_MASTER_KEY: config.api_key }),
        ...config.env,
      },
    };
  },
  probes: {
    ready: { method: 'GET', path: '/health/readiness' },
    live: { method: 'GET', path: '/health/liveliness' },
    models: { method: 'GET', path: '/v1/models' },
    loaded: null,
    version: { method: 'GET', path: '/health/readiness' },
    identify: { method: 'GET', path: '/health/liveliness' },
    // Only with its Prometheus callback.
  },
  work: null,
  fixedModels: false,
  maxConcurrent: null,
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    if (answer.status === 200) return READY;
    if (answer.status === 503) {
      const status = text(fields(answer.json)?.status) ?? errorMessage(answer);
      const message = status === 'shutting_down' ? 'LiteLLM is shutting down' : status;
      return { state: status === 'shutting_down' ? 'bad' : 'loading', progress: null, message };
    }
    return unexpected(answer, '/health/readiness');
  },
  identify: (answer) => answer.status === 200 && answer.body.includes("I'm alive!"),
  reported: openaiModels,
  version: (answer) => (answer.status === 200 ? text(fields(answer.json)?.litellm_version) : null),
  describe: null,
  loading: null,
  progress: null,
  loadsModels: () => false,
  memory: null,
  pull: () => LITELLM_PULL,
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: LITELLM_FAILURES,
};

const NO_FILE: Cause = {
  code: 'engine_unsupported',
  message: 'There is no config file to start LiteLLM with.',
  hint: 'Set `config` to your LiteLLM file.',
};
