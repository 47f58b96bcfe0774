import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { OLLAMA_PULL } from '../../../electron/engines/pull-way.ts';
import { engineConfig } from '../../support/engine-config.ts';

const way = (...args: Parameters<typeof engineConfig>) => {
  const config = engineConfig(...args);
  return PROFILES[config.kind].pull(config);
};

describe('how a model is got', () => {
  it('is told for every kind, and says what to do where it is not ours', () => {
    expect(way({ kind: 'ollama' })).toMatchObject({ by: 'engine' });
    expect(way({ kind: 'llama.cpp', models_dir: '~/models' })).toMatchObject({ by: 'file', folder: '~/models' });
    for (const config of [
      { kind: 'llama.cpp', model: 'm.gguf' },
      { kind: 'llama.cpp', preset: 'p.ini' },
      { kind: 'llama.cpp', mode: 'external' },
      { kind: 'llama-cpp-python', model: 'm.gguf' },
      { kind: 'vllm', model: 'Qwen/Qwen2.5-7B' },
      { kind: 'litellm' },
      { kind: 'openai', url: 'http://127.0.0.1:1/v1' },
    ] as const) {
      const found = way(config);
      expect(found.by).toBe('nobody');
      if (found.by === 'nobody') expect(found.hint).not.toBe('');
    }
  });
});

describe('what Ollama tells about a pull (docs/api.md)', () => {
  const read = (line: unknown) => (OLLAMA_PULL.by === 'engine' ? OLLAMA_PULL.read(line) : null);

  it('is read from what a real one answered', () => {
    const lines = (name: string) => {
      const file = join(import.meta.dirname, '../../fixtures/recordings/ollama', `${name}.json`);
      const { response } = JSON.parse(readFileSync(file, 'utf8')) as { response: { pieces: { data: string }[] } };
      const text = response.pieces.map((piece) => piece.data).join('');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => read(JSON.parse(line)));
    };
    const pulled = lines('pull');
    expect(pulled.at(-1)?.success).toBe(true);
    expect(pulled.every((news) => news !== null && news.error === null)).toBe(true);
    const layers = new Map(pulled.flatMap((news) => (news?.layer ? [[news.layer.id, news.layer] as const] : [])));
    expect(layers.size).toBeGreaterThan(0);
    for (const layer of layers.values()) expect(layer.done).toBe(layer.total);
    expect(lines('pull-missing').at(-1)?.error).toBe('pull model manifest: file does not exist');
  });

  it('is read line by line', () => {
    expect(read({ status: 'pulling manifest' })).toEqual({
      doing: 'pulling manifest',
      layer: null,
      error: null,
      success: false,
    });
    expect(read({ status: 'pulling 8eeb52dfb3bb', digest: 'sha256:8eeb', total: 200, completed: 50 })).toEqual({
      doing: 'downloading',
      layer: { id: 'sha256:8eeb', total: 200, done: 50 },
      error: null,
      success: false,
    });
    expect(read({ status: 'pulling 8eeb52dfb3bb', digest: 'sha256:8eeb', total: 200 })?.layer?.done).toBe(0);
    expect(read({ status: 'success' })?.success).toBe(true);
    expect(read({ error: 'pull model manifest: file does not exist' })?.error).toContain('does not exist');
    expect(read('x')).toBeNull();
    expect(read(null)).toBeNull();
  });
});
