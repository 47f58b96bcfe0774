/** The lines that the window keeps of a log: ordered by `seq`, bounded. Pure. */
import type { LogLine } from '../../../shared/model.ts';

/** The most lines kept; older ones are read again from the file when somebody scrolls there. */
export const RING_LIMIT = 10_000;

/** Newer lines at the end: those already there are skipped, the oldest make room. */
export function append(ring: readonly LogLine[], lines: readonly LogLine[]): readonly LogLine[] {
  const last = ring.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  const fresh = lines.filter((line) => line.seq > last);
  if (fresh.length === 0) return ring;
  const all = [...ring, ...fresh];
  return all.length > RING_LIMIT ? all.slice(all.length - RING_LIMIT) : all;
}

/** Older lines at the front, as many as there is room for. */
export function prepend(ring: readonly LogLine[], lines: readonly LogLine[]): readonly LogLine[] {
  const first = ring[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = lines.filter((line) => line.seq < first);
  const room = RING_LIMIT - ring.length;
  return older.length === 0 || room <= 0 ? ring : [...older.slice(-room), ...ring];
}

/** Index of the first line at or past `seq`; the length when there is none. */
export function indexOfSeq(lines: readonly LogLine[], seq: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.seq ?? seq) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
