/** Where the engines of a config keep their models. */
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Config } from '../../../shared/config/schema.ts';
import type { ModelStore } from '../../../shared/contract/detected.ts';
import type { EngineKind } from '../../../shared/model.ts';
import { modelPlaces } from '../model-places.ts';

export interface FolderOptions {
  readonly configPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

const STORES: Readonly<Partial<Record<EngineKind, ModelStore>>> = { ollama: 'ollama', vllm: 'huggingface' };

/** `models_dir`, the folder of a `model` that is a file, and the store of a kind that has one of its own; they need not exist. */
export function configModelFolders(config: Config, options: FolderOptions): readonly string[] {
  const places = modelPlaces(options);
  const at = (path: string): string =>
    resolve(
      dirname(options.configPath),
      path.replace(/^~(?=$|[/\\])/, () => options.home),
    );
  const folders = Object.values(config.engines).flatMap((engine) => {
    if (engine.mode === 'external') return [];
    const store = STORES[engine.kind];
    const own =
      engine.models_dir ?? (engine.model !== null && isFile(engine.model) ? dirname(at(engine.model)) : null);
    return [
      ...(own === null ? [] : [at(own)]),
      ...(store === undefined ? [] : places.filter((place) => place.store === store).map(({ path }) => path)),
    ];
  });
  return [...new Set(folders)];
}

/** `Qwen/Qwen3-8B` is a name on the hub; `./x.gguf`, `~/x` and `/x` are paths. */
const isFile = (model: string): boolean => isAbsolute(model) || /^[.~]/.test(model) || model.endsWith('.gguf');
