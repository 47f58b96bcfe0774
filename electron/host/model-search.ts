/** Looks through folders within bounds of time and number, whatever lies there. */

import type { Dirent } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { type HeaderAnswer, readModelHeader } from './gguf-header.ts';

export interface SearchBounds {
  /** For everything together. */
  readonly timeMs: number;
  /** Entries of folders that are looked at. */
  readonly entries: number;
}

/** One file, by what it is and not by what it is called: links and hard links to it are the same. */
export interface FileFact {
  readonly id: string;
  readonly bytes: number;
}

export interface Search {
  /** Whether the bounds have cut something short. */
  readonly cut: () => boolean;
  /** What is in a folder; nothing when it isn't there or may not be read. */
  readonly entries: (folder: string) => AsyncIterable<Dirent>;
  /** A file behind any links; `null` when there is none. */
  readonly file: (path: string) => Promise<FileFact | null>;
  /** A small file's JSON; `null` when it is missing, large or none. */
  readonly json: (path: string) => Promise<unknown>;
  /** `null` when the time is over. Read once for each file. */
  readonly header: (path: string, id: string) => Promise<HeaderAnswer | null>;
  /** The first that asks for a file counts it. */
  readonly first: (id: string) => boolean;
}

const MAX_JSON = 4 * 1024 * 1024;
/** Headers read at a time: enough to keep a disk busy. */
const READERS = 4;

export function startSearch({ timeMs, entries }: SearchBounds): Search {
  const end = performance.now() + timeMs;
  let left = entries;
  let cut = false;
  const over = (): boolean => {
    if (left > 0 && performance.now() < end) return false;
    cut = true;
    return true;
  };
  const seen = new Set<string>();
  const headers = new Map<string, Promise<HeaderAnswer | null>>();
  const waiting: (() => void)[] = [];
  let reading = 0;

  async function header(path: string): Promise<HeaderAnswer | null> {
    while (reading >= READERS) await new Promise<void>((go) => waiting.push(go));
    if (over()) {
      waiting.shift()?.();
      return null;
    }
    reading += 1;
    try {
      return await readModelHeader(path);
    } finally {
      reading -= 1;
      waiting.shift()?.();
    }
  }

  return {
    cut: () => cut,
    async *entries(folder) {
      if (over()) return;
      try {
        for await (const entry of await opendir(folder)) {
          left -= 1;
          if (over()) return;
          yield entry;
        }
      } catch {
        // nothing to be seen there
      }
    },
    async file(path) {
      if (over()) return null;
      const found = await stat(path).catch(() => null);
      return found?.isFile() ? { id: `${found.dev}:${found.ino}`, bytes: found.size } : null;
    },
    async json(path) {
      if (over()) return null;
      const found = await stat(path).catch(() => null);
      if (!found?.isFile() || found.size > MAX_JSON) return null;
      try {
        return JSON.parse(await readFile(path, 'utf8'));
      } catch {
        return null;
      }
    },
    header(path, id) {
      const known = headers.get(id) ?? header(path);
      headers.set(id, known);
      return known;
    },
    first(id) {
      const isFirst = !seen.has(id);
      seen.add(id);
      return isFirst;
    },
  };
}
