import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findModelFolders } from '../../../electron/host/model-folders.ts';
import { modelPlaces } from '../../../electron/host/model-places.ts';
import type { FoundModel } from '../../../shared/contract/detected.ts';
import { type GgufEntry, gguf } from '../../support/gguf.ts';
import { tempFolder } from '../../support/tmp.ts';

const text = (key: string, value: string): GgufEntry => ({ key, type: 'text', value });
const u32 = (key: string, value: number): GgufEntry => ({ key, type: 'u32', value });

/** A small real model file; `bytes` long. */
function model(bytes: number, entries: readonly GgufEntry[] = [], weights = 10): Buffer {
  const header = gguf(
    [
      text('general.architecture', 'llama'),
      u32('general.file_type', 15),
      u32('llama.context_length', 4096),
      ...entries,
    ],
    [{ name: 'w', shape: [weights] }],
  );
  return Buffer.concat([header, Buffer.alloc(bytes - header.length)]);
}

function home(files: Record<string, Buffer | string | object>): string {
  const folder = tempFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const bytes = Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
function find(folder: string, env: Record<string, string> = {}) {
  const places = modelPlaces({ env, home: folder, platform: 'linux' });
  return findModelFolders({ env, home: folder, places: places.filter((place) => place.path.startsWith(folder)) });
}
const names = (models: readonly FoundModel[] = []) => models.map((one) => one.name);

describe('folders of GGUF files', () => {
  it('are told with their models, from one level below too', async () => {
    const folder = home({
      'models/a.gguf': model(1000),
      'models/sub/B.GGUF': model(2000, [], 20),
      'models/notes.txt': 'not a model',
      'models/c.gguf.part': model(900),
    });
    expect(await find(folder)).toEqual([
      {
        path: join(folder, 'models'),
        store: 'folder',
        models_dir: true,
        files: 2,
        bytes: 3000,
        complete: true,
        models: [
          {
            path: join(folder, 'models/a.gguf'),
            name: 'a',
            store: 'folder',
            format: 'gguf',
            purpose: 'chat',
            quantization: 'Q4_K_M',
            context_length: 4096,
            parameters: 10,
            bytes: 1000,
            problem: null,
          },
          expect.objectContaining({ name: 'B', parameters: 20, bytes: 2000 }),
        ],
      },
    ]);
  });

  it('show what is of no use, and why', async () => {
    const folder = home({
      'models/cut.gguf': model(1000).subarray(0, 60),
      'models/page.gguf': '<!doctype html><title>Please sign in</title>',
      'models/half-00001-of-00003.gguf': model(500),
      'models/half-00003-of-00003.gguf': model(500),
    });
    const [found] = await find(folder);
    expect(found).toMatchObject({ models_dir: false, files: 4 });
    expect(found?.models.map(({ name, problem }) => [name, problem])).toEqual([
      ['cut', expect.stringMatching(/^not readable: it ends in the middle of its header/)],
      ['half', '1 of its 3 files are missing'],
      ['page', 'not readable: it is no GGUF file'],
    ]);
  });

  it('count the parts of a split model as one, and know what is no chat model', async () => {
    const later = gguf([u32('split.no', 1), u32('split.count', 2)], [{ name: 'w', shape: [12] }]);
    const folder = home({
      'models/big-00001-of-00002.gguf': model(1000, [u32('split.no', 0), u32('split.count', 2)], 30),
      'models/big-00002-of-00002.gguf': Buffer.concat([later, Buffer.alloc(1000 - later.length)]),
      'models/big-mmproj.gguf': model(400, [text('general.type', 'mmproj')]),
      'models/embed.gguf': model(400, [u32('llama.pooling_type', 1)]),
      'models/rank.gguf': model(400, [u32('llama.pooling_type', 4)]),
    });
    const [found] = await find(folder);
    expect(found?.files).toBe(5);
    expect(found?.models.map(({ name, purpose, bytes, parameters }) => [name, purpose, bytes, parameters])).toEqual([
      ['big', 'chat', 2000, 42],
      ['big-mmproj', 'projector', 400, 10],
      ['embed', 'embedding', 400, 10],
      ['rank', 'reranker', 400, 10],
    ]);
  });

  it('count a file once, however many links lead to it, and survive links in a circle', async () => {
    const folder = home({ 'models/a.gguf': model(1000), '.lmstudio/models/ada/b/b.gguf': model(700) });
    linkSync(join(folder, 'models/a.gguf'), join(folder, 'models/again.gguf'));
    symlinkSync('a.gguf', join(folder, 'models/linked.gguf'));
    symlinkSync(join(folder, 'models/a.gguf'), join(folder, '.lmstudio/models/ada/b/a.gguf'));
    symlinkSync('self.gguf', join(folder, 'models/self.gguf'));
    symlinkSync('..', join(folder, 'models/up'));
    symlinkSync('models', join(folder, 'Models'));
    expect((await find(folder)).map(({ path, files, bytes }) => [path, files, bytes])).toEqual([
      [join(folder, 'models'), 1, 1000],
      [join(folder, '.lmstudio/models/ada'), 1, 700],
    ]);
  });

  it('of LM Studio: a publisher’s, since llama.cpp looks one level down', async () => {
    const folder = home({
      '.lmstudio/models/ada/one-GGUF/one.gguf': model(1000),
      '.lmstudio/models/ada/two-GGUF/two.gguf': model(2000),
      '.lmstudio/models/bob/three-GGUF/three.gguf': model(500),
    });
    expect((await find(folder)).map(({ path, store, files, bytes }) => [path, store, files, bytes])).toEqual([
      [join(folder, '.lmstudio/models/ada'), 'lm-studio', 2, 3000],
      [join(folder, '.lmstudio/models/bob'), 'lm-studio', 1, 500],
    ]);
  });

  it('of llama.cpp’s own cache, moved by its variable too', async () => {
    const folder = home({ '.cache/llama.cpp/a.gguf': model(500), 'elsewhere/b.gguf': model(600) });
    expect((await find(folder)).map(({ path }) => path)).toEqual([join(folder, '.cache/llama.cpp')]);
    const moved = await find(folder, { LLAMA_CACHE: join(folder, 'elsewhere') });
    expect(moved.map(({ path }) => path)).toEqual([join(folder, 'elsewhere')]);
  });

  it('are none where nothing is', async () => {
    expect(await find(home({}))).toEqual([]);
    expect(await find('/nowhere/at/all')).toEqual([]);
  });

  it('are cut short, and say so, where there is too much', async () => {
    const folder = home(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`models/${i}.gguf`, model(500)])));
    const places = [{ store: 'folder' as const, path: join(folder, 'models') }];
    const [found] = await findModelFolders({ env: {}, home: folder, places, entries: 4 });
    expect(found?.complete).toBe(false);
    expect(found?.files).toBeLessThan(5);
  });
});

