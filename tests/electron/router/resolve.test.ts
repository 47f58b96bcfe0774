import { describe, expect, it } from 'vitest';
import { compileTable, knownNames, resolve, resolveName } from '../../../electron/router/resolve.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';

const warnings: string[] = [];
const compile = (over: Parameters<typeof table>[0]) =>
  compileTable(
    table({
      engines: [engine('ollama', 'http://127.0.0.1:1'), engine('vllm', 'http://127.0.0.1:2')],
      models: [model('qwen', [target('vllm', 'Qwen/Qwen2.5'), target('ollama', 'qwen:7b')])],
      aliases: { gpt: 'qwen', twice: 'gpt', round: 'about', about: 'round', direct: 'ollama/phi' },
      discovered: [
        { id: 'llama3', engine: 'ollama' },
        { id: 'llama3', engine: 'vllm' },
        { id: 'qwen', engine: 'ollama' },
        { id: 'meta/llama', engine: 'vllm' },
      ],
      patterns: [
        { match: '^gpt-4', engine: 'vllm', model: 'big' },
        { match: ':latest$', engine: 'ollama', model: null },
      ],
      ...over,
    }),
    (text) => warnings.push(text),
  );
const where = (name: string | null, over: Parameters<typeof table>[0] = {}) => {
  const entry = resolve(compile(over), name);
  return entry && [entry.id, ...entry.targets.map((t) => `${t.engine}:${t.model}`)];
};

describe('resolve', () => {
  it('takes an entry before everything else', () => {
    expect(where('qwen')).toEqual(['qwen', 'vllm:Qwen/Qwen2.5', 'ollama:qwen:7b']);
  });
  it('follows aliases, also of aliases, and ends in a circle', () => {
    expect(where('gpt')?.[0]).toBe('qwen');
    expect(where('twice')?.[0]).toBe('qwen');
    expect(where('direct')).toEqual(['ollama/phi', 'ollama:phi']);
    expect(where('round')).toBeNull();
  });
  it('takes engine/model only when an engine has that name', () => {
    expect(where('ollama/hf.co/a/b:q4')).toEqual(['ollama/hf.co/a/b:q4', 'ollama:hf.co/a/b:q4']);
    expect(where('meta/llama')).toEqual(['meta/llama', 'vllm:meta/llama']);
    expect(where('nobody/llama')).toBeNull();
    expect(where('ollama/')).toBeNull();
  });
  it('takes what an engine reports, the first in file order', () => {
    expect(where('llama3')).toEqual(['llama3', 'ollama:llama3']);
  });
  it('finds a model by the other names of its engine, after every id, and does not list them', () => {
    const discovered = [
      { id: 'phi:latest', engine: 'ollama', also: ['phi'] },
      { id: 'tiny:latest', engine: 'ollama', also: ['tiny'] },
      { id: 'tiny', engine: 'vllm' },
    ];
    expect(where('phi', { discovered })).toEqual(['phi', 'ollama:phi']);
    expect(where('tiny', { discovered })).toEqual(['tiny', 'vllm:tiny']);
    expect([...knownNames(compile({ discovered }))]).not.toContain('phi');
  });
  it('tries patterns last, in order, on names of at most 256', () => {
    expect(where('gpt-4o')).toEqual(['gpt-4o', 'vllm:big']);
    expect(where('phi:latest')).toEqual(['phi:latest', 'ollama:phi:latest']);
    expect(where(`${'x'.repeat(256)}:latest`)).toBeNull();
  });
  it('ends with default_model, for a missing name too', () => {
    expect(where('nope', { default_model: 'gpt' })?.[0]).toBe('qwen');
    expect(where(null, { default_model: 'gpt' })?.[0]).toBe('qwen');
    expect(where(null)).toBeNull();
    expect(resolveName(compile({ default_model: 'gpt' }), 'nope')).toBeNull();
  });
  it('leaves a broken pattern out and says so', () => {
    expect(where('x', { patterns: [{ match: '(', engine: 'vllm', model: null }] })).toBeNull();
    expect(warnings.join()).toContain('left out');
  });
  it('knows every name once asked for near ones', () => {
    expect(knownNames(compile({}))).toEqual(
      new Set(['qwen', 'gpt', 'twice', 'round', 'about', 'direct', 'llama3', 'meta/llama']),
    );
  });
});
