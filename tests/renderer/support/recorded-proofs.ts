/** Proofs as the host tells them: one model that passed two minutes ago, one that breaks at its engine, one that was skipped. */
import type { ModelProof, VerifyView, WayProof } from '../../../shared/contract/verify.ts';

/** Two minutes before it is looked at. */
export const AT = new Date(Date.now() - 125_000).toISOString();

const way = (over: Partial<WayProof>): WayProof => ({
  ...{ via: 'engine', engine: 'ollama', what: 'target', aim: null, verdict: 'passed', cause: null, by: 'chat' },
  ...{ listed: true, usage: true, answered_by: null, first_token_ms: 84.2, tokens_per_second: 61.3, total_ms: 240 },
  evidence: null,
  ...over,
});
const none = { by: null, listed: null, usage: null, first_token_ms: null, tokens_per_second: null, total_ms: null };
const broken = {
  code: 'out_of_memory',
  message: 'The GPU has not enough memory for the model.',
  hint: 'Lower --gpu-memory-utilization, or stop another engine first.',
} as const;
const asleep = {
  code: 'engine_stopped',
  message: 'qwen2.5-coder:7b is not in memory on ollama.',
  hint: 'With --wake it is loaded for the proof.',
} as const;

const passed = (at: string): ModelProof => ({
  ...{ id: 'llama3.1', origin: 'entry', at, verdict: 'passed', breaks_at: null, cause: null, balance: null },
  ways: [
    way({ aim: 'ollama/llama3.1:latest' }),
    way({
      via: 'stackyard',
      engine: null,
      what: 'route',
      answered_by: 'ollama/llama3.1:latest',
      first_token_ms: 86.9,
    }),
    way({ via: 'litellm', engine: 'litellm', what: 'route', first_token_ms: 112.4, tokens_per_second: 9.4 }),
  ],
});
const failed = (at: string): ModelProof => ({
  ...{
    id: 'qwen-coder',
    origin: 'entry',
    at,
    verdict: 'failed',
    breaks_at: 'engine',
    cause: broken,
    balance: null,
  },
  ways: [
    way({
      ...none,
      engine: 'qwen-vllm',
      aim: 'qwen-vllm/Qwen/Qwen2.5-Coder-7B-Instruct-AWQ',
      verdict: 'failed',
      cause: broken,
      evidence: {
        engine: 'qwen-vllm',
        lines: [
          {
            ...{ seq: 1, at, level: 'error', source: 'engine' },
            text: 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.02 GiB.',
          },
        ],
        place: { file: '/home/ada/.config/stackyard/stackyard.yaml', line: 12, column: 3, text: '  qwen-vllm:' },
        findings: [],
      },
    }),
    way({ ...none, aim: 'ollama/qwen2.5-coder:7b', verdict: 'skipped', cause: asleep }),
    way({ ...none, via: 'stackyard', engine: null, what: 'route', verdict: 'failed', cause: broken }),
    way({
      ...none,
      via: 'stackyard',
      engine: null,
      what: 'fallback',
      aim: 'llama3.1',
      verdict: 'passed',
      answered_by: 'ollama/llama3.1:latest',
      first_token_ms: 90,
    }),
  ],
});
const skipped = (at: string): ModelProof => ({
  ...{ id: 'qwen2.5-coder:7b', origin: 'discovered', at, verdict: 'skipped', breaks_at: null, cause: asleep },
  ...{ balance: null, ways: [way({ ...none, aim: 'ollama/qwen2.5-coder:7b', verdict: 'skipped', cause: asleep })] },
});

/** The proofs of a run that ended at that time (ISO). */
export const proofsAt = (at: string): VerifyView => ({
  running: null,
  models: [failed(at), passed(at), skipped(at)],
});

export const PROOFS = proofsAt(AT);
