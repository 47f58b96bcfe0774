import { ByteTail } from './byte-tail.ts';

/** Tokens of one answer; `null` = not told and not to be guessed. */
export interface Tokens {
  readonly prompt: number | null;
  readonly completion: number | null;
  /** True when counted by us from chunks, not told by the engine. */
  readonly estimated: boolean;
}

/** Watches an answer go by without parsing it: keeps its last bytes and looks into them once, at the end. */
export interface Meter {
  /** Monotonic ms of the first chunk with content; `null` so far. Always `null` for an answer that isn't streamed. */
  readonly firstToken: number | null;
  chunk(chunk: Buffer, now: number): void;
  tokens(): Tokens;
}

/** Only so much of the end is searched, bytes. */
const TAIL = 64 * 1024;

const CONTENT =
  /"(?:content|reasoning_content|reasoning|text|thinking|response|delta)":\s*"[^"]|"tool_calls":\s*\[\s*\{/;
const EVENT = Buffer.from('data:');
const USAGE = Buffer.from('"usage":');
const TIMINGS = Buffer.from('"timings":');

/** A meter for one answer, streamed (SSE) or not. */
export const createMeter = (streamed: boolean): Meter => new Counting(streamed);

class Counting implements Meter {
  firstToken: number | null = null;
  readonly #streamed: boolean;
  /** Of what came before the last chunk. */
  readonly #tail = new ByteTail();
  #last: Buffer | null = null;
  #many = false;
  #events = 0;
  #head: Buffer | null = null;

  constructor(streamed: boolean) {
    this.#streamed = streamed;
  }

  chunk(chunk: Buffer, now: number): void {
    if (this.#last !== null) {
      this.#many = true;
      this.#tail.push(this.#last);
    }
    this.#last = chunk;
    if (!this.#streamed) {
      this.#head ??= chunk;
    } else if (this.firstToken !== null) {
      this.#events += count(chunk, 0);
    } else {
      const found = chunk.toString('latin1').search(CONTENT);
      if (found < 0) return;
      this.firstToken = now;
      this.#events = count(chunk, Math.max(0, chunk.lastIndexOf(EVENT, found)));
    }
  }

  tokens(): Tokens {
    const end = this.#end();
    const told =
      readCounts(end.subarray(Math.max(0, end.length - TAIL))) ??
      (this.#head ? readCounts(this.#head.subarray(0, TAIL)) : null);
    if (told) return told;
    // Behind the content come the chunk with the finish reason and `[DONE]`.
    return this.#streamed && this.firstToken !== null
      ? { prompt: null, completion: Math.max(1, this.#events - 2), estimated: true }
      : { prompt: null, completion: null, estimated: false };
  }

  /** Usage is in the last chunk or two, unless TCP cut them up. */
  #end(): Buffer {
    const last = this.#last ?? Buffer.alloc(0);
    return this.#many ? Buffer.concat([this.#tail.read(), last]) : last;
  }
}

function count(chunk: Buffer, from: number): number {
  let found = 0;
  for (let at = chunk.indexOf(EVENT, from); at >= 0; at = chunk.indexOf(EVENT, at + EVENT.length)) found += 1;
  return found;
}

/** The engine's own count: OpenAI's `usage`, else llama-server's `timings`, which it sends unasked. */
function readCounts(bytes: Buffer): Tokens | null {
  const usage = lastObject(bytes, USAGE);
  if (usage) {
    const prompt = number(usage.prompt_tokens) ?? number(usage.input_tokens);
    const completion = number(usage.completion_tokens) ?? number(usage.output_tokens);
    if (prompt !== null || completion !== null) return { prompt, completion, estimated: false };
  }
  const timings = lastObject(bytes, TIMINGS);
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
function lastObject(bytes: Buffer, key: Buffer): Record<string, unknown> | null {
  for (let at = bytes.lastIndexOf(key); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(key, at - 1)) {
    let open = at + key.length;
    while (isSpace(bytes[open])) open += 1;
    if (bytes[open] !== OPEN) continue;
    let depth = 0;
    for (let i = open; i < bytes.length; i += 1) {
      if (bytes[i] === OPEN) depth += 1;
      else if (bytes[i] === CLOSE && --depth === 0) return parse(bytes.toString('latin1', open, i + 1));
    }
  }
  return null;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
