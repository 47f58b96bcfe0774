import { join } from 'node:path';
import type { FoundModel, ModelFolder } from '../../shared/contract/detected.ts';
import { factsOf } from './gguf-models.ts';
import type { Search } from './model-search.ts';

/**
 * Ollama's store (types/model/name.go, manifest/manifest.go): `manifests/HOST/NAMESPACE/MODEL/TAG` is JSON that names its
 * layers, `blobs/sha256-HEX` holds them. The names are those of `ollama list`. Models that run in Ollama's cloud have no weights
 * here and are left out. `null` when there is no model.
 */
export async function ollamaStore(search: Search, path: string): Promise<ModelFolder | null> {
  const manifests: { file: string; name: string }[] = [];
  const root = join(path, 'manifests');
  for (const host of await folders(search, root)) {
    for (const owner of await folders(search, join(root, host))) {
      for (const model of await folders(search, join(root, host, owner))) {
        const tags = join(root, host, owner, model);
        for await (const tag of search.entries(tags)) {
          if (tag.isFile())
            manifests.push({ file: join(tags, tag.name), name: shortName(host, owner, model, tag.name) });
        }
      }
    }
  }
  const found = await Promise.all(manifests.map(({ file, name }) => modelOf(search, path, file, name)));
  const models = found.filter((one) => one !== null);
  if (models.length === 0) return null;
  // Two names may stand for the same weights.
  const blobs = models.flatMap((one) => one.blobs).filter((blob) => search.first(blob.id));
  return {
    path,
    store: 'ollama',
    models_dir: false,
    files: blobs.length,
    bytes: blobs.reduce((sum, blob) => sum + blob.bytes, 0),
    models: models.map((one) => one.model).sort((a, b) => a.name.localeCompare(b.name)),
    complete: !search.cut(),
  };
}

/** As `ollama list` writes it: without what everybody has. */
function shortName(host: string, owner: string, model: string, tag: string): string {
  const name = `${model}:${tag}`;
  if (host !== 'registry.ollama.ai') return `${host}/${owner}/${name}`;
  return owner === 'library' ? name : `${owner}/${name}`;
}

async function folders(search: Search, path: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of search.entries(path)) if (entry.isDirectory()) names.push(entry.name);
  return names;
}

interface Layer {
  readonly type: string;
  readonly blob: string;
  readonly bytes: number;
}

const MODEL = 'application/vnd.ollama.image.model';
const WEIGHTS: readonly string[] = [
  MODEL,
  'application/vnd.ollama.image.projector',
  'application/vnd.ollama.image.adapter',
  'application/vnd.ollama.image.tensor',
];

async function modelOf(
  search: Search,
  store: string,
  manifest: string,
  name: string,
): Promise<{ model: FoundModel; blobs: { id: string; bytes: number }[] } | null> {
  const read = (await search.json(manifest)) as { layers?: unknown; config?: unknown } | null;
  const layers = (Array.isArray(read?.layers) ? read.layers : []).flatMap((layer) => layerOf(store, layer));
  const weights = layers.filter((layer) => WEIGHTS.includes(layer.type));
  if (weights.length === 0) return null;
  const files = await Promise.all(weights.map(async (layer) => ({ layer, file: await search.file(layer.blob) })));
  const main = files.find(({ layer }) => layer.type === MODEL);
  const answer = main?.file ? await search.header(main.layer.blob, main.file.id) : null;
  const [config] = layerOf(store, read?.config);
  const told = (config ? await search.json(config.blob) : null) as { file_type?: unknown } | null;
  const header = answer?.ok ? answer.header : null;
  const facts = factsOf(header, name);
  const missing = files.filter(({ file }) => file === null).length;
  const short = files.some(({ layer, file }) => file !== null && file.bytes < layer.bytes);
  const problem =
    search.cut() && missing > 0
      ? null
      : missing > 0
        ? 'a file of it is missing from the store'
        : short
          ? 'a file of it was not downloaded to the end'
          : answer && !answer.ok
            ? `not readable: ${answer.problem}`
            : null;
  return {
    model: {
      path: main?.layer.blob ?? manifest,
      name,
      store: 'ollama',
      format: main ? 'gguf' : 'safetensors',
      ...facts,
      quantization: facts.quantization ?? (typeof told?.file_type === 'string' ? told.file_type : null),
      parameters: header?.parameters ?? null,
      bytes: weights.reduce((sum, layer) => sum + layer.bytes, 0),
      problem,
    },
    blobs: files.flatMap(({ file }) => (file ? [file] : [])),
  };
}

/** A digest is nothing but letters and figures, so that no manifest leads out of the store. */
function layerOf(store: string, layer: unknown): Layer[] {
  const { mediaType, digest, size } = (layer ?? {}) as { mediaType?: unknown; digest?: unknown; size?: unknown };
  const hex = typeof digest === 'string' ? /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1] : undefined;
  if (hex === undefined) return [];
  return [
    {
      type: String(mediaType),
      blob: join(store, 'blobs', `sha256-${hex}`),
      bytes: typeof size === 'number' && size > 0 ? size : 0,
    },
  ];
}
