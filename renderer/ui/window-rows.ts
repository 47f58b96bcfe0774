/** Which rows of a long list are worth mounting. Pure. */

/** The most rows that any list mounts. */
export const MAX_MOUNTED = 200;

/** Heights of rows, told by where each begins. */
export interface Heights {
  readonly count: number;
  /** Top of row `i` in px; `top(count)` is the height of all. */
  readonly top: (i: number) => number;
}

/** Rows that are all `height` px high. */
export const evenHeights = (count: number, height: number): Heights => ({ count, top: (i) => i * height });

/** Rows with a height each. */
export function unevenHeights(heights: readonly number[]): Heights {
  const tops = new Float64Array(heights.length + 1);
  for (let i = 0; i < heights.length; i += 1) tops[i + 1] = (tops[i] ?? 0) + (heights[i] ?? 0);
  return { count: heights.length, top: (i) => tops[i] ?? 0 };
}

export interface Rows {
  /** First row to mount, and the first one after. */
  readonly from: number;
  readonly to: number;
  /** Empty space above and below, px. */
  readonly above: number;
  readonly below: number;
}

/** Rows that touch the view, with `spare` px on both sides, never more than `MAX_MOUNTED`. */
export function visibleRows(heights: Heights, scrollTop: number, viewHeight: number, spare = 200): Rows {
  const { count, top } = heights;
  const from = Math.max(0, firstAtOrAfter(heights, scrollTop - spare) - 1);
  const to = Math.min(count, from + MAX_MOUNTED, firstAtOrAfter(heights, scrollTop + viewHeight + spare));
  return { from, to, above: top(from), below: top(count) - top(to) };
}

/** The first row whose top is at or past `y`; `count` when there is none. */
function firstAtOrAfter({ count, top }: Heights, y: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (top(middle) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}
