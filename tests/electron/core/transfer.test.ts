import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginTransfer, leftAt, moved, rateAt, type Transfer } from '../../../electron/core/transfer.ts';

/** `rate` bytes a second in steps of `step` ms from 0 on. */
function steady(rate: number, ms: number, step = 100, from = 0): Transfer {
  let transfer = beginTransfer(0, from);
  for (let at = step; at <= ms; at += step) transfer = moved(transfer, at, from + (rate * at) / 1000);
  return transfer;
}

describe('the rate of a transfer', () => {
  it('is not known before there is something to go by', () => {
    expect(rateAt(beginTransfer(0, 0), 0)).toBeNull();
    expect(rateAt(moved(beginTransfer(0, 0), 100, 5000), 100)).toBeNull();
  });

  it('is that of the last seconds', () => {
    expect(rateAt(steady(1_000_000, 20_000), 20_000)).toBeCloseTo(1_000_000);
  });

  it('does not count what was there before', () => {
    expect(rateAt(steady(1_000, 4_000, 100, 7_000_000_000), 4_000)).toBeCloseTo(1_000);
  });

  it('falls while nothing comes, and is unknown after a whole window of it', () => {
    const transfer = steady(1_000, 5_000);
    expect(rateAt(transfer, 7_500)).toBeLessThan(1_000);
    expect(rateAt(transfer, 10_001)).toBeNull();
  });

  it('begins anew when there is less than before', () => {
    const again = moved(steady(1_000_000, 5_000), 5_100, 0);
    expect(rateAt(again, 5_100)).toBeNull();
    expect(rateAt(moved(again, 6_100, 500), 6_100)).toBeCloseTo(500);
  });

  it('keeps few samples however often it is told, and never gives a rate below 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.nat(2_000), bytes: fc.nat(1_000_000) }), { maxLength: 300 }),
        (steps) => {
          let at = 0;
          let bytes = 0;
          let transfer = beginTransfer(0, 0);
          for (const step of steps) {
            at += step.ms;
            bytes += step.bytes;
            transfer = moved(transfer, at, bytes);
            expect(transfer.samples.length).toBeLessThanOrEqual(23);
            expect(rateAt(transfer, at) ?? 1).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});

describe('the time left', () => {
  it('follows from what is missing and the rate', () => {
    expect(leftAt(250, 1_000, 250)).toBe(3_000);
    expect(leftAt(1_200, 1_000, 250)).toBe(0);
  });

  it('is not known when a part of it is not', () => {
    expect(leftAt(null, 1_000, 250)).toBeNull();
    expect(leftAt(1, null, 250)).toBeNull();
    expect(leftAt(1, 1_000, null)).toBeNull();
  });
});
