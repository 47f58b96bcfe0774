import { describe, expect, it } from 'vitest';
import { judge, pullers } from '../../../../renderer/features/models/pull-form.ts';
import { ENGINES } from '../../support/recorded.ts';

const file = { pulls: 'file' } as const;
const name = { pulls: 'name' } as const;
const sum = 'ab'.repeat(32);

describe('the form of “Get a model”', () => {
  it('offers the engines that a model can be got for', () => {
    expect(pullers(ENGINES).map((engine) => engine.name)).toEqual(['ollama', 'llama', 'big']);
  });

  it('has nothing wrong and nothing to send while it is empty', () => {
    for (const engine of [file, name]) {
      const judged = judge(engine, { model: ' ', sha256: '' });
      expect(judged).toMatchObject({ input: null, model: { wrong: false }, sha256: { wrong: false } });
    }
  });

  it('says what will be done', () => {
    expect(judge(file, { model: ' hf:org/repo/tiny.gguf@v2 ', sha256: `sha256:${sum.toUpperCase()}` })).toMatchObject(
      {
        input: { model: 'hf:org/repo/tiny.gguf@v2', sha256: sum },
        model: { wrong: false, text: 'Gets tiny.gguf from org/repo at v2 on Hugging Face.' },
      },
    );
    expect(
      judge(file, { model: 'https://x.org/big-00001-of-00003.gguf', sha256: '' }).model.text.replace(/\s/g, ' '),
    ).toBe('Gets 3 parts into the folder big.');
    const sent = { model: 'qwen2.5:7b', sha256: null };
    expect(judge(name, { model: 'qwen2.5:7b', sha256: '' }).input).toEqual(sent);
    // The field is not shown for such an engine, so what was typed for another one does not count.
    for (const sha256 of [sum, 'x']) expect(judge(name, { model: 'qwen2.5:7b', sha256 }).input).toEqual(sent);
  });

  it('says what is wrong', () => {
    expect(judge(file, { model: 'qwen2.5:7b', sha256: '' })).toMatchObject({ input: null, model: { wrong: true } });
    expect(judge(name, { model: 'hf:o/r/x.gguf', sha256: '' })).toMatchObject({
      input: null,
      model: { wrong: true },
    });
    expect(judge(file, { model: 'hf:o/r/x.gguf', sha256: 'abc' })).toMatchObject({
      input: null,
      sha256: { wrong: true },
    });
    const parts = judge(file, { model: 'hf:o/r/x-00001-of-00002.gguf', sha256: sum });
    expect(parts).toMatchObject({ input: null, sha256: { wrong: true, text: expect.stringContaining('several') } });
  });
});
