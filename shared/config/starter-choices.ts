import type { Detected, Found } from '../contract/detected.ts';

export interface Servable {
  /** What the config names: a folder, a model's file, or its Hugging Face name. */
  readonly value: string;
  /** Models behind it, and their size. */
  readonly models: number;
  readonly bytes: number;
}

/**
 * What a found program could serve of the models on this disk, the likeliest first. `null` when it needs no choice: it runs
 * already, or finds its models itself. Only chat models that nothing speaks against.
 */
export function servable(found: Found, { model_folders }: Detected): readonly Servable[] | null {
  if (found.running !== null || found.kind === 'ollama' || found.kind === 'litellm') return null;
  if (found.kind === 'llama.cpp') {
    return model_folders
      .map((folder) => ({
        value: folder.path,
        models: folder.models.filter((model) => model.purpose === 'chat' && model.problem === null).length,
        bytes: folder.bytes,
        usable: folder.models_dir,
      }))
      .filter(({ usable, models }) => usable && models > 0)
      .map(({ value, models, bytes }) => ({ value, models, bytes }));
  }
  const format = found.kind === 'vllm' ? 'safetensors' : found.kind === 'llama-cpp-python' ? 'gguf' : null;
  return model_folders
    .flatMap((folder) => folder.models)
    .filter((model) => model.format === format && model.store !== 'ollama')
    .filter((model) => model.purpose === 'chat' && model.problem === null)
    .map((model) => ({ value: format === 'gguf' ? model.path : model.name, models: 1, bytes: model.bytes }));
}
