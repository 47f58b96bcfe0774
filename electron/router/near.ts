import { editDistance } from '../../shared/edit-distance.ts';

/** At most this many names are offered in a 404. */
const MOST = 5;

/** Known names that a misspelt one may have meant, nearest first; empty when none is near. */
export function nearNames(asked: string, known: Iterable<string>): string[] {
  const wanted = plain(asked.slice(0, 256));
  const scored: { name: string; score: number }[] = [];
  for (const name of known) {
    const score = distance(wanted, plain(name.slice(0, 256)));
    if (score !== null) scored.push({ name, score });
  }
  return scored
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST)
    .map((s) => s.name);
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** 0 = equal but for case and punctuation; `null` = too far to be meant. */
function distance(a: string, b: string): number | null {
  if (a === b) return 0;
  if (a.length === 0 || b.length === 0) return null;
  if (Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))) return 1;
  const limit = Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));
  if (Math.abs(a.length - b.length) > limit) return null;
  const edits = editDistance(a, b);
  return edits <= limit ? 1 + edits : null;
}
