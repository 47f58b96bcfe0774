/**
 * Any server that speaks OpenAI's API, by URL: never started, never stopped, only probed. All that is known is the base
 * (`url`), so that is the address, and the only path asked is `/models`: with or without `/v1`, as it was written. LM Studio,
 * a cloud API with a key, another machine's vLLM. (LM Studio lists what it could load there and loads nothing for it:
 * lmstudio.ai/docs, not run.)
 */
import { judgeKey, judgeSilence, READY, unexpected } from './answer.ts';
import { openaiModels } from './model-list.ts';
import type { EngineProfile } from './profile.ts';
import { NOT_OURS } from './pull-way.ts';

const models = { method: 'GET', path: '/models' } as const;

export const openai: EngineProfile = {
  kind: 'openai',
  title: 'OpenAI-compatible server',
  command: null,
  usualPort: null,
  // What is only passed through is let pass: the server knows best. Without `messages`, so that the gateway translates.
  speaks: () => ['chat', 'completions', 'embeddings', 'responses', 'rerank', 'audio'],
  baseUrl: (address) => address,
  rootUrl: (address) => address.replace(/\/v\d+[a-z]*$/, ''),
  launch: () => ({
    cause: {
      code: 'engine_unsupported',
      message: 'An engine of kind `openai` is a server that runs elsewhere; Stackyard only uses it.',
      hint: 'Set `mode: external`, or name the engine’s own kind so that Stackyard can start it.',
    },
  }),
  probes: { ready: models, live: models, models, loaded: null, version: null, identify: models },
  work: null,
  fixedModels: false,
  maxConcurrent: null,
  /** Whatever answers is usable for the targets that config names, without a model list too; but not without its key. */
  judge: (answer) => {
    const bad = judgeSilence(answer) ?? judgeKey(answer);
    if (bad) return bad;
    // A proxy answers in the place of a server that is down.
    return answer.status !== null && answer.status >= 502 && answer.status <= 504
      ? unexpected(answer, '/models')
      : READY;
  },
  identify: (answer) => openaiModels(answer) !== null,
  reported: openaiModels,
  version: () => null,
  describe: null,
  loading: null,
  progress: null,
  loadsModels: () => false,
  memory: null,
  pull: () => NOT_OURS,
  stop: { signal: 'SIGTERM', to: 'leader' },
  failures: [],
};