describe('Hugging Face’s cache', () => {
  const hub = '.cache/huggingface/hub/models--ada--tiny';

  it('has GGUF files, which are links, with the snapshot’s folder for llama.cpp', async () => {
    const folder = home({ [`${hub}/blobs/abc`]: model(800) });
    const snapshot = join(folder, hub, 'snapshots/123');
    mkdirSync(snapshot, { recursive: true });
    symlinkSync('../../blobs/abc', join(snapshot, 'y.gguf'));
    symlinkSync('../../blobs/gone', join(snapshot, 'dead.gguf'));
    const older = join(folder, hub, 'snapshots/122');
    mkdirSync(older);
    symlinkSync('../../blobs/abc', join(older, 'y.gguf'));
    const found = await find(folder);
    expect(found).toMatchObject([{ store: 'huggingface', models_dir: true, files: 1, bytes: 800 }]);
    expect(names(found[0]?.models)).toEqual(['y']);
  });

  it('has safetensors: the owner’s name, size, context and quantisation of its config', async () => {
    const snapshot = `${hub}/snapshots/main-1`;
    const folder = home({
      [`${snapshot}/config.json`]: {
        architectures: ['Qwen2ForCausalLM'],
        max_position_embeddings: 32_768,
        torch_dtype: 'float16',
        quantization_config: { quant_method: 'awq', bits: 4 },
      },
      [`${snapshot}/model-00001-of-00002.safetensors`]: Buffer.alloc(700),
      [`${snapshot}/model-00002-of-00002.safetensors`]: Buffer.alloc(300),
      [`${snapshot}/model.safetensors.index.json`]: {
        metadata: { total_parameters: 7_000_000_000 },
        weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
      },
    });
    expect(await find(folder)).toMatchObject([
      {
        models_dir: false,
        files: 2,
        bytes: 1000,
        models: [
          {
            name: 'ada/tiny',
            path: join(folder, snapshot),
            format: 'safetensors',
            purpose: 'chat',
            quantization: 'AWQ 4-bit',
            context_length: 32_768,
            parameters: 7_000_000_000,
            bytes: 1000,
            problem: null,
          },
        ],
      },
    ]);
  });

  it('tells what was not downloaded to the end, embedding models, and leaves out what is no language model', async () => {
    const of = (name: string) => `.cache/huggingface/hub/models--ada--${name}/snapshots/1`;
    const folder = home({
      [`${of('half')}/config.json`]: { architectures: ['LlamaForCausalLM'], torch_dtype: 'bfloat16' },
      [`${of('half')}/model-00001-of-00002.safetensors`]: Buffer.alloc(50),
      [`${of('half')}/model.safetensors.index.json`]: {
        weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
      },
      [`${of('embed')}/config.json`]: { architectures: ['BertModel'] },
      [`${of('embed')}/modules.json`]: [],
      [`${of('embed')}/model.safetensors`]: Buffer.alloc(40),
      [`${of('rank')}/config.json`]: { architectures: ['XLMRobertaForSequenceClassification'] },
      [`${of('rank')}/model.safetensors`]: Buffer.alloc(30),
      [`${of('picture')}/model.safetensors`]: Buffer.alloc(20),
      [`${of('ear')}/config.json`]: { architectures: ['WhisperForConditionalGeneration'] },
      [`${of('ear')}/model.safetensors`]: Buffer.alloc(10),
      [`${of('odd')}/config.json`]: '[not json',
      [`${of('odd')}/model.safetensors`]: Buffer.alloc(10),
    });
    const models = (await find(folder)).flatMap((one) => one.models);
    expect(models.map(({ name, purpose, quantization, problem }) => [name, purpose, quantization, problem])).toEqual([
      ['ada/half', 'chat', 'BF16', '1 of its 2 files are missing: it was not downloaded to the end'],
      ['ada/embed', 'embedding', null, null],
      ['ada/rank', 'reranker', null, null],
    ]);
  });
});

