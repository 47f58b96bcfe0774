import { describe, expect, it } from 'vitest';
import { engineForms } from '../../../../renderer/features/config/engine-form-values.ts';
import { CONFIG_TEXT } from '../../support/recorded.ts';

describe('engineForms', () => {
  it('reads every engine with its lines', () => {
    const forms = engineForms(CONFIG_TEXT);
    expect(forms.map((f) => [f.name, f.lines])).toEqual([
      ['ollama', [6, 6]],
      ['llama', [7, 12]],
      ['qwen-vllm', [13, 19]],
    ]);
    expect(forms[1]).toMatchObject({
      kind: 'llama.cpp',
      port: 8080,
      start: 'with-app',
      modelKey: 'models_dir',
      model: '~/models',
      args: ['-t', '4', '--alias', 'my model'],
      byUrl: false,
    });
  });

  it('says which port an engine has when none is written', () => {
    const [ollama] = engineForms('engines: { ollama: { kind: ollama } }');
    const [llama] = engineForms('engines: { llama: { kind: llama.cpp } }');
    expect([ollama?.usualPort, llama?.usualPort]).toEqual([11434, null]);
  });

  it('reads an engine that is only reached by address', () => {
    expect(engineForms('engines: { w: { kind: openai, url: "http://h/v1" } }')[0]).toMatchObject({
      byUrl: true,
      url: 'http://h/v1',
    });
  });

  it('takes texts that are no config', () => {
    for (const text of ['', 'a: [', 'engines: 7', 'engines: [a]', '- x', 'engines:\n  a:', '*x']) {
      expect(Array.isArray(engineForms(text))).toBe(true);
    }
    expect(engineForms('engines:\n  a:\n')).toMatchObject([{ name: 'a', kind: null }]);
  });
});
