import type { RequestRecord } from '../../shared/contract/router.ts';

/** A chat request that llama answered, but for what is given. */
export const record = (over: Partial<RequestRecord> = {}): RequestRecord => ({
  id: '0d9c6c1e-0000-4000-8000-000000000000',
  at: '2026-01-02T03:04:05.000Z',
  path: '/v1/chat/completions',
  client: { key: null, program: 'curl/8.5', address: '127.0.0.1' },
  asked: 'tiny',
  model: 'tiny',
  route: 'llama/tiny',
  attempts: 1,
  status: 200,
  outcome: 'ok',
  stream: true,
  queued_ms: 0,
  first_token_ms: 120,
  total_ms: 1_240,
  prompt_tokens: 12,
  completion_tokens: 41,
  estimated: false,
  tokens_per_second: 36.6,
  code: null,
  message: null,
  steps: [],
  more_steps: 0,
  captured: null,
  ...over,
});
