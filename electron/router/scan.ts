/** What the router needs to know of a request body, found without parsing it. */
export interface Scan {
  /** The decoded top-level `model`; `null` when the object has none. */
  readonly model: string | null;
  /** Byte range of the value of `model`, quotes included; both just behind `{` when there is none. */
  readonly start: number;
  readonly end: number;
  /** Where the value of the first top-level `messages`, `prompt` or `input` begins; `null` when there is none. */
  readonly talk: number | null;
  /** Whether the object has any member (then an inserted one needs a comma behind it). */
  readonly members: boolean;
  /** Whether the last top-level `stream` is literally `true`; `null` when there is none. */
  readonly stream: boolean | null;
}

export interface ScanProblem {
  readonly problem: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;
const LETTER_T = 0x74;
/** Most keys and many values are shorter: a byte loop beats a call into memchr for those (measured). */
const SHORT = 24;

/**
 * Finds the top-level `model` and `stream` of a JSON object by walking over its bytes once, to the end, because SDKs put
 * them behind `messages`. Agrees with `JSON.parse` on every object that it accepts (fuzzed); it is no validator: what is
 * broken inside a nested value is left for the engine to refuse. A second `model` is refused, since only one would be
 * rewritten, and so is one spelt `Model`: Go's JSON (Ollama) would take it for the same key. For `stream` the last one wins, as
 * everywhere.
 */
export function scan(body: Buffer): Scan | ScanProblem {
  let at = skipSpace(body, 0);
  if (body[at] !== OPEN) return { problem: 'The body must be a JSON object.' };
  const inside = at + 1;
  let model: string | null = null;
  let start = inside;
  let end = inside;
  let talk: number | null = null;
  let seen = false;
  let stream: boolean | null = null;
  at = skipSpace(body, inside);
  const members = body[at] !== CLOSE;
  if (!members) at += 1;
  while (members) {
    if (body[at] !== QUOTE) return broken(at);
    const keyEnd = stringEnd(body, at + 1);
    if (keyEnd < 0) return broken(at);
    const key = keyName(body, at + 1, keyEnd);
    const keyStart = at + 1;
    if (key === 'broken') return broken(at);
    at = skipSpace(body, keyEnd + 1);
    if (body[at] !== COLON) return broken(at);
    const valueStart = skipSpace(body, at + 1);
    const valueEnd = skipValue(body, valueStart);
    if (valueEnd < 0) return broken(valueStart);
    if (key === 'MODEL') {
      const spelt = body.toString('utf8', keyStart, keyEnd).slice(0, 50);
      return { problem: `\`model\` must be spelt in lower case, not "${spelt}".` };
    }
    if (key === 'model') {
      if (seen) return { problem: '`model` is given twice.' };
      seen = true;
      if (body[valueStart] !== QUOTE) return { problem: '`model` must be a string.' };
      const text = decode(body, valueStart + 1, valueEnd - 1);
      if (text === null) return broken(valueStart);
      model = text;
      start = valueStart;
      end = valueEnd;
    } else if (key === 'talk') {
      talk ??= valueStart;
    } else if (key === 'stream') {
      stream = body[valueStart] === LETTER_T;
    }
    at = skipSpace(body, valueEnd);
    if (body[at] === COMMA) {
      at = skipSpace(body, at + 1);
      continue;
    }
    if (body[at] !== CLOSE) return broken(at);
    at += 1;
    break;
  }
  at = skipSpace(body, at);
  return at < body.length ? broken(at) : { model, start, end, talk, members, stream };
}

const broken = (at: number): ScanProblem => ({
  problem: `The body is not valid JSON (near byte ${at}).`,
});

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const c = body[at];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return at;
    at += 1;
  }
}

/** Index of the quote that closes the string whose first byte is at `from`; -1 when it never closes. */
function stringEnd(body: Buffer, from: number): number {
  const near = Math.min(from + SHORT, body.length);
  for (let at = from; at < near; at += 1) {
    const c = body[at];
    if (c === QUOTE) return at;
    if (c === BACKSLASH) return farStringEnd(body, from);
  }
  return farStringEnd(body, from);
}

function farStringEnd(body: Buffer, from: number): number {
  for (let search = from; ; ) {
    const quote = body.indexOf(QUOTE, search);
    if (quote < 0) return -1;
    let back = quote - 1;
    while (back >= from && body[back] === BACKSLASH) back -= 1;
    if ((quote - 1 - back) % 2 === 0) return quote;
    search = quote + 1;
  }
}

/** Index just behind the value that begins at `from`; -1 when there is none or it never ends. */
function skipValue(body: Buffer, from: number): number {
  const first = body[from];
  if (first === QUOTE) {
    const end = stringEnd(body, from + 1);
    return end < 0 ? -1 : end + 1;
  }
  if (first === OPEN || first === OPEN_LIST) return skipNested(body, from);
  let at = from;
  for (; at < body.length; at += 1) {
    const c = body[at] as number;
    if (c === COMMA || c === CLOSE || c <= 0x20) break;
    if (c === QUOTE || c === COLON || c === OPEN || c === OPEN_LIST || c === CLOSE_LIST) return -1;
  }
  return at === from ? -1 : at;
}

function skipNested(body: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at += 1) {
    const c = body[at];
    if (c === QUOTE) {
      at = stringEnd(body, at + 1);
      if (at < 0) return -1;
    } else if (c === OPEN || c === OPEN_LIST) {
      depth += 1;
    } else if (c === CLOSE || c === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/**
 * A key may spell `model` with escapes: those few keys are decoded, all others are told apart by length and first byte. `MODEL`:
 * the same letters in another case.
 */
type Key = 'model' | 'MODEL' | 'stream' | 'talk' | 'other' | 'broken';

function keyName(body: Buffer, from: number, to: number): Key {
  const length = to - from;
  // 0x20 is what tells a small letter from a capital one.
  if (length === 5 && ((body[from] as number) | 0x20) === 0x6d) return named(body.toString('latin1', from, to));
  if (length === 6 && body[from] === 0x73 && body.toString('latin1', from, to) === 'stream') return 'stream';
  if (length >= 5 && length <= 8 && isTalk(body.toString('latin1', from, to))) return 'talk';
  const slash = body.subarray(from, to).indexOf(BACKSLASH);
  if (slash < 0) return 'other';
  const key = decode(body, from, to);
  return key === null ? 'broken' : key === 'stream' ? key : named(key);
}

function named(key: string): Key {
  if (key === 'model') return 'model';
  return key.length === 5 && key.toLowerCase() === 'model' ? 'MODEL' : 'other';
}

const isTalk = (key: string): boolean => key === 'messages' || key === 'prompt' || key === 'input';

function decode(body: Buffer, from: number, to: number): string | null {
  const raw = body.toString('utf8', from, to);
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return null;
  }
}
