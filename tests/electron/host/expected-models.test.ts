import { expect, it } from 'vitest';
import { expectedModels, modelSource } from '../../../electron/host/expected-models.ts';
import { engineConfig } from '../../support/engine-config.ts';

const ids = async (args: string[]) => {
  const config = engineConfig({ kind: 'llama.cpp', model: '/models/tiny-q4.gguf', args });
  return (await expectedModels(config, '/'))?.map(({ id }) => id);
};

it('expects a single model under its file’s name', async () => {
  expect(await ids(['-t', '1'])).toEqual(['tiny-q4']);
});

it.each(['-a', '--alias'])('expects the names that %s gives instead', async (flag) => {
  expect(await ids(['-t', '1', flag, 'small, other'])).toEqual(['small', 'other']);
});

it.each([
  [{ kind: 'vllm', model: 'org/model' }, ['org/model']],
  [
    { kind: 'vllm', model: 'org/model', args: ['--served-model-name', 'one', 'two', '--dtype', 'auto'] },
    ['one', 'two'],
  ],
  [{ kind: 'vllm', model: 'org/model', args: ['--served-model-name=one'] }, ['one']],
  [{ kind: 'llama-cpp-python', model: '/m/tiny-q4.gguf' }, ['tiny-q4']],
  [{ kind: 'llama-cpp-python', model: '/m/tiny-q4.gguf', args: ['--model_alias', 'mine'] }, ['mine']],
])('expects of %j the models %j', async (written, expected) => {
  expect((await expectedModels(engineConfig(written), '/'))?.map(({ id }) => id)).toEqual(expected);
});

it('knows by its source when what an engine reported before tells nothing any more', () => {
  const source = (change: Record<string, unknown>) =>
    modelSource(engineConfig({ kind: 'llama.cpp', model: '/models/one.gguf', ...change }));
  expect(source({ ready_timeout: '1m', args: ['-t', '2'] })).toBe(source({}));
  expect(source({ model: '/models/two.gguf' })).not.toBe(source({}));
  expect(source({ args: ['--alias', 'small'] })).not.toBe(source({}));
});
