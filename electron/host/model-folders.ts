import { realpath } from 'node:fs/promises';
import type { ModelFolder } from '../../shared/contract/detected.ts';
import { ggufFolders } from './gguf-folder.ts';
import { huggingFaceCache } from './hugging-face-cache.ts';
import { type ModelPlace, type ModelPlaceOptions, modelPlaces } from './model-places.ts';
import { type Search, startSearch } from './model-search.ts';
import { ollamaStore } from './ollama-store.ts';

export interface ModelFolderOptions extends Omit<ModelPlaceOptions, 'platform'> {
  readonly platform?: NodeJS.Platform;
  /** Where to look; the usual places when not given. */
  readonly places?: readonly ModelPlace[];
  /** For all places together, ms. */
  readonly timeMs?: number;
  /** Entries of folders that are looked at: more than any store has, less than a disk. Default 20,000. */
  readonly entries?: number;
}

/**
 * The model folders of this machine with what is in them, most bytes first. Nothing is changed, started or thrown; what can't
 * be read, or not in time, is left out.
 */
export async function findModelFolders(options: ModelFolderOptions): Promise<readonly ModelFolder[]> {
  const { env, home, platform = process.platform, timeMs = 4_000, entries = 20_000 } = options;
  const places = options.places ?? modelPlaces({ env, home, platform });
  const search = startSearch({ timeMs, entries });
  const found: ModelFolder[] = [];
  const work = (async () => {
    // One after the other: the first place that has a file counts it.
    for (const place of await distinct(places)) {
      found.push(...(await foldersAt(search, place)));
    }
  })();
  await Promise.race([work, patience(timeMs + 1_000, work)]);
  return [...found].sort((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path));
}

async function foldersAt(search: Search, { store, path }: ModelPlace): Promise<readonly ModelFolder[]> {
  if (store === 'huggingface') return huggingFaceCache(search, path);
  if (store !== 'ollama') return ggufFolders(search, store, path);
  const folder = await ollamaStore(search, path);
  return folder ? [folder] : [];
}

/** `~/Models` is `~/models` where letters have no case, and people link one to the other. */
async function distinct(places: readonly ModelPlace[]): Promise<readonly ModelPlace[]> {
  const real = await Promise.all(
    places.map(({ path }) => Promise.race([realpath(path).catch(() => null), patience(1_000).then(() => null)])),
  );
  return places.filter((_, i) => real[i] != null && real.indexOf(real[i] ?? null) === i);
}

/** A disk that does not answer (a network folder) is not waited for. */
function patience(ms: number, until?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void until?.finally(() => clearTimeout(timer));
  });
}
