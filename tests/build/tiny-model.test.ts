import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER, KNOWN_TOKENS, makeTinyModel } from '../../build/tiny-model.mjs';
import { tempFolder } from '../support/tmp.ts';

it('writes the same small file each time', () => {
  const folder = tempFolder();
  const { bytes } = makeTinyModel(join(folder, 'a.gguf'));
  makeTinyModel(join(folder, 'b.gguf'));
  const file = readFileSync(join(folder, 'a.gguf'));
  expect(file.equals(readFileSync(join(folder, 'b.gguf')))).toBe(true);
  expect(file.length).toBe(bytes);
  expect(bytes).toBeLessThan(700_000);
  expect(file.toString('latin1', 0, 4)).toBe('GGUF');
});

it('says how many tokens its answer has', () => {
  expect(KNOWN_ANSWER.split(' ').length).toBe(KNOWN_TOKENS); // the leading space stands for the end-of-text token's place
});

it('refuses sizes that no engine could load', () => {
  expect(() => makeTinyModel(join(tempFolder(), 'x.gguf'), { embd: 100 })).toThrow('multiple of 32');
  expect(() => makeTinyModel(join(tempFolder(), 'x.gguf'), { embd: 32 })).toThrow('above');
});
