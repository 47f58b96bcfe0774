/** Where the model of a target lies on this machine, and what its file says that memory depends on. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EngineConfig } from '../../../shared/config/schema.ts';
import type { FoundModel, ModelFolder } from '../../../shared/contract/detected.ts';
import type { ModelShape } from '../../core/fit/estimate.ts';
import { expandHome } from '../../engines/arguments.ts';
import { modelIdOf } from '../../engines/llama-cpp.ts';
import { readModelHeader } from '../gguf-header.ts';
import { huggingFaceCache } from '../hugging-face-cache.ts';
import { modelPlaces } from '../model-places.ts';
import { type Search, startSearch } from '../model-search.ts';
import { ollamaStore } from '../ollama-store.ts';

/** Why it can't be known is a clause for after "because". */
export type ShapeAnswer =
  | { readonly ok: true; readonly shape: ModelShape }
  | { readonly ok: false; readonly problem: string };

export interface Surroundings {
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** For one model's folders and headers: more than a store of thousands takes. */
const BOUNDS = { timeMs: 4_000, entries: 20_000 };

/** What was found holds for so long, ms. */
const HOLDS = 60_000;
/** As many answers are kept. */
const MOST = 1_000;

/** The models of this machine, by engine and name. Stores of many models are looked through once for all of them. */
export class ModelFiles {
  #around: Surroundings;
  #kept = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The model that this engine knows as `id`; nothing is loaded, and it ends in time. */
  shapeOf(config: EngineConfig, id: string): Promise<ShapeAnswer> {
    const { kind, cwd, model, models_dir, env } = config;
    const key = JSON.stringify([kind, id, cwd, model, models_dir, env.OLLAMA_MODELS]);
    return this.#once(key, () => this.#find(config, id));
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() - kept.at < HOLDS) return kept.answer as Promise<T>;
    this.#kept.delete(key);
    const answer = ask();
    this.#kept.set(key, { at: performance.now(), answer });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return answer;
  }

  async #find(config: EngineConfig, id: string): Promise<ShapeAnswer> {
    const search = startSearch(BOUNDS);
    const { home, platform } = this.#around;
    const system = platform === 'win32' || platform === 'darwin' ? platform : 'linux';
    const at = (path: string): string => resolve(config.cwd ?? '.', expandHome(path, { home, platform: system }));
    if (config.kind === 'ollama') return this.#ollama(search, config, id);
    if (config.kind === 'vllm') {
      if (config.model === null) return unknown('the config does not say which model it serves');
      return this.#safetensors(search, config.model, at(config.model));
    }
    if (config.model !== null) return ggufShape(search, at(config.model));
    if (config.models_dir === null) return unknown('the config does not say where its file lies');
    const path = await fileOf(search, at(config.models_dir), id);
    return path === null ? unknown(`no file of ${config.models_dir} is called ${id}`) : ggufShape(search, path);
  }

  async #ollama(search: Search, { env }: EngineConfig, id: string): Promise<ShapeAnswer> {
    const own = env.OLLAMA_MODELS;
    const name = id.includes(':') ? id : `${id}:latest`;
    for (const place of own === undefined ? placesOf('ollama', this.#around) : [own]) {
      const store = await this.#once(`ollama ${place}`, () => ollamaStore(search, place));
      const found = modelIn([store], name);
      if (found === null) continue;
      if (found.problem !== null) return unknown(found.problem);
      if (found.format !== 'gguf') return unknown('its weights are in no GGUF file');
      const answer = await ggufShape(search, found.path);
      return answer.ok ? { ok: true, shape: { ...answer.shape, weights: found.bytes } } : answer;
    }
    return unknown('its files are not where Ollama keeps them for this user');
  }

  async #safetensors(search: Search, name: string, folder: string): Promise<ShapeAnswer> {
    const local = await stat(folder).catch(() => null);
    if (local?.isFile()) return ggufShape(search, folder);
    if (local?.isDirectory()) return configShape(search, folder, await weightsIn(search, folder));
    for (const hub of placesOf('huggingface', this.#around)) {
      // Snapshots of one model are of one size.
      const found = modelIn(await this.#once(`hub ${hub}`, () => huggingFaceCache(search, hub)), name);
      if (found === null) continue;
      if (found.problem !== null) return unknown(found.problem);
      return found.format === 'gguf' ? ggufShape(search, found.path) : configShape(search, found.path, found.bytes);
    }
    return unknown('it is not downloaded yet');
  }
}

