/** The middle of the values, the upper one of two; NaN of none. @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * How one target compares with another: each round by itself, since only what was measured in the same seconds can be compared,
 * then the middle of those. `null` when they share no round.
 *
 * @param {readonly number[] | undefined} ours
 * @param {readonly number[] | undefined} theirs
 * @param {(a: number, b: number) => number} compare
 */
export function compared(ours, theirs, compare) {
  if (!ours?.length || !theirs?.length) return null;
  const rounds = ours.slice(0, theirs.length).map((value, i) => compare(value, theirs[i]));
  const known = rounds.filter(Number.isFinite);
  return known.length === 0 ? null : median(known);
}

/** @param {number} a @param {number} b */
export const ratio = (a, b) => a / b;

/** @param {number} a @param {number} b */
export const difference = (a, b) => a - b;

/** Three figures, or whole numbers where there are more. @param {number} value */
export const short = (value) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
