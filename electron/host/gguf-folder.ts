import { dirname, join } from 'node:path';
import type { ModelFolder, ModelStore } from '../../shared/contract/detected.ts';
import { type GgufFile, ggufModels, SERVED } from './gguf-models.ts';
import type { Search } from './model-search.ts';

/** Deep enough for PUBLISHER/REPOSITORY/x.gguf in a folder of a folder. */
const MAX_DEPTH = 4;

/**
 * The folders with GGUF files at and below a place. llama.cpp's `models_dir` looks one level down, so that is how they are
 * grouped: the place itself with what lies at most one level below it, and of deeper files the folder above theirs.
 */
export async function ggufFolders(search: Search, store: ModelStore, place: string): Promise<readonly ModelFolder[]> {
  const groups = new Map<string, GgufFile[]>();
  const queue: { path: string; depth: number }[] = [{ path: place, depth: 0 }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { path, depth } = next;
    const group = depth <= 1 ? place : dirname(path);
    for await (const entry of search.entries(path)) {
      const full = join(path, entry.name);
      if (/\.gguf$/i.test(entry.name)) {
        const file = await search.file(full);
        if (file && search.first(file.id)) groups.set(group, [...(groups.get(group) ?? []), { ...file, path: full }]);
      } else if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.')) {
        queue.push({ path: full, depth: depth + 1 });
      }
    }
  }
  return Promise.all(
    [...groups].map(async ([path, files]): Promise<ModelFolder> => {
      const models = await ggufModels(search, store, files);
      return {
        path,
        store,
        models_dir: models.some((model) => SERVED.includes(model.purpose) && model.problem === null),
        files: files.length,
        bytes: files.reduce((sum, file) => sum + file.bytes, 0),
        models,
        complete: !search.cut(),
      };
    }),
  );
}
