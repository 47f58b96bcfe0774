/** So many last bytes are kept. */
const KEPT = 4096;

/**
 * The last bytes of what went by, as a copy. References to the chunks themselves would keep each alive for as long as it is among
 * the last: with a thousand streams that made the greater part of what minor garbage collections had to copy.
 */
export class ByteTail {
  #bytes: Buffer | null = null;
  #length = 0;

  push(chunk: Buffer): void {
    this.#bytes ??= Buffer.allocUnsafeSlow(2 * KEPT);
    const from = Math.max(0, chunk.length - KEPT);
    const size = chunk.length - from;
    // What lies before a gap is not the end any more.
    if (from > 0) this.#length = 0;
    if (this.#length + size > this.#bytes.length) {
      const keep = KEPT - size;
      this.#bytes.copyWithin(0, this.#length - keep, this.#length);
      this.#length = keep;
    }
    chunk.copy(this.#bytes, this.#length, from);
    this.#length += size;
  }

  /** At most the last 8 KiB, at least the last 4 if there were as many. */
  read(): Buffer {
    return this.#bytes?.subarray(0, this.#length) ?? Buffer.alloc(0);
  }
}
