/** One page of a log, read in bounded pieces from where it is wanted: a log of gigabytes costs no more than a small one. */
import type { LogFiles } from './log-files.ts';
import { type RawLine, splitter } from './log-lines.ts';

export interface LogQuery {
  /** Only lines behind this `seq`, oldest first come first. */
  readonly after?: number | null;
  /** Only lines before this `seq`. */
  readonly before?: number | null;
  /** At most so many; default 500, never more than 5000. */
  readonly limit?: number | null;
}

const PIECE = 64 * 1024;
/** A page is never made of more than this; lines without end would fill the memory otherwise. */
const MAX_PAGE = 16 * 1024 * 1024;
const MAX_LINES = 5_000;

/** `unended`: whether a last line that has no newline yet belongs to it. */
export async function readPage(files: LogFiles, query: LogQuery, unended: boolean): Promise<RawLine[]> {
  const limit = Math.max(1, Math.min(query.limit ?? 500, MAX_LINES));
  const extent = await files.extent();
  const end = Math.min(query.before ?? extent.end, extent.end);
  const after = query.after ?? null;
  if (after !== null) return forward(files, { ...extent, end }, after, limit, unended);
  return backward(files, { ...extent, end }, limit, unended);
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

async function forward(files: LogFiles, { start, end }: Extent, after: number, limit: number, unended: boolean) {
  let place = Math.max(after, start);
  const skipFirst = after >= start;
  const lines = splitter(place);
  const found: RawLine[] = [];
  const stop = place + MAX_PAGE;
  while (place < end && place < stop && found.length <= limit) {
    const chunk = await files.readAt(place, Math.min(PIECE, end - place));
    if (chunk.length === 0) break;
    place += chunk.length;
    found.push(...lines.feed(chunk));
  }
  if (unended && place >= end) found.push(...last(lines.flush()));
  return found.slice(skipFirst ? 1 : 0).slice(0, limit);
}

async function backward(files: LogFiles, { start, end }: Extent, limit: number, unended: boolean) {
  const pieces: Buffer[] = [];
  let place = end;
  let newlines = 0;
  // One newline more than lines: the one that ends the line before the first.
  while (place > start && newlines <= limit && end - place < MAX_PAGE) {
    const from = Math.max(start, place - PIECE);
    const chunk = await readWhole(files, from, place - from);
    if (chunk.length < place - from) break;
    pieces.unshift(chunk);
    newlines += count(chunk);
    place = from;
  }
  const lines = splitter(place);
  const found = pieces.flatMap((piece) => lines.feed(piece));
  if (unended) found.push(...last(lines.flush()));
  return (place > start ? found.slice(1) : found).slice(-limit);
}

/** A stretch may lie in two files. */
async function readWhole(files: LogFiles, place: number, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let got = 0;
  while (got < length) {
    const chunk = await files.readAt(place + got, length - got);
    if (chunk.length === 0) break;
    pieces.push(chunk);
    got += chunk.length;
  }
  return Buffer.concat(pieces);
}

function count(chunk: Buffer): number {
  let newlines = 0;
  for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) newlines += 1;
  return newlines;
}

const last = (line: RawLine | null): RawLine[] => (line ? [line] : []);
