/** Tokens of one answer; `null` = not told and not to be guessed. */
export interface Tokens {
  readonly prompt: number | null;
  readonly completion: number | null;
  /** True when counted by us from chunks, not told by the engine. */
  readonly estimated: boolean;
}

/** Watches an answer go by without parsing it: keeps references to the last chunks and looks into them once, at the end. */
export interface Meter {
  /** Monotonic ms of the first chunk with content; `null` so far. Always `null` for an answer that isn't streamed. */
  readonly firstToken: number | null;
  chunk(chunk: Buffer, now: number): void;
  tokens(): Tokens;
}

/** As many last chunks are kept; usage is in the last one or two, unless TCP cut them up. */
const KEPT = 8;
/** Only so much of their end is searched, bytes. */
const TAIL = 64 * 1024;

const CONTENT =
  /"(?:content|reasoning_content|reasoning|text|thinking|response|delta)":\s*"[^"]|"tool_calls":\s*\[\s*\{/;
const EVENT = Buffer.from('data:');

/** A meter for one answer, streamed (SSE) or not. */
export function createMeter(streamed: boolean): Meter {
  const ring: (Buffer | undefined)[] = new Array(KEPT).fill(undefined);
  let chunks = 0;
  let events = 0;
  let head: Buffer | null = null;
  let firstToken: number | null = null;
  return {
    get firstToken() {
      return firstToken;
    },
    chunk(chunk, now) {
      ring[chunks % KEPT] = chunk;
      chunks += 1;
      if (!streamed) {
        head ??= chunk;
        return;
      }
      if (firstToken !== null) {
        events += count(chunk, 0);
        return;
      }
      const found = chunk.toString('latin1').search(CONTENT);
      if (found < 0) return;
      firstToken = now;
      events = count(chunk, Math.max(0, chunk.lastIndexOf(EVENT, found)));
    },
    tokens() {
      const last: Buffer[] = [];
      for (let i = Math.max(0, chunks - KEPT); i < chunks; i += 1) last.push(ring[i % KEPT] as Buffer);
      const tail = last.length === 1 ? (last[0] as Buffer) : Buffer.concat(last);
      const told =
        readCounts(tail.subarray(Math.max(0, tail.length - TAIL))) ??
        (head ? readCounts(head.subarray(0, TAIL)) : null);
      if (told) return told;
      // Behind the content come the chunk with the finish reason and `[DONE]`.
      return streamed && firstToken !== null
        ? { prompt: null, completion: Math.max(1, events - 2), estimated: true }
        : { prompt: null, completion: null, estimated: false };
    },
  };
}

function count(chunk: Buffer, from: number): number {
  let found = 0;
  for (let at = chunk.indexOf(EVENT, from); at >= 0; at = chunk.indexOf(EVENT, at + EVENT.length)) found += 1;
  return found;
}

/** The engine's own count: OpenAI's `usage`, else llama-server's `timings`, which it sends unasked. */
function readCounts(bytes: Buffer): Tokens | null {
  const text = bytes.toString('latin1');
  const usage = lastObject(text, '"usage":');
  if (usage) {
    const prompt = number(usage.prompt_tokens) ?? number(usage.input_tokens);
    const completion = number(usage.completion_tokens) ?? number(usage.output_tokens);
    if (prompt !== null || completion !== null) return { prompt, completion, estimated: false };
  }
  const timings = lastObject(text, '"timings":');
  const completion = timings ? number(timings.predicted_n) : null;
  if (!timings || completion === null) return null;
  const fresh = number(timings.prompt_n);
  return {
    prompt: fresh === null ? null : fresh + (number(timings.cache_n) ?? 0),
    completion,
    estimated: false,
  };
}

/** The last object behind a key. Inside a JSON string the key's quotes would be escaped, so a match is a real key. */
function lastObject(text: string, key: string): Record<string, unknown> | null {
  for (let at = text.lastIndexOf(key); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(key, at - 1)) {
    const open = text.slice(at + key.length, at + key.length + 8).search(/\S/) + at + key.length;
    if (text[open] !== '{') continue;
    let depth = 0;
    for (let i = open; i < text.length; i += 1) {
      if (text[i] === '{') depth += 1;
      else if (text[i] === '}' && --depth === 0) return parse(text.slice(open, i + 1));
    }
  }
  return null;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