describe('Ollama’s store', () => {
  const TYPE = 'application/vnd.ollama.image.';
  const store = '.ollama/models';
  const digest = (bytes: Buffer | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const blob = (bytes: Buffer | string) => `${store}/blobs/${digest(bytes).replace(':', '-')}`;
  const weights = model(1500);
  const config = JSON.stringify({ file_type: 'Q8_0' });
  const manifest = (bytes: Buffer | string, size = bytes.length) => ({
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: digest(config), size: 10 },
    layers: [
      { mediaType: `${TYPE}model`, digest: digest(bytes), size },
      { mediaType: `${TYPE}template`, digest: digest('template'), size: 8 },
    ],
  });
  const at = (name: string) => `${store}/manifests/registry.ollama.ai/${name}`;

  it('has models by their names, with the facts of their blobs; weights with two names count once', async () => {
    const folder = home({
      [blob(weights)]: weights,
      [blob(config)]: config,
      [at('library/llama3.1/latest')]: manifest(weights),
      [at('library/llama3.1/8b')]: manifest(weights),
      [at('ada/own/v1')]: manifest(weights),
      [`${store}/manifests/hf.co/ada/own-GGUF/Q4_K_M`]: manifest(weights),
    });
    const [found] = await find(folder);
    expect(found).toMatchObject({
      path: join(folder, store),
      store: 'ollama',
      models_dir: false,
      files: 1,
      bytes: 1500,
    });
    expect(names(found?.models)).toEqual([
      'ada/own:v1',
      'hf.co/ada/own-GGUF:Q4_K_M',
      'llama3.1:8b',
      'llama3.1:latest',
    ]);
    expect(found?.models[2]).toEqual({
      path: join(folder, blob(weights)),
      name: 'llama3.1:8b',
      store: 'ollama',
      format: 'gguf',
      purpose: 'chat',
      quantization: 'Q4_K_M',
      context_length: 4096,
      parameters: 10,
      bytes: 1500,
      problem: null,
    });
  });

  it('tells missing and cut blobs, leaves out cloud models, and is not led out of the store', async () => {
    const folder = home({
      [blob(weights)]: weights.subarray(0, 1000),
      [at('library/cut/latest')]: manifest(weights),
      [at('library/gone/latest')]: manifest('never downloaded'),
      [at('library/cloud/latest')]: { config: {}, layers: [] },
      [at('library/odd/latest')]: '{"layers": 3',
      [at('library/evil/latest')]: {
        layers: [{ mediaType: `${TYPE}model`, digest: 'sha256:../../../../etc/passwd', size: 5 }],
      },
    });
    const [found] = await find(folder);
    expect(found?.models.map(({ name, problem }) => [name, problem])).toEqual([
      ['cut:latest', 'a file of it was not downloaded to the end'],
      ['gone:latest', 'a file of it is missing from the store'],
    ]);
  });

  it('is found where its variable says', async () => {
    const folder = home({ [blob(weights)]: weights, [at('library/a/latest')]: manifest(weights) });
    const places = modelPlaces({ env: { OLLAMA_MODELS: '/data/ollama' }, home: folder, platform: 'linux' });
    expect(places.filter(({ store: one }) => one === 'ollama').map(({ path }) => path)).toEqual([
      '/data/ollama',
      '/usr/share/ollama/.ollama/models',
    ]);
  });
});

it('whatever JSON lies in a store, it is told or left out', async () => {
  const snapshot = '.cache/huggingface/hub/models--ada--odd/snapshots/1';
  const folder = home({
    [`${snapshot}/model.safetensors`]: Buffer.alloc(10),
    '.ollama/models/manifests/a/b/c/d': '{}',
  });
  const places = ['config.json', 'model.safetensors.index.json', 'modules.json'];
  const shapes = fc.oneof(
    fc.jsonValue(),
    fc.record({ architectures: fc.jsonValue(), quantization_config: fc.jsonValue(), text_config: fc.jsonValue() }),
    fc.record({ layers: fc.array(fc.jsonValue()), config: fc.jsonValue() }),
    fc.record({ weight_map: fc.jsonValue(), metadata: fc.jsonValue() }),
  );
  await fc.assert(
    fc.asyncProperty(shapes, shapes, fc.constantFrom(...places), async (manifest, other, file) => {
      writeFileSync(join(folder, '.ollama/models/manifests/a/b/c/d'), JSON.stringify(manifest));
      writeFileSync(join(folder, snapshot, file), JSON.stringify(other));
      for (const { models } of await find(folder)) for (const one of models) expect(one.name).not.toBe('');
    }),
    { numRuns: 150 },
  );
});
