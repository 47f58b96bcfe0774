/** The log of one engine: followed while it lives, rotated, and read back in pages, redacted. */
import type { LogLevel, LogLine } from '../../shared/model.ts';
import { type LogFiles, type LogLimits, openLogFiles } from './log-files.ts';
import { ownLine, splitter, toLine } from './log-lines.ts';
import { type LogQuery, readPage } from './log-page.ts';
import { tailFile } from './log-tail.ts';

export interface EngineLogOptions extends LogLimits {
  /** `DATA/logs/NAME.log`; the engine's descriptor appends to the same file. */
  readonly path: string;
  readonly redact: (text: string) => string;
  /** The wall clock, for the time at which a line was first seen. */
  readonly now: () => Date;
}

export interface EngineLog {
  readonly path: string;
  /** Adds a line of Stackyard's own. Never fails: a full disk must not stop an engine. */
  append(text: string, level: LogLevel): void;
  /** With `after` the next lines from there, else the last ones (before `before`). In their order; older files included. */
  read(query?: LogQuery): Promise<{ readonly lines: LogLine[] }>;
  /** Tells new lines as they come, several at a time; gives back how to stop that. */
  watch(listener: (lines: LogLine[]) => void): () => void;
  /** When the engine last wrote something, in milliseconds of `performance.now()`; `null` since this host runs: never. */
  lastOutputAt(): number | null;
  /** The last lines, a begun one included, but none before the place `from`: what an engine said before it died. */
  tail(lines: number, from?: number): Promise<LogLine[]>;
  /** The place behind everything written so far, as lines have it in `seq`. */
  end(): Promise<number>;
  /** Takes effect with the next bytes. */
  setLimits(limits: LogLimits): void;
  /** Whether the engine's process lives: followed only then. Going to false, what it left unended becomes a line. */
  setAlive(alive: boolean): void;
  /** Resolves when everything written so far was read and told. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const PIECE = 64 * 1024;
const MAX_STAMPS = 4096;

/** Opens a log at its end: `watch` tells only what comes from now on, `read` gives the older lines too. */
export function openLog(options: EngineLogOptions): EngineLog {
  const { path, redact, now } = options;
  let limits: LogLimits = options;
  const listeners = new Set<(lines: LogLine[]) => void>();
  const stamps: { seq: number; at: string }[] = [];
  let place = 0;
  let lines = splitter(0);
  let ownBytes = 0;
  /** Own lines that are still to be written: those of one moment together, since a busy gateway has hundreds. */
  const unwritten: string[] = [];
  let lastOutput: number | null = null;
  let alive = false;
  let closed = false;

  const opened = openLogFiles(path).then(async (files) => {
    place = await lastLineStart(files);
    lines = splitter(place);
    return files;
  });
  // Everything that touches the files goes one after another: a rotation never meets a reader.
  let queue: Promise<unknown> = opened.catch(() => {});
  function inTurn<T>(job: (files: LogFiles) => Promise<T>): Promise<T> {
    const result = queue.then(async () => job(await opened));
    queue = result.catch(() => {});
    return result;
  }

  async function drain(files: LogFiles): Promise<void> {
    for (;;) {
      const { start, end } = await files.extent();
      if (place < start) place = restart(start); // rotated away unread
      while (place < end) {
        const chunk = await files.readAt(place, Math.min(PIECE, end - place));
        if (chunk.length === 0) {
          place = restart(end); // cut by somebody
          break;
        }
        take(chunk);
      }
      if (!(await files.rotate(limits))) return;
    }
  }
  /** So much of it that a file can't grow far beyond its limit at once. */
  function takeUnwritten(): string {
    let text = '';
    while (unwritten.length > 0 && text.length <= limits.maxBytes / 16) text += unwritten.shift();
    return text;
  }
  async function write(files: LogFiles): Promise<void> {
    await drain(files);
    while (unwritten.length > 0) {
      const whole = (await endsClean(files)) ? takeUnwritten() : `\n${takeUnwritten()}`;
      ownBytes += Buffer.byteLength(whole);
      await files.append(whole);
      await drain(files);
    }
  }
  function restart(at: number): number {
    lines = splitter(at);
    return at;
  }
  function take(chunk: Buffer): void {
    const at = now().toISOString();
    stamp(place, at);
    place += chunk.length;
    const own = Math.min(ownBytes, chunk.length);
    ownBytes -= own;
    if (chunk.length > own) lastOutput = performance.now();
    tell(lines.feed(chunk).map((raw) => toLine(raw, seenAt(raw.seq), redact)));
  }
  function stamp(seq: number, at: string): void {
    if (stamps.at(-1)?.at === at) return;
    stamps.push({ seq, at });
    if (stamps.length > MAX_STAMPS) stamps.splice(0, MAX_STAMPS / 2);
  }
  function seenAt(seq: number): string | null {
    let [low, high] = [0, stamps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((stamps[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return stamps[low - 1]?.at ?? null;
  }
  function tell(news: LogLine[]): void {
    if (news.length === 0) return;
    for (const listener of listeners) {
      try {
        listener(news);
      } catch (error) {
        console.error('A log listener failed:', error);
      }
    }
  }

  let asked = false;
  /** However often it is asked for, one look is queued at a time. */
  function look(): void {
    if (asked || closed) return;
    asked = true;
    inTurn((files) => {
      asked = false;
      return drain(files);
    }).catch(() => {}); // unreadable now; the next look tries again
  }
  const tail = tailFile(path, look);

  return {
    path,
    append(text, level) {
      unwritten.push(ownLine(redact(text), level, now()));
      if (unwritten.length > 1) return;
      // What a full disk refuses is lost.
      inTurn(write).catch(() => unwritten.splice(0));
    },
    read(query = {}) {
      return inTurn(async (files) => {
        await drain(files);
        const page = await readPage(files, query, !alive);
        return { lines: page.map((raw) => toLine(raw, seenAt(raw.seq), redact)) };
      });
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lastOutputAt: () => lastOutput,
    tail(count, from = 0) {
      return inTurn(async (files) => {
        await drain(files);
        const page = await readPage(files, { limit: count }, true);
        return page.filter((raw) => raw.seq >= from).map((raw) => toLine(raw, seenAt(raw.seq), redact));
      });
    },
    end: () => inTurn(async (files) => (await files.extent()).end),
    setLimits(next) {
      limits = next;
      look();
    },
    setAlive(next) {
      if (next === alive || closed) return;
      alive = next;
      // The file must exist before it can be watched.
      queue.then(() => tail.setAlive(alive && !closed)).catch(() => {});
      if (next) look();
      else {
        inTurn(async (files) => {
          await drain(files);
          const rest = alive ? null : lines.flush();
          if (rest) tell([toLine(rest, seenAt(rest.seq), redact)]);
        }).catch(() => {});
      }
    },
    settled: () => inTurn(drain),
    async close() {
      closed = true;
      tail.close();
      await queue;
      await opened.then(
        (files) => files.close(),
        () => {},
      );
    },
  };
}

/** Where the last, perhaps unended, line begins, so that it is told whole when it ends. */
async function lastLineStart(files: LogFiles): Promise<number> {
  const { start, end } = await files.extent();
  const from = Math.max(start, end - PIECE);
  let bytes = Buffer.alloc(0);
  while (from + bytes.length < end) {
    const piece = await files.readAt(from + bytes.length, end - from - bytes.length);
    if (piece.length === 0) break;
    bytes = Buffer.concat([bytes, piece]);
  }
  const newline = bytes.lastIndexOf(0x0a);
  return newline < 0 ? end : from + newline + 1;
}

async function endsClean(files: LogFiles): Promise<boolean> {
  const { start, end } = await files.extent();
  return end === start || (await files.readAt(end - 1, 1))[0] === 0x0a;
}
