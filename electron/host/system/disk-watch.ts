/** The disks under the model folders. A disk that does not answer (a network folder) keeps nobody waiting. */
import { stat, statfs } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { DiskUse } from '../../../shared/system.ts';

/** So long a disk may take, ms; after that it is asked on without anybody waiting. */
const PATIENCE = 1_000;

type Place = { readonly folder: string; readonly device: number; readonly total: number; readonly free: number };

export class DiskWatch {
  #folders: () => readonly string[];
  #every: number;
  #known: { readonly at: number; readonly key: string; readonly disks: readonly DiskUse[] } | null = null;
  /** Folders that are being asked. */
  #asked = new Set<string>();

  /** `every`: ms for which an answer is new enough. */
  constructor(folders: () => readonly string[], every: number) {
    this.#folders = folders;
    this.#every = every;
  }

  /** A disk once, with the folders on it; those that do not exist, or do not answer in time, are left out. */
  async now(): Promise<readonly DiskUse[]> {
    const folders = [...new Set(this.#folders())].sort();
    const key = folders.join('\0');
    const now = performance.now();
    if (this.#known !== null && this.#known.key === key && now - this.#known.at < this.#every)
      return this.#known.disks;
    const places = await Promise.all(folders.map((folder) => this.#ask(folder)));
    const disks = byDevice(places.filter((place) => place !== null));
    this.#known = { at: now, key, disks };
    return disks;
  }

  /** One question for a folder at a time: those that hang would fill the threads that read files. */
  async #ask(folder: string): Promise<Place | null> {
    if (this.#asked.has(folder)) return null;
    this.#asked.add(folder);
    const asked = Promise.all([stat(folder), statfs(folder)])
      .then(
        ([{ dev }, { bsize, blocks, bavail }]) => ({
          folder,
          device: dev,
          total: blocks * bsize,
          free: bavail * bsize,
        }),
        () => null,
      )
      .finally(() => this.#asked.delete(folder));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, null);
    });
    const place = await Promise.race([asked, late]);
    clearTimeout(timer);
    return place;
  }
}

function byDevice(places: readonly Place[]): DiskUse[] {
  const devices = new Map<number, Place[]>();
  for (const place of places) devices.set(place.device, [...(devices.get(place.device) ?? []), place]);
  return [...devices.values()].map((list) => ({
    folders: list.map(({ folder }) => folder),
    total: list[0]?.total ?? 0,
    free: list[0]?.free ?? 0,
  }));
}
