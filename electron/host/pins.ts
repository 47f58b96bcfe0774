/** The engines that a person pinned, kept in the data folder: a pin outlives the host. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

export class Pins {
  #file: string;
  #names = new Set<string>();
  #writing: Promise<void> = Promise.resolve();

  constructor(data: string) {
    this.#file = join(data, 'pins.json');
  }

  /** Reads what was pinned in earlier lives; a file that can't be read pins nothing. */
  async load(): Promise<void> {
    try {
      const names: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      if (Array.isArray(names)) this.#names = new Set(names.filter((name) => typeof name === 'string'));
    } catch {
      this.#names = new Set();
    }
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** In force at once; resolves when it is on disk. */
  async set(name: string, on: boolean): Promise<void> {
    if (on) this.#names.add(name);
    else this.#names.delete(name);
    // One write after the other, each with what holds when it begins.
    const write = () => writeFileAtomic(this.#file, JSON.stringify([...this.#names]), { mode: 0o600 });
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
