import { expect, it } from 'vitest';
import { TrafficCounter } from '../../../electron/host/traffic.ts';
import type { Traffic } from '../../../shared/traffic.ts';
import { record } from '../../support/request-record.ts';
import { until } from '../../support/until.ts';

const START = Date.parse('2026-01-02T03:00:00.000Z');

function counter() {
  let now = START;
  const traffic = new TrafficCounter(() => now);
  return { traffic, at: (ms: number) => (now = START + ms) };
}

it('tells how many end a second over the last minute, or since the start while that is shorter', () => {
  const { traffic, at } = counter();
  expect(traffic.view()).toEqual({ per_second: 0, ended: 0, failed: 0, targets: [] });
  at(10_000);
  traffic.add(Array.from({ length: 20 }, () => record()));
  expect(traffic.view().per_second).toBe(2);
  at(60_000);
  expect(traffic.view().per_second).toBe(0.33);
  at(71_000);
  expect(traffic.view()).toMatchObject({ per_second: 0, ended: 20 });
  at(311_000);
  expect(traffic.view().ended).toBe(0);
});

it('counts what ended badly; a client that left or was cancelled is nobody’s failure', () => {
  const { traffic } = counter();
  const outcomes = ['ok', 'error', 'cut', 'client_gone', 'cancelled'] as const;
  traffic.add(outcomes.map((outcome) => record({ outcome })));
  expect(traffic.view()).toMatchObject({ ended: 5, failed: 2 });
});

it('tells of each target when it answered last, and the median of its last streamed answers', () => {
  const { traffic } = counter();
  traffic.add([
    record({ route: 'llama/sub/tiny', first_token_ms: 100, tokens_per_second: 10 }),
    record({ route: 'llama/sub/tiny', first_token_ms: 900, tokens_per_second: 30 }),
    record({ route: 'llama/sub/tiny', first_token_ms: 200, tokens_per_second: 50 }),
    record({ route: 'vllm/q', stream: false, first_token_ms: null, tokens_per_second: null }),
    record({
      route: 'llama/sub/tiny',
      at: '2026-01-02T03:05:00.000Z',
      total_ms: 500,
      first_token_ms: null,
      tokens_per_second: null,
    }),
    record({ route: null }),
    record({ route: 'gone/x', outcome: 'error' }),
  ]);
  expect(traffic.view().targets).toEqual([
    {
      engine: 'llama',
      model: 'sub/tiny',
      last_used: '2026-01-02T03:05:00.500Z',
      first_token_ms: 200,
      tokens_per_second: 30,
    },
    {
      engine: 'vllm',
      model: 'q',
      last_used: '2026-01-02T03:04:06.240Z',
      first_token_ms: null,
      tokens_per_second: null,
    },
  ]);
  traffic.add(
    Array.from({ length: 40 }, () => record({ route: 'vllm/q', first_token_ms: 40, tokens_per_second: 8 })),
  );
  expect(traffic.view().targets[0]).toMatchObject({ model: 'q', first_token_ms: 40, tokens_per_second: 8 });
  traffic.add(Array.from({ length: 3_000 }, (_, n) => record({ route: `any/${n}` })));
  expect(traffic.view().targets).toHaveLength(2_000);
  expect(traffic.view().targets[0]?.model).toBe('2999');
});

it('tells who watches at once, then only what changed, and nobody after the end', async () => {
  const { traffic } = counter();
  const seen: Traffic[] = [];
  const leave = traffic.watch((one) => seen.push(one));
  expect(seen).toHaveLength(1);
  traffic.add([record()]);
  await until('the request is told', () => seen.at(-1)?.ended === 1);
  const told = seen.length;
  traffic.add([record()]);
  await until('the next one is told', () => seen.at(-1)?.ended === 2);
  expect(seen.length).toBe(told + 1);
  leave();
  traffic.close();
});
