/** Where models lie and what their files say, in laid-out folders. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyModel } from '../../../../build/tiny-model.mjs';
import { ModelFiles } from '../../../../electron/host/fit/model-file.ts';
import { engineConfig } from '../../../support/engine-config.ts';
import { tempFolder } from '../../../support/tmp.ts';

const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};
const files = (home: string) => new ModelFiles({ home, platform: 'linux', env: {} });
const CONFIG = {
  architectures: ['Qwen2ForCausalLM'],
  num_hidden_layers: 28,
  hidden_size: 3584,
  intermediate_size: 18_944,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  max_position_embeddings: 32_768,
};
const SHAPE = { layers: 28, embedding: 3584, feed_forward: 18_944, heads: 28, kv_heads: 4, trained: 32_768 };

it('safetensors of a folder and of Hugging Face’s cache: only the files that the index names', async () => {
  const home = tempFolder('files');
  const snapshot = join(home, '.cache/huggingface/hub/models--Qwen--Small/snapshots/abc');
  for (const folder of [join(home, 'here'), snapshot]) {
    put(join(folder, 'config.json'), JSON.stringify(CONFIG));
    put(
      join(folder, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { a: 'one.safetensors', b: 'two.safetensors' } }),
    );
    put(join(folder, 'one.safetensors'), Buffer.alloc(3_000));
    put(join(folder, 'two.safetensors'), Buffer.alloc(2_000));
    put(join(folder, 'consolidated.safetensors'), Buffer.alloc(9_000));
  }
  const of = (model: string) => files(home).shapeOf(engineConfig({ kind: 'vllm', model }), model);
  for (const model of ['~/here', 'Qwen/Small'])
    expect(await of(model)).toMatchObject({ ok: true, shape: { ...SHAPE, weights: 5_000 } });
  expect(await of('Qwen/Other')).toEqual({ ok: false, problem: 'it is not downloaded yet' });
  rmSync(join(snapshot, 'two.safetensors'));
  expect(await of('Qwen/Small')).toMatchObject({ ok: false, problem: expect.stringContaining('1 of its 2 files') });
  put(join(home, 'here/config.json'), '{"num_hidden');
  expect(await of('~/here')).toMatchObject({ ok: false, problem: expect.stringContaining('config.json') });
});

it('a model of Ollama by its name, with and without its tag', async () => {
  const home = tempFolder('files');
  const digest = 'a'.repeat(64);
  const blob = join(home, `.ollama/models/blobs/sha256-${digest}`);
  makeTinyModel(blob, {});
  const layer = { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: 588_928 };
  put(
    join(home, '.ollama/models/manifests/registry.ollama.ai/library/tiny/latest'),
    JSON.stringify({ layers: [layer] }),
  );
  const all = files(home);
  for (const id of ['tiny', 'tiny:latest'])
    expect(await all.shapeOf(engineConfig({ kind: 'ollama' }), id)).toMatchObject({
      ok: true,
      shape: { weights: 588_928, layers: 2, embedding: 64, trained: 2048 },
    });
  expect(await all.shapeOf(engineConfig({ kind: 'ollama' }), 'other')).toMatchObject({ ok: false });
});

it('a model of a llama.cpp folder: a file by its name, a folder by its own', async () => {
  const home = tempFolder('files');
  makeTinyModel(join(home, 'm/one.gguf'), {});
  makeTinyModel(join(home, 'm/two/weights.gguf'), { layers: 3 });
  put(join(home, 'm/two/mmproj.gguf'), 'x');
  const of = (id: string) => files(home).shapeOf(engineConfig({ kind: 'llama.cpp', models_dir: '~/m' }), id);
  expect(await of('one')).toMatchObject({ ok: true, shape: { layers: 2, feed_forward: 128 } });
  expect(await of('two')).toMatchObject({ ok: true, shape: { layers: 3 } });
  expect(await of('three')).toEqual({ ok: false, problem: 'no file of ~/m is called three' });
});
