/** From an engine's bytes to lines to show: cut, decoded, without colours, with a level. Pure. */
import type { LogLevel, LogLine } from '../../shared/model.ts';

/** Longer lines are cut when shown; the file keeps all of them. In UTF-16 units. */
export const MAX_LINE = 16 * 1024;
/** Bytes of a line that are looked at: more than is shown, so that a secret across the cut is still found and hidden. */
const MAX_HELD = 2 * MAX_LINE;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly seq: number;
  /** Without its newline, and without what is beyond the bytes looked at. */
  readonly bytes: Buffer;
}

export interface Splitter {
  /** The lines that these next bytes complete. */
  feed(chunk: Buffer): RawLine[];
  /** The line begun and not ended, as it is, when no more is to come; a newline directly after it then ends nothing. */
  flush(): RawLine | null;
  /** Whether a line is begun and not ended. */
  readonly open: boolean;
}

/** Cuts a stream of bytes into lines; `seq` is the place of its first byte. */
export function splitter(seq: number): Splitter {
  let lineStart = seq;
  let position = seq;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let flushed = false;

  const hold = (part: Buffer) => {
    const room = MAX_HELD - heldBytes;
    if (room <= 0 || part.length === 0) return;
    held.push(Buffer.from(part.subarray(0, room))); // a copy: the caller's buffer is large and used again
    heldBytes += Math.min(room, part.length);
  };
  const take = (): RawLine => {
    const line = { seq: lineStart, bytes: Buffer.concat(held) };
    held = [];
    heldBytes = 0;
    return line;
  };
  return {
    feed(chunk) {
      const lines: RawLine[] = [];
      let from = 0;
      while (from < chunk.length) {
        const end = chunk.indexOf(NEWLINE, from);
        hold(chunk.subarray(from, end < 0 ? chunk.length : end));
        if (end < 0) {
          position += chunk.length - from;
          break;
        }
        const line = take();
        if (!(flushed && position + (end - from) === lineStart)) lines.push(line);
        flushed = false;
        position += end - from + 1;
        lineStart = position;
        from = end + 1;
      }
      return lines;
    },
    flush() {
      if (position === lineStart) return null;
      const line = take();
      lineStart = position;
      flushed = true;
      return line;
    },
    get open() {
      return position !== lineStart;
    },
  };
}

/** One line as it is shown: decoded (broken UTF-8 becomes U+FFFD), redacted, capped. `at` counts for lines without a time of their own. */
export function toLine(raw: RawLine, at: string | null, redact: (text: string) => string): LogLine {
  const text = stripControls(lastOverwrite(raw.bytes.toString('utf8')));
  const own = OWN.exec(text);
  const shown = cap(redact(own ? (own[3] ?? '') : text));
  if (own) return { seq: raw.seq, at: own[1] ?? at, level: own[2] as LogLevel, text: shown, source: 'stackyard' };
  return { seq: raw.seq, at, level: guessLevel(shown), text: shown, source: 'engine' };
}

/** Stackyard's own lines in an engine's log: marked, so that reading back tells them from the engine's. */
export const ownLine = (text: string, level: LogLevel, at: Date): string =>
  text
    .split(/\r?\n/)
    .map((line) => `[stackyard ${at.toISOString()} ${level}] ${line}\n`)
    .join('');

const OWN = /^\[stackyard (\d{4}-\d\d-\d\dT[\d:.]+Z) (debug|info|warn|error)\] (.*)$/s;

/** The level that a line names itself, in the manners of the engines; `null` when it names none. */
export function guessLevel(text: string): LogLevel | null {
  const head = text.slice(0, 400);
  for (const pattern of NAMED_LEVEL) {
    const word = pattern.exec(head)?.[1];
    if (word) return LEVELS[word.toLowerCase()] ?? null;
  }
  return FAILURE.test(head) ? 'error' : null;
}

const NAMED_LEVEL = [
  // llama-server: `0.00.017.364 I srv  load_model: …` (recorded)
  /^\d+\.\d\d\.\d{3}\.\d{3} ([DIWE]) /,
  // logfmt and JSON: `time=… level=INFO msg=…` (Ollama), `{"level":"error",…}` (Caddy-like tools, `--log-jsonl`)
  /\b(?:level|severity)"?\s*[=:]\s*"?(trace|debug|info|notice|warn|warning|error|err|fatal|critical|panic)\b/i,
  // Python logging and uvicorn: `INFO 11-23 09:04:26 [x.py:1] …`, `(Worker pid=9) WARNING …`, `INFO:     Started`, `2026-… | ERROR | …`
  /^(?:\([^)]*\)\s*)*(?:\[?\d[\d\-T:.,Z+/ ]*\]?[\s|-]*)?\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\]?(?=[\s:|\]]|$)/,
  // `09:04:26 - LiteLLM Proxy:INFO: x.py:1 - …`, `… - name - ERROR - …`
  /(?::| - )(DEBUG|INFO|WARNING|ERROR|CRITICAL)(?::| - )/,
  /^\s*\[?(debug|info|warning|warn|error|fatal|panic)\]?:\s/i,
];

const LEVELS: Readonly<Record<string, LogLevel>> = {
  d: 'debug',
  trace: 'debug',
  debug: 'debug',
  i: 'info',
  info: 'info',
  notice: 'info',
  w: 'warn',
  warn: 'warn',
  warning: 'warn',
  e: 'error',
  err: 'error',
  error: 'error',
  fatal: 'error',
  critical: 'error',
  panic: 'error',
};

const FAILURE =
  /^(?:Traceback \(most recent call last\)|[\w.]*(?:Error|Exception)(?::|$)|terminate called|Segmentation fault|GGML_ASSERT|CUDA error)/;

/** A progress bar draws over itself with CR; what stays on the screen is the last piece with something in it. */
function lastOverwrite(text: string): string {
  if (!text.includes('\r')) return text;
  const pieces = text.split('\r').filter((piece) => piece.trim() !== '');
  return pieces.at(-1) ?? '';
}

/** Escape sequences (CSI, OSC with its text, others) and then every control character but TAB. */
function stripControls(text: string): string {
  return text.replace(ESCAPES, '').replace(CONTROLS, '');
}
const ESCAPES = new RegExp(
  [
    '\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?', // OSC
    '[\\u001b\\u009b]\\[?[0-?]*[ -/]*[@-~]', // CSI and two-character sequences
  ].join('|'),
  'g',
);
const CONTROLS = /[^\P{Cc}\t]/gu;

const cap = (text: string): string => (text.length <= MAX_LINE ? text : `${text.slice(0, MAX_LINE - 1)}…`);
