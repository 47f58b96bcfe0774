import type { FileHandle } from 'node:fs/promises';

export interface TrimmedHeader {
  /** A complete GGUF header of its own: every single value and short list of numbers, and all tensor infos. */
  readonly bytes: Buffer;
  /** Where the header ended in the file; the weights begin at the next multiple of `general.alignment`. */
  readonly end: number;
}

/** A header that is no header; `message` goes on after the file's name and "not readable:". */
export class HeaderProblem extends Error {}

/** What a real header stays far below: the largest vocabularies take some 20 MB, the largest models have some 2,000 tensors. */
const MAX_HEADER = 64 * 1024 * 1024;
const MAX_KEPT = 4 * 1024 * 1024;
const MAX_KEYS = 10_000;
const MAX_TENSORS = 50_000;
const MAX_TEXT = 256 * 1024;
const MAX_LIST = 2_048;
const MAX_DIMENSIONS = 8;
const MAX_DEPTH = 4;

const WINDOW = 1024 * 1024;
const MAGIC = 'GGUF';
/** Bytes of a value of each type of the format; `null`: its own length stands before it. */
const SIZES: readonly (number | null)[] = [1, 1, 2, 2, 4, 4, 4, 1, null, null, 8, 8, 8];
const TEXT = 8;

/**
 * The header of a GGUF file without its vocabulary: lists of texts and long lists are left out, which is nearly all of its
 * bytes (format: ggml docs/gguf.md, versions 2 and 3). A parser that keeps them needs half a second of the processor for each
 * model, in steps that block everything else (measured, 152,000 tokens); this passes over it without making objects of it.
 *
 * Only lengths are looked at, each is held against the file's size and the bounds above before anything is read or kept.
 *
 * @param alive throws when it is time to give up; called before each read
 * @throws HeaderProblem when it is not such a header
 */
export async function trimHeader(file: FileHandle, size: number, alive: () => void): Promise<TrimmedHeader> {
  const input = new Window(file, size, alive);
  if (size < 24) throw new HeaderProblem(size === 0 ? 'it is empty' : 'it is too short for a model');
  await input.fill(24);
  if (input.text(4) !== MAGIC) throw new HeaderProblem('it is no GGUF file');
  const version = input.u32();
  if (version !== 2 && version !== 3) {
    throw new HeaderProblem(
      version === 1 ? 'its GGUF version 1 is no longer in use' : 'its GGUF version is not known',
    );
  }
  const tensors = input.u64();
  const keys = input.u64();
  if (keys > MAX_KEYS) throw new HeaderProblem(`its header claims ${keys} entries`);
  if (tensors > MAX_TENSORS) throw new HeaderProblem(`its header claims ${tensors} tensors`);

  const output = new Kept();
  for (let i = 0; i < keys; i++) await keepEntry(input, output);
  const entries = output.count;
  for (let i = 0; i < tensors; i++) await keepTensor(input, output);

  const start = Buffer.alloc(24);
  start.write(MAGIC, 'latin1');
  start.writeUInt32LE(version, 4);
  start.writeBigUInt64LE(BigInt(tensors), 8);
  start.writeBigUInt64LE(BigInt(entries), 16);
  return { bytes: Buffer.concat([start, ...output.parts]), end: input.at };
}

async function keepEntry(input: Window, output: Kept): Promise<void> {
  const from = input.at;
  const key = await input.textOf(MAX_TEXT);
  await input.fill(4);
  const type = input.u32();
  const head = Buffer.concat([lengthOf(key), key, u32(type)]);
  const size = SIZES[type];
  if (size === undefined) throw new HeaderProblem(`its header has an unknown type of value at byte ${from}`);
  if (size !== null) {
    await input.fill(size);
    output.keep(head, input.take(size));
  } else if (type === TEXT) {
    const text = await input.textOf(MAX_TEXT);
    output.keep(head, lengthOf(text), text);
  } else {
    await input.fill(12);
    const intro = input.peek(12);
    const [items, count] = [input.u32(), input.u64()];
    const each = SIZES[items];
    if (each != null && count <= MAX_LIST) {
      await input.fill(each * count);
      output.keep(head, intro, input.take(each * count));
    } else await skipItems(input, items, count, 1);
  }
}

