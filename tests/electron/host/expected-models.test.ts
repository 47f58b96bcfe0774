import { expect, it } from 'vitest';
import { expectedModels } from '../../../electron/host/expected-models.ts';
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
