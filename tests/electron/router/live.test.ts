import { expect, it } from 'vitest';
import { createLive } from '../../../electron/router/live.ts';
import { target } from '../../fixtures/upstream/routing-table.ts';

it('counts what is under way per engine and per target', () => {
  const live = createLive();
  live.begin(target('a', 'x'));
  live.begin(target('a', 'y'));
  expect([live.engineInFlight('a'), live.targetInFlight(target('a', 'x')), live.engineInFlight('b')]).toEqual([
    2, 1, 0,
  ]);
  live.end(target('a', 'x'));
  live.end(target('a', 'y'));
  expect([live.engineInFlight('a'), live.targetInFlight(target('a', 'x')), [...live.engines()]]).toEqual([0, 0, []]);
});

it('knows nothing before it was told, and lets old use fade', () => {
  const live = createLive();
  const a = target('a');
  expect([live.latency(a), live.lastByte('a'), live.usage(a, 0), live.loadingUntil('a', 0)]).toEqual([
    null,
    null,
    0,
    null,
  ]);
  live.firstByte(a, 100);
  live.firstByte(a, 200);
  expect(live.latency(a)).toBeCloseTo(130);
  live.tokens(a, 100, 0);
  live.tokens(a, 100, 0);
  expect(live.usage(a, 0)).toBe(200);
  expect(live.usage(a, 60_000)).toBeCloseTo(200 / Math.E);
  live.setLoading('a', 10);
  expect([live.loadingUntil('a', 9), live.loadingUntil('a', 10)]).toEqual([10, null]);
});
