/** "Did you mean": the closest of some names to one that was written. */

/** The nearest name, or `null` when none is near enough (a third of its length, at most three changes; one or two letters must be the same). */
export function nearest(written: string, names: Iterable<string>): string | null {
  const wanted = plain(written);
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const other = plain(name);
    const limit = Math.min(3, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (Math.abs(wanted.length - other.length) > limit) continue;
    const changes = distance(wanted, other);
    if (changes <= limit && changes < least) {
      least = changes;
      best = name;
    }
  }
  return best;
}

/** Case, `-`, `_` and camelCase make no difference between near names. */
const plain = (text: string): string => text.slice(0, 128).toLowerCase().replace(/[-_ ]/g, '');

/** Edits between two words: a changed, added, left-out or swapped letter counts one. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
