import { describe, expect, it } from 'vitest';
import { nearNames } from '../../../electron/router/near.ts';

const known = ['qwen-coder', 'llama3.1', 'llama3.1:latest', 'gpt-4o-mini', 'dolphin', 'ü'];

describe('nearNames', () => {
  it('offers misspelt, cut and differently punctuated names, nearest first', () => {
    expect(nearNames('qwen_coder', known)).toEqual(['qwen-coder']);
    expect(nearNames('qwen-codr', known)).toEqual(['qwen-coder']);
    expect(nearNames('Llama-3.1', known)).toEqual(['llama3.1', 'llama3.1:latest']);
    expect(nearNames('gpt-4o', known)).toEqual(['gpt-4o-mini']);
  });
  it('offers nothing when nothing is near', () => {
    expect(nearNames('claude', known)).toEqual([]);
    expect(nearNames('', known)).toEqual([]);
    expect(nearNames('x', [])).toEqual([]);
  });
  it('offers five at most and takes long names', () => {
    expect(nearNames('model', ['model1', 'model2', 'model3', 'model4', 'model5', 'model6'])).toHaveLength(5);
    expect(nearNames('y'.repeat(5_000_000), ['y'.repeat(300)])).toHaveLength(1);
  });
});
