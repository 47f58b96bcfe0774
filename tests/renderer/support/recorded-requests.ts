/** Requests as a host tells of them. */
import type { CooldownView, RequestNews } from '../../../shared/contract/ipc.ts';
import type { RequestRecord } from '../../../shared/contract/router.ts';
import { record } from '../../support/request-record.ts';

const at = (clock: string) => `2026-11-23T${clock}.000Z`;
const program = (name: string) => ({ key: null, program: name, address: '127.0.0.1' });
const attempt = (target: string, more: object = {}) =>
  ({
    kind: 'attempt',
    at: 2,
    model: 'qwen-coder',
    target,
    protocol: 'chat',
    status: 200,
    first_byte_ms: 88,
    ms: 1_500,
    result: 'answered',
    message: null,
    ...more,
  }) as const;

/** One that was left out twice, refused once, fell back, waited and was answered. */
export const REROUTED: RequestRecord = record({
  id: '7f3ac91b-0000-4000-8000-000000000001',
  at: at('14:07:22'),
  client: program('curl/8.5.0'),
  asked: 'gpt-4o-mini',
  model: 'qwen-coder',
  route: 'ollama/llama3.1:latest',
  attempts: 2,
  queued_ms: 618,
  first_token_ms: 1_210,
  total_ms: 5_400,
  prompt_tokens: 1_204,
  completion_tokens: 402,
  tokens_per_second: 96,
  steps: [
    {
      kind: 'skip',
      at: 1,
      target: 'qwen-vllm/Qwen2.5-Coder',
      code: 'engine_failed',
      message: 'qwen-vllm has failed: There is not enough GPU memory.',
    },
    attempt('workstation/qwen', {
      status: 502,
      first_byte_ms: 300,
      ms: 310,
      result: 'refused',
      message: 'workstation answered with 502: bad gateway',
    }),
    { kind: 'wait', at: 312, engine: 'ollama', why: 'busy', ms: 618 },
    attempt('ollama/llama3.1:latest', { at: 930, model: 'llama3.1', first_byte_ms: 280, ms: 4_470 }),
  ],
});

export const REQUESTS: RequestNews = {
  more: 0,
  active: [
    record({
      id: 'a1',
      at: at('14:07:32'),
      client: program('continue/1.2'),
      asked: 'gemma-3-4b-it',
      model: 'gemma-3-4b-it',
      outcome: null,
      status: 200,
      route: 'llama/gemma-3-4b-it',
      total_ms: 1_500,
      first_token_ms: 88,
      completion_tokens: 212,
      estimated: true,
      steps: [attempt('llama/gemma-3-4b-it', { model: 'gemma-3-4b-it', ms: null, result: null })],
    }),
    record({
      id: 'a2',
      at: at('14:07:31'),
      client: program('codex/0.9'),
      asked: 'gpt-oss-20b',
      model: 'gpt-oss-20b',
      outcome: null,
      status: null,
      route: null,
      total_ms: 2_400,
      first_token_ms: null,
      completion_tokens: null,
      steps: [{ kind: 'wait', at: 1, engine: 'qwen-vllm', why: 'loading', ms: null }],
    }),
  ],
  finished: [
    REROUTED,
    record({
      id: 'f1',
      at: at('14:07:19'),
      path: '/v1/embeddings',
      client: program('obsidian/1.8'),
      asked: 'nomic-embed-text',
      model: 'nomic-embed-text',
      route: 'ollama/nomic-embed-text:latest',
      stream: false,
      first_token_ms: null,
      completion_tokens: null,
      total_ms: 12,
      steps: [
        attempt('ollama/nomic-embed-text:latest', {
          model: 'nomic-embed-text',
          ms: 11,
          first_byte_ms: 10,
          protocol: 'embeddings',
        }),
      ],
    }),
    record({
      id: 'f2',
      at: at('14:06:58'),
      client: program('codex/0.9'),
      asked: 'gpt-oss-20b',
      model: 'gpt-oss-20b',
      route: null,
      status: 502,
      outcome: 'error',
      code: 'upstream_error',
      message: 'workstation closed the connection.',
      first_token_ms: null,
      completion_tokens: null,
      total_ms: 300,
      steps: [
        attempt('workstation/gpt-oss-20b', {
          model: 'gpt-oss-20b',
          status: null,
          first_byte_ms: null,
          ms: 298,
          result: 'broken',
          message: 'workstation closed the connection: other side closed.',
        }),
      ],
    }),
    record({
      id: 'f3',
      at: at('14:06:40'),
      client: { key: 'team', program: null, address: '127.0.0.1' },
      asked: 'qwen2.5-coder:7b',
      model: 'qwen2.5-coder:7b',
      route: 'ollama/qwen2.5-coder:7b',
      outcome: 'client_gone',
      total_ms: 1_100,
      first_token_ms: 310,
      completion_tokens: 58,
      steps: [attempt('ollama/qwen2.5-coder:7b', { result: 'gone', ms: 1_098 })],
    }),
    ...Array.from({ length: 20 }, (_, n) =>
      record({
        id: `g${n}`,
        at: at(`14:05:${String(59 - n).padStart(2, '0')}`),
        client: program('Open-WebUI/0.6'),
        asked: 'llama3.1',
        model: 'llama3.1',
        route: 'ollama/llama3.1:latest',
        total_ms: 2_200 + 97 * n,
        first_token_ms: 177 + n,
        completion_tokens: 190 + 7 * n,
        steps: [attempt('ollama/llama3.1:latest', { model: 'llama3.1', first_byte_ms: 177 + n, ms: 2_198 + 97 * n })],
      }),
    ),
  ],
};

/** One target that is left alone until that time (ISO). */
export const cooldownsUntil = (until: string): readonly CooldownView[] => [
  { engine: 'workstation', model: 'qwen', why: 'workstation answered with 502: bad gateway', until },
];

export const COOLDOWNS = cooldownsUntil(new Date(Date.now() + 108_000).toISOString());
