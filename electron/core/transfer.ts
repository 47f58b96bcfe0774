/** How fast something comes in and how long the rest will take, from the last seconds alone. Pure; times in ms, any clock. */

export interface Transfer {
  /** At most one a `STEP`, oldest first; never empty. */
  readonly samples: readonly Sample[];
  readonly last: Sample;
}

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** The rate is that of so many last ms: long enough to be calm, short enough to follow a change. */
const WINDOW = 5_000;
const STEP = 250;
/** Two samples closer than this say nothing yet. */
const LEAST = 500;

/** Begins to watch. `bytes` are there already (a resumed download) and count for no rate. */
export function beginTransfer(at: number, bytes: number): Transfer {
  const first = { at, bytes };
  return { samples: [first], last: first };
}

/** Now there are so many bytes. Fewer than before means that it began anew. */
export function moved(transfer: Transfer, at: number, bytes: number): Transfer {
  if (bytes < transfer.last.bytes) return beginTransfer(at, bytes);
  const last = { at, bytes };
  const newest = transfer.samples.at(-1);
  if (newest !== undefined && at - newest.at < STEP) return { ...transfer, last };
  // One sample from before the window stays: the window's own bytes are counted from it.
  const from = transfer.samples.filter((sample) => sample.at <= at - WINDOW).length;
  return { samples: [...transfer.samples.slice(Math.max(0, from - 1)), last], last };
}

/** Bytes per second; `null` before it can be told, and when nothing has come for a whole window. */
export function rateAt(transfer: Transfer, at: number): number | null {
  if (at - transfer.last.at >= WINDOW) return null;
  const from = transfer.samples.filter((sample) => sample.at <= at - WINDOW).at(-1) ?? transfer.samples[0];
  if (from === undefined || at - from.at < LEAST) return null;
  const bytes = transfer.last.bytes - from.bytes;
  return bytes > 0 ? (bytes / (at - from.at)) * 1000 : null;
}

/** Ms until `total` bytes are there at this rate; `null` when either is not known. */
export function leftAt(done: number | null, total: number | null, rate: number | null): number | null {
  if (done === null || total === null || rate === null || rate <= 0) return null;
  return Math.max(0, Math.round(((total - done) / rate) * 1000));
}
