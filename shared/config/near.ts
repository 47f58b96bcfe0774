/** "Did you mean": the closest of some names to one that was written. */
import { editDistance } from '../edit-distance.ts';

/** The nearest name, or `null` when none is near enough (a third of its length, at most three changes; one or two letters must be the same). */
export function nearest(written: string, names: Iterable<string>): string | null {
  const wanted = plain(written);
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const other = plain(name);
    const limit = Math.min(3, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (Math.abs(wanted.length - other.length) > limit) continue;
    const changes = editDistance(wanted, other);
    // letters swapped or changed are likelier than letters left out
    const cost = changes + (wanted.length === other.length ? 0 : 0.5);
    if (changes <= limit && cost < least) {
      least = cost;
      best = name;
    }
  }
  return best;
}

/** Looking for a near name is worth it for the first mistakes of a sort only: a file of nothing else would take minutes. */
export const GUESSES = 100;

/** Case, `-`, `_` and camelCase make no difference between near names. */
const plain = (text: string): string => text.slice(0, 128).toLowerCase().replace(/[-_ ]/g, '');
