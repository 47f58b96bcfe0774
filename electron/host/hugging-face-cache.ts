import { join } from 'node:path';
import type { FoundModel, ModelFolder, ModelPurpose } from '../../shared/contract/detected.ts';
import { type GgufFile, ggufModels, SERVED } from './gguf-models.ts';
import type { FileFact, Search } from './model-search.ts';

/**
 * Hugging Face's cache (huggingface_hub, "Manage your cache"): `models--OWNER--NAME/snapshots/REVISION` holds links to
 * `blobs`. One folder for each snapshot that has language models: GGUF files, or safetensors with a `config.json`. A file that
 * two revisions share is found once.
 */
export async function huggingFaceCache(search: Search, hub: string): Promise<readonly ModelFolder[]> {
  const repositories: { path: string; name: string }[] = [];
  for await (const entry of search.entries(hub)) {
    const name = /^models--(.+)$/.exec(entry.name)?.[1]?.replaceAll('--', '/');
    if (name !== undefined && entry.isDirectory()) repositories.push({ path: join(hub, entry.name), name });
  }
  const found = await Promise.all(repositories.map(({ path, name }) => repository(search, path, name)));
  return found.flat();
}

async function repository(search: Search, path: string, name: string): Promise<readonly ModelFolder[]> {
  const snapshots: string[] = [];
  for await (const entry of search.entries(join(path, 'snapshots'))) {
    if (entry.isDirectory()) snapshots.push(join(path, 'snapshots', entry.name));
  }
  const found: ModelFolder[] = [];
  for (const snapshot of snapshots) {
    const folder = await snapshotOf(search, snapshot, name);
    if (folder) found.push(folder);
  }
  return found;
}

async function snapshotOf(search: Search, path: string, name: string): Promise<ModelFolder | null> {
  const ggufs: GgufFile[] = [];
  const shards = new Map<string, FileFact>();
  for await (const { file, folder } of below(search, path)) {
    const full = join(folder, file);
    const gguf = /\.gguf$/i.test(file);
    if (!gguf && !(folder === path && /\.safetensors$/.test(file))) continue;
    const fact = await search.file(full);
    if (!fact) continue;
    if (!gguf) shards.set(file, fact);
    else if (search.first(fact.id)) ggufs.push({ ...fact, path: full });
  }
  const models = [...(await ggufModels(search, 'huggingface', ggufs))];
  const known = [...shards.values()].filter((fact) => search.first(fact.id));
  const whole = known.length > 0 ? await safetensors(search, path, name, shards) : null;
  if (whole) models.push(whole);
  if (models.length === 0) return null;
  const counted = [...ggufs, ...(whole ? known : [])];
  return {
    path,
    store: 'huggingface',
    models_dir: models.some(
      (model) => model.format === 'gguf' && SERVED.includes(model.purpose) && model.problem === null,
    ),
    files: counted.length,
    bytes: counted.reduce((sum, file) => sum + file.bytes, 0),
    models,
    complete: !search.cut(),
  };
}

/** The files of a snapshot and of its folders, as quantisations are often kept in. */
async function* below(search: Search, path: string) {
  const inside: string[] = [];
  for await (const entry of search.entries(path)) {
    if (entry.isDirectory()) inside.push(join(path, entry.name));
    else yield { file: entry.name, folder: path };
  }
  for (const folder of inside) {
    for await (const entry of search.entries(folder)) if (!entry.isDirectory()) yield { file: entry.name, folder };
  }
}

interface ModelConfig {
  readonly architectures?: readonly unknown[];
  readonly max_position_embeddings?: unknown;
  readonly text_config?: { readonly max_position_embeddings?: unknown; readonly dtype?: unknown };
  readonly quantization_config?: { readonly quant_method?: unknown; readonly bits?: unknown };
  readonly dtype?: unknown;
  readonly torch_dtype?: unknown;
}

/** `null` when its `config.json` is not that of a language model: a picture model, a part of a pipeline. */
async function safetensors(
  search: Search,
  path: string,
  name: string,
  shards: ReadonlyMap<string, FileFact>,
): Promise<FoundModel | null> {
  const config = (await search.json(join(path, 'config.json'))) as ModelConfig | null;
  const index = (await search.json(join(path, 'model.safetensors.index.json'))) as {
    weight_map?: object;
    metadata?: { total_parameters?: unknown };
  } | null;
  const encoder = (await search.file(join(path, 'modules.json'))) !== null;
  const purpose = purposeOf(config, encoder);
  if (purpose === null) return null;
  const wanted = new Set(Object.values(index?.weight_map ?? {}).filter((file) => typeof file === 'string'));
  const missing = [...wanted].filter((file) => !shards.has(file)).length;
  const used = [...shards].filter(([file]) => wanted.size === 0 || wanted.has(file));
  return {
    path,
    name,
    store: 'huggingface',
    format: 'safetensors',
    purpose,
    quantization: quantizationOf(config),
    context_length: whole(config?.max_position_embeddings) ?? whole(config?.text_config?.max_position_embeddings),
    parameters: whole(index?.metadata?.total_parameters),
    bytes: used.reduce((sum, [, file]) => sum + file.bytes, 0),
    problem:
      missing > 0 ? `${missing} of its ${wanted.size} files are missing: it was not downloaded to the end` : null,
  };
}

/** By transformers' class names. */
function purposeOf(config: ModelConfig | null, encoder: boolean): ModelPurpose | null {
  const name = Array.isArray(config?.architectures) ? String(config.architectures[0]) : '';
  if (/ForSequenceClassification$/.test(name)) return 'reranker';
  if (encoder) return 'embedding';
  if (/Whisper|Speech/.test(name)) return null;
  return /For(?:CausalLM|ConditionalGeneration)$|LMHeadModel$/.test(name) ? 'chat' : null;
}

function quantizationOf(config: ModelConfig | null): string | null {
  const { quant_method, bits } = config?.quantization_config ?? {};
  if (typeof quant_method === 'string') {
    return `${quant_method.slice(0, 40).toUpperCase()}${whole(bits) === null ? '' : ` ${whole(bits)}-bit`}`;
  }
  const type = config?.torch_dtype ?? config?.dtype ?? config?.text_config?.dtype;
  const names: Readonly<Record<string, string>> = { bfloat16: 'BF16', float16: 'F16', float32: 'F32' };
  return typeof type === 'string' && Object.hasOwn(names, type) ? (names[type] ?? null) : null;
}

const whole = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;
