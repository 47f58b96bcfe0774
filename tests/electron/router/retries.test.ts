import { describe, expect, it } from 'vitest';
import { Retries } from '../../../electron/router/retries.ts';

describe('retries', () => {
  it('are those of the entry asked for; each fallback has one try', () => {
    const left = new Retries(2);
    expect([left.more, left.spend(), left.spend(), left.more, left.spend()]).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect([left.more, left.spend(), left.spend()]).toEqual([false, true, true]);
  });
  it('have one free one', () => {
    const left = new Retries(0);
    expect([left.takeFree(), left.takeFree()]).toEqual([true, false]);
  });
  it('rest at random below a bound that doubles up to 5 s, and never less than the engine asks for', () => {
    const left = new Retries(0);
    for (let n = 0; n < 12; n += 1) expect(left.pause(undefined)).toBeLessThan(Math.min(5_000, 250 * 2 ** n));
    expect(left.pause(20)).toBe(20_000);
    expect(left.pause(31)).toBeNull();
  });
});
