import { describe, expect, it } from 'vitest';
import { AIMS, judge } from '../../bench/gateway/goals.mjs';
import { compared, difference, median, ratio, short } from '../../bench/gateway/stats.mjs';

const perSecond = (...values: number[]) => values.map((value) => ({ perSecond: value }));
const aim = {
  what: 'requests/s to nginx',
  case: 'json',
  of: 'perSecond',
  to: 'nginx',
  by: 'ratio',
  unit: '×',
  better: 'more',
  goal: 0.4,
  floor: 0.28,
} as const;
const added = { ...aim, of: 'p50', by: 'difference', better: 'less', goal: 50, floor: 100 } as const;

describe('the figures of a benchmark', () => {
  it('are middles, the upper one of two', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 3, Number.NaN]);
  });

  it('are compared within each round, not over the whole run', () => {
    // The machine was ten times as fast in the second round; the ratio of the medians would be 5.
    expect(compared([10, 100, 50], [20, 200, 100], ratio)).toBe(0.5);
    expect(compared([10, 100, 50], [100, 10, 10], ratio)).toBe(5);
    expect(compared([15, 30, 60], [10, 10, 10], difference)).toBe(20);
  });

  it('are unknown when one of the two was not measured', () => {
    expect(compared(undefined, [1], ratio)).toBeNull();
    expect(compared([1], [], ratio)).toBeNull();
    expect(compared([Number.NaN], [1], ratio)).toBeNull();
  });

  it('are told in three digits, or in whole numbers', () => {
    expect([short(0.34567), short(2.5), short(1234.5)]).toEqual([0.346, 2.5, 1235]);
  });
});

describe('a verdict', () => {
  it.each([
    [40, 'goal'],
    [39, 'between'],
    [28, 'between'],
    [27, 'below floor'],
  ])('on %i of 100, where more is better, is %s', (ours, verdict) => {
    const measured = { json: { nginx: perSecond(100), stackyard: perSecond(ours) } };
    expect(judge(aim, measured)).toMatchObject({ reached: ours / 100, verdict });
  });

  it.each([
    [150, 'goal'],
    [151, 'between'],
    [200, 'between'],
    [201, 'below floor'],
  ])('on %i µs beside 100, where less is better, is %s', (ours, verdict) => {
    const measured = { json: { nginx: [{ p50: 100 }], stackyard: [{ p50: ours }] } };
    expect(judge(added, measured)).toMatchObject({ reached: ours - 100, verdict });
  });

  it('is not given when a target was left out', () => {
    const measured = { json: { stackyard: perSecond(40) } };
    expect(judge(aim, measured)).toMatchObject({ reached: null, verdict: 'not measured' });
    expect(judge(aim, {})).toMatchObject({ reached: null, verdict: 'not measured' });
  });

  it('has a floor that is easier to reach than its goal', () => {
    for (const { what, better, goal, floor } of AIMS)
      expect(better === 'more' ? goal - floor : floor - goal, what).toBeGreaterThanOrEqual(0);
  });
});