/** llama.cpp's router: `x.gguf` is the model `x`, a folder with GGUF files is one by its name. */
async function fileOf(search: Search, folder: string, id: string): Promise<string | null> {
  for await (const entry of search.entries(folder)) {
    if (entry.isDirectory() && entry.name === id) {
      const inside: string[] = [];
      for await (const { name } of search.entries(join(folder, id)))
        if (/\.gguf$/i.test(name) && !/mmproj/i.test(name)) inside.push(name);
      const [first] = inside.sort();
      return first === undefined ? null : join(folder, id, first);
    }
    if (/\.gguf$/i.test(entry.name) && modelIdOf(entry.name) === id) return join(folder, entry.name);
  }
  return null;
}

async function ggufShape(search: Search, path: string): Promise<ShapeAnswer> {
  const answer = await readModelHeader(path);
  if (!answer.ok) return unknown(`its file can’t be read: ${answer.problem}`);
  const { shape, context_length: trained, bytes, split } = answer.header;
  if (split === null) return { ok: true, shape: { ...shape, weights: bytes, trained } };
  // The first part has the facts, the others have weights too.
  const parts = Array.from({ length: split.parts }, (_, i) =>
    path.replace(/-\d{5}-of-(\d{5}\.gguf)$/i, `-${String(i + 1).padStart(5, '0')}-of-$1`),
  );
  const sizes = await Promise.all(parts.map((part) => search.file(part)));
  if (sizes.includes(null)) return unknown('a part of its file is missing');
  return { ok: true, shape: { ...shape, weights: sizes.reduce((sum, one) => sum + (one?.bytes ?? 0), 0), trained } };
}

/** Bytes of the files that the index names, of all of them without an index. */
async function weightsIn(search: Search, folder: string): Promise<number> {
  const index = (await search.json(join(folder, 'model.safetensors.index.json'))) as {
    weight_map?: Readonly<Record<string, unknown>>;
  } | null;
  const named = new Set(Object.values(index?.weight_map ?? {}));
  let sum = 0;
  for await (const { name } of search.entries(folder)) {
    if (!name.endsWith('.safetensors') || (named.size > 0 && !named.has(name))) continue;
    sum += (await search.file(join(folder, name)))?.bytes ?? 0;
  }
  return sum;
}

/** transformers' names; of a model of pictures and text the part for text. */
async function configShape(search: Search, folder: string, weights: number): Promise<ShapeAnswer> {
  const read = (await search.json(join(folder, 'config.json'))) as Record<string, unknown> | null;
  if (read === null) return unknown('it has no config.json that could be read');
  if (weights === 0) return unknown('it has no weights beside its config.json');
  const inner = read.text_config;
  const of = (typeof inner === 'object' && inner !== null ? inner : read) as Record<string, unknown>;
  const whole = (key: string): number | null =>
    Number.isSafeInteger(of[key]) && (of[key] as number) > 0 ? (of[key] as number) : null;
  return {
    ok: true,
    shape: {
      weights,
      layers: whole('num_hidden_layers'),
      embedding: whole('hidden_size'),
      feed_forward: whole('intermediate_size'),
      heads: whole('num_attention_heads'),
      kv_heads: whole('num_key_value_heads'),
      key_length: whole('head_dim'),
      value_length: whole('head_dim'),
      trained: whole('max_position_embeddings'),
    },
  };
}

function modelIn(folders: readonly (ModelFolder | null)[], name: string): FoundModel | null {
  return folders.flatMap((folder) => folder?.models ?? []).find((model) => model.name === name) ?? null;
}

const placesOf = (store: 'ollama' | 'huggingface', around: Surroundings): string[] =>
  modelPlaces(around).flatMap((place) => (place.store === store ? [place.path] : []));

const unknown = (problem: string): ShapeAnswer => ({ ok: false, problem });
