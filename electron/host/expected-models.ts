/** The models an engine will have, before it ever ran: so that a stopped engine's models can be listed and asked for. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EngineConfig } from '../../shared/config/schema.ts';
import { servedByFlag } from '../../shared/config/served-names.ts';
import type { KnownModel } from '../core/engine-facts.ts';
import { modelIdOf } from '../engines/llama-cpp.ts';
import { optionIn } from '../engines/option-in.ts';

/**
 * What can be told from config and folders alone; `null` when nothing can. For llama.cpp's router a file `x.gguf` is the model
 * `x` and a folder `sub/` with GGUF files is `sub` (recorded from llama-server b11669).
 */
export async function expectedModels(config: EngineConfig, base: string): Promise<readonly KnownModel[] | null> {
  const known = (id: string, loadable: boolean): KnownModel => ({
    id,
    phase: 'not_loaded',
    progress: null,
    context_length: null,
    loadable,
  });
  if (config.mode !== 'managed') return null;
  if (config.kind === 'vllm' && config.model !== null)
    return (servedByFlag(config.args) ?? [config.model]).map((id) => known(id, false));
  if (config.kind === 'llama-cpp-python' && config.model !== null)
    return [known(optionIn(config.args, ['--model_alias']) ?? modelIdOf(config.model), false)];
  if (config.kind !== 'llama.cpp') return null;
  if (config.model !== null) return (aliases(config.args) ?? [modelIdOf(config.model)]).map((id) => known(id, false));
  if (config.models_dir === null) return null;
  const folder = resolve(base, config.models_dir.replace(/^~(?=$|\/)/, homedir()));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const ids = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile() && /\.gguf$/i.test(entry.name)) return modelIdOf(entry.name);
      if (!entry.isDirectory()) return null;
      const inside = await readdir(join(folder, entry.name)).catch(() => []);
      return inside.some((name) => /\.gguf$/i.test(name)) ? entry.name : null;
    }),
  );
  return [...new Set(ids.filter((id) => id !== null))].sort().map((id) => known(id, true));
}

/** What the names of an engine's models depend on: when it changes, those that it reported before tell nothing any more. */
export function modelSource(config: EngineConfig): string {
  const { kind, mode, url, model, models_dir, preset, config: file, args } = config;
  return JSON.stringify([kind, mode, url, model, models_dir, preset, file, aliases(args)]);
}

/** The names given by `-a` or `--alias`, separated by commas; `null` without one. */
function aliases(args: readonly string[]): string[] | null {
  const at = Math.max(args.lastIndexOf('-a'), args.lastIndexOf('--alias'));
  const names = (at < 0 ? '' : (args[at + 1] ?? ''))
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? null : names;
}
