import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenHeights, MAX_MOUNTED, unevenHeights, visibleRows } from '../../../renderer/ui/window-rows.ts';

describe('visibleRows', () => {
  it('mounts what is in view with some to spare, and keeps the height of the rest', () => {
    const rows = visibleRows(evenHeights(10_000, 20), 5000, 600, 100);
    expect(rows.from).toBeLessThanOrEqual(250);
    expect(rows.to).toBeGreaterThanOrEqual(280);
    expect(rows.to - rows.from).toBeLessThan(60);
    expect(rows.above + (rows.to - rows.from) * 20 + rows.below).toBe(200_000);
  });

  it('holds for any heights, however scrolled: never too many, nothing in view missing', () => {
    const heights = fc.array(fc.integer({ min: 18, max: 120 }), { maxLength: 800 });
    fc.assert(
      fc.property(
        heights,
        fc.integer({ min: -100, max: 100_000 }),
        fc.integer({ min: 0, max: 2000 }),
        (list, top, view) => {
          const all = unevenHeights(list);
          const rows = visibleRows(all, top, view);
          expect(rows.to - rows.from).toBeLessThanOrEqual(MAX_MOUNTED);
          expect(rows.above).toBe(all.top(rows.from));
          expect(rows.above + rows.below + all.top(rows.to) - all.top(rows.from)).toBe(all.top(list.length));
          const seen = list.map((height, i) => all.top(i) < top + view && all.top(i) + height > top);
          seen.forEach((visible, i) => {
            if (visible) expect(i >= rows.from && i < rows.to).toBe(true);
          });
        },
      ),
    );
  });

  it('takes an empty list', () => {
    expect(visibleRows(evenHeights(0, 20), 0, 500)).toEqual({ from: 0, to: 0, above: 0, below: 0 });
  });
});
