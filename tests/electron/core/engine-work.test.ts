import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingOf, workPoint } from '../../../electron/core/engine-work.ts';
import type { WorkReading } from '../../../shared/engine-work.ts';

const reading = (change: Partial<WorkReading> = {}): WorkReading => ({
  running: 1,
  waiting: 0,
  cache: 0.5,
  prompt: { count: 100, seconds: null },
  generated: { count: 50, seconds: null },
  looked_up: 10,
  found: 5,
  loaded: null,
  ...change,
});
const between = (a: Partial<WorkReading>, b: Partial<WorkReading>, ms = 2_000) =>
  workPoint({ reading: reading(a), at: 1_000 }, reading(b), 1_000 + ms);

describe('between two looks', () => {
  it('tokens that are counted as they come are per time that passed', () => {
    const point = between({}, { prompt: { count: 300, seconds: null }, generated: { count: 51, seconds: null } });
    expect(point).toMatchObject({
      prompt_rate: 100,
      generation_rate: 0.5,
      prefix_hits: null,
      running: 1,
      cache: 0.5,
    });
    expect(between({}, {})).toMatchObject({ prompt_rate: 0, generation_rate: 0 });
  });
  it('tokens that are counted at the end are per time that the engine spent', () => {
    const was = { generated: { count: 0, seconds: 0 } };
    expect(between(was, { generated: { count: 60, seconds: 1.5 } }).generation_rate).toBe(40);
    // Nothing ended: nobody can say how fast the one under way is.
    expect(between(was, was).generation_rate).toBeNull();
  });
  it('found is a part of what was looked up since then', () => {
    expect(between({}, { looked_up: 30, found: 20 }).prefix_hits).toBe(0.75);
    expect(between({}, { looked_up: 10, found: 5 }).prefix_hits).toBeNull();
  });
  it.each([
    ['a counter that was set back', {}, { generated: { count: 1, seconds: null }, looked_up: 1 }],
    ['a counter that was not there before', { generated: { count: null, seconds: null }, looked_up: null }, {}],
    ['a counter that is gone', {}, { generated: { count: null, seconds: null }, found: null }],
  ])('%s gives no rate', (_, a, b) => {
    expect(between(a, b)).toMatchObject({ generation_rate: null, prefix_hits: null });
  });
  it('the first look, and one at the same time, give none', () => {
    const none = { prompt_rate: null, generation_rate: null, prefix_hits: null };
    expect(workPoint(null, reading(), 5)).toMatchObject({ ...none, at: 5, running: 1 });
    expect(between({}, { prompt: { count: 900, seconds: null } }, 0)).toMatchObject(none);
    expect(between({}, { prompt: { count: 900, seconds: null } }, -5_000)).toMatchObject(none);
  });
});

describe('several models of one engine', () => {
  it('are summed, the fullest cache counts, and what one does not tell is not known', () => {
    const loaded = [{ id: 'a', bytes: 1, gpu_bytes: 0, context: null, until: null }];
    expect(readingOf([reading({ loaded }), reading({ cache: 0.7, loaded })])).toEqual({
      running: 2,
      waiting: 0,
      cache: 0.7,
      prompt: { count: 200, seconds: null },
      generated: { count: 100, seconds: null },
      looked_up: 20,
      found: 10,
      loaded: [...loaded, ...loaded],
    });
    expect(readingOf([reading(), reading({ running: null, cache: null })])).toMatchObject({
      running: null,
      cache: null,
    });
    expect(readingOf([])).toBeNull();
  });
});

it('no rate is ever negative or no number', () => {
  const counter = fc.option(fc.integer({ min: 0, max: 2 ** 40 }));
  const tokens = fc.record({ count: counter, seconds: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })) });
  const any = fc.record({ prompt: tokens, generated: tokens, looked_up: counter, found: counter });
  fc.assert(
    fc.property(any, any, fc.integer({ min: -1_000, max: 100_000 }), (a, b, ms) => {
      const { prompt_rate, generation_rate, prefix_hits } = between(a, b, ms);
      for (const rate of [prompt_rate, generation_rate, prefix_hits])
        expect(rate === null || (Number.isFinite(rate) && rate >= 0)).toBe(true);
      expect(prefix_hits === null || prefix_hits <= 1).toBe(true);
    }),
  );
});
