import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from '../../../electron/host/pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Looks take 300 ms each; `ends` holds when each ended. */
function setUp(interval: number | null) {
  const begun = performance.now();
  const ends: number[] = [];
  const state = { interval };
  const pace = new Pace(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      ends.push(performance.now() - begun);
      return ends.length;
    },
    () => state.interval,
  );
  return { pace, ends, state };
}

it('waits from the end of a look, so that what it tells is never closer together than the interval', async () => {
  const { pace, ends } = setUp(1_000);
  pace.plan();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(ends).toEqual([300, 1_600, 2_900]);
  pace.close();
});

it('is not hurried by who joins', async () => {
  const { pace, ends } = setUp(1_000);
  pace.plan();
  await vi.advanceTimersByTimeAsync(500);
  for (let i = 0; i < 10; i++) pace.plan();
  await vi.advanceTimersByTimeAsync(900);
  expect(ends).toEqual([300]);
  await vi.advanceTimersByTimeAsync(300);
  expect(ends).toEqual([300, 1_600]);
  pace.close();
});

it('takes up another interval at once, and goes on after one that failed', async () => {
  let looks = 0;
  let interval: number | null = null;
  const pace = new Pace(
    async () => {
      looks += 1;
      throw new Error('no');
    },
    () => interval,
  );
  pace.plan();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(0);
  interval = 100;
  pace.plan();
  await vi.advanceTimersByTimeAsync(1_050);
  expect(looks).toBe(11);
  pace.close();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(11);
});

it('gives who asks during a look that very one', async () => {
  const { pace } = setUp(null);
  const both = Promise.all([pace.look(), pace.look()]);
  await vi.advanceTimersByTimeAsync(300);
  expect(await both).toEqual([1, 1]);
  const next = pace.look();
  await vi.advanceTimersByTimeAsync(300);
  expect(await next).toBe(2);
});
