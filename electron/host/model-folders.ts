import { opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Detected } from '../../shared/contract/ipc.ts';

export interface ModelFolderOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform?: NodeJS.Platform;
}

type ModelFolder = Detected['model_folders'][number];

/** Bounds of the walk below one place: deep enough for a Hugging Face cache, small enough for a home folder on a slow disk. */
const MAX_DEPTH = 4;
const MAX_ENTRIES = 5_000;

/**
 * Folders that llama.cpp's `models_dir` can be set to: with GGUF files in them or one level below, where programs usually put
 * them. Most bytes first. What can't be read is left out.
 */
export async function findModelFolders(options: ModelFolderOptions): Promise<readonly ModelFolder[]> {
  const found = await Promise.all(places(options).map(foldersBelow));
  const byPath = new Map(found.flat().map((folder) => [folder.path, folder]));
  return [...byPath.values()].sort((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path));
}

/** llama.cpp's, Hugging Face's and LM Studio's caches, and what people call such a folder. */
function places({ env, home, platform = process.platform }: ModelFolderOptions): readonly string[] {
  const hub = env.HF_HUB_CACHE || join(env.HF_HOME || join(home, '.cache', 'huggingface'), 'hub');
  const cache = platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return [
    join(home, 'models'),
    env.LLAMA_CACHE || join(cache, 'llama.cpp'),
    hub,
    join(home, '.lmstudio', 'models'),
    join(home, '.cache', 'lm-studio', 'models'),
  ];
}

interface Holding {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/** The place itself when its files lie at most one level down, else the folders further down that are of use. */
async function foldersBelow(place: string): Promise<readonly ModelFolder[]> {
  const holdings = await walk(place);
  const near = holdings.filter(({ path }) => path === place || dirname(path) === place);
  const far = holdings.filter((holding) => !near.includes(holding));
  const totals = new Map<string, ModelFolder>();
  for (const [path, { files, bytes }] of [
    ...near.map((holding) => [place, holding] as const),
    ...far.map((holding) => [usefulParent(holding.path), holding] as const),
  ]) {
    const before = totals.get(path) ?? { path, files: 0, bytes: 0 };
    totals.set(path, { path, files: before.files + files, bytes: before.bytes + bytes });
  }
  return [...totals.values()];
}

/** PUBLISHER/REPOSITORY/x.gguf is served from PUBLISHER; in …/snapshots/HASH/x.gguf only the hash's folder gives usable names. */
function usefulParent(path: string): string {
  return /[\\/]snapshots[\\/][^\\/]+$/.test(path) ? path : dirname(path);
}

/** Every folder below that has GGUF files directly in it. */
async function walk(place: string): Promise<readonly Holding[]> {
  const holdings: Holding[] = [];
  const queue: { path: string; depth: number }[] = [{ path: place, depth: 0 }];
  let entries = 0;
  for (let next = queue.shift(); next && entries < MAX_ENTRIES; next = queue.shift()) {
    const { path, depth } = next;
    let files = 0;
    let bytes = 0;
    for await (const entry of list(path)) {
      entries += 1;
      if (entries >= MAX_ENTRIES) break;
      const full = join(path, entry.name);
      if (/\.gguf$/i.test(entry.name)) {
        // Hugging Face keeps links to blobs.
        const file = await stat(full).catch(() => null);
        if (file?.isFile()) {
          files += 1;
          bytes += file.size;
        }
      } else if (entry.isDirectory() && depth < MAX_DEPTH) {
        queue.push({ path: full, depth: depth + 1 });
      }
    }
    if (files > 0) holdings.push({ path, files, bytes });
  }
  return holdings;
}

/** A folder's entries; none when it isn't there or may not be read. */
async function* list(path: string) {
  try {
    yield* await opendir(path);
  } catch {
    // nothing to offer there
  }
}