async function skipItems(input: Window, type: number, count: number, depth: number): Promise<void> {
  const size = SIZES[type];
  if (size === undefined) throw new HeaderProblem(`its header has an unknown type of value at byte ${input.at}`);
  if (depth > MAX_DEPTH) throw new HeaderProblem('its header has lists in lists in lists');
  if (size !== null) return input.skip(size * count);
  for (let i = 0; i < count; i++) {
    if (type === TEXT) {
      if (!input.has(8)) await input.fill(8);
      input.skip(input.u64());
    } else {
      await input.fill(12);
      const [items, inner] = [input.u32(), input.u64()];
      await skipItems(input, items, inner, depth + 1);
    }
  }
}

/** Name, number of dimensions, dimensions, type, offset. */
async function keepTensor(input: Window, output: Kept): Promise<void> {
  const name = await input.textOf(1_024);
  await input.fill(4);
  const dimensions = input.u32();
  if (dimensions > MAX_DIMENSIONS) throw new HeaderProblem(`a tensor of it claims ${dimensions} dimensions`);
  const rest = 8 * dimensions + 12;
  await input.fill(rest);
  output.keep(lengthOf(name), name, u32(dimensions), input.take(rest));
}

/** What is kept, within its bound. */
class Kept {
  readonly parts: Buffer[] = [];
  count = 0;
  private bytes = 0;

  keep(...parts: readonly Buffer[]): void {
    for (const part of parts) this.bytes += part.length;
    if (this.bytes > MAX_KEPT) throw new HeaderProblem('its header is too large');
    this.parts.push(...parts);
    this.count += 1;
  }
}

/** The part of the file that is being looked at. Reading goes forward only. */
class Window {
  private readonly file: FileHandle;
  private readonly size: number;
  private readonly alive: () => void;
  private buffer = Buffer.alloc(0);
  private start = 0;
  at = 0;

  constructor(file: FileHandle, size: number, alive: () => void) {
    this.file = file;
    this.size = size;
    this.alive = alive;
  }

  has(bytes: number): boolean {
    return this.at + bytes <= this.start + this.buffer.length;
  }

  /** Reads on until so many bytes are there. */
  async fill(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    this.bound(bytes);
    this.alive();
    const wanted = Buffer.allocUnsafe(Math.min(Math.max(bytes, WINDOW), this.size - this.at));
    let length = 0;
    while (length < bytes) {
      const { bytesRead } = await this.file.read(wanted, length, wanted.length - length, this.at + length);
      if (bytesRead === 0) throw cut();
      length += bytesRead;
    }
    this.buffer = wanted.subarray(0, length);
    this.start = this.at;
  }

  /** Goes on without looking; what is skipped must be in the file, and is not read. */
  skip(bytes: number): void {
    this.bound(bytes);
    this.at += bytes;
  }

  private bound(bytes: number): void {
    if (this.at + bytes > this.size) throw cut();
    if (this.at + bytes > MAX_HEADER) throw new HeaderProblem('its header is too large');
  }

  /** A copy, so that the window's megabyte does not live on with it. */
  peek(bytes: number): Buffer {
    const from = this.at - this.start;
    return Buffer.from(this.buffer.subarray(from, from + bytes));
  }

  take(bytes: number): Buffer {
    const taken = this.peek(bytes);
    this.at += bytes;
    return taken;
  }

  text(bytes: number): string {
    return this.take(bytes).toString('latin1');
  }

  u32(): number {
    const value = this.buffer.readUInt32LE(this.at - this.start);
    this.at += 4;
    return value;
  }

  /** Exact up to 2^53, which is more than any file has. */
  u64(): number {
    const from = this.at - this.start;
    this.at += 8;
    return this.buffer.readUInt32LE(from) + this.buffer.readUInt32LE(from + 4) * 2 ** 32;
  }

  /** A text with its length before it. */
  async textOf(most: number): Promise<Buffer> {
    await this.fill(8);
    const length = this.u64();
    if (length > most)
      throw this.at + length > this.size ? cut() : new HeaderProblem(`a text in it has ${length} bytes`);
    await this.fill(length);
    return this.take(length);
  }
}

const cut = () =>
  new HeaderProblem('it ends in the middle of its header: it was not copied or downloaded to the end');

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function lengthOf(text: Buffer): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(text.length));
  return buffer;
}
