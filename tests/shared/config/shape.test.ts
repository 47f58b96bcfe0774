import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INACTIVE } from '../../../shared/config/inactive.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { defaultConfig } from '../../../shared/config/schema.ts';
import { allKeys, shapeAt } from '../../../shared/config/shape.ts';

describe('every key', () => {
  it('has a line for the docs', () => {
    for (const { path, shape } of allKeys()) expect(shape.description, path.join('.')).toMatch(/\S.*[.]$/);
  });

  it('that is listed as inactive exists', () => {
    const paths = new Set(allKeys().map((row) => row.path.join('.')));
    expect(Object.keys(INACTIVE).filter((path) => !paths.has(path))).toEqual([]);
  });

  it('is found by its path', () => {
    expect(shapeAt(['engines', 'x', 'port'])).toMatchObject({ kind: 'scalar', nullable: true, fallback: null });
    expect(shapeAt(['engines', 'x', 'kind'])).toMatchObject({ fallback: undefined });
    expect(shapeAt(['models', 'm', 'targets', 3, 'weight'])).toMatchObject({ kind: 'scalar', fallback: 1 });
    expect(shapeAt(['engines', 'x', 'toString'])).toBeNull();
    expect(shapeAt(['version', 'x'])).toBeNull();
  });
});

describe('the example file', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../assets/stackyard.example.yaml'), 'utf8');
  // options are written `#key: …` or `#  key: …`, words `# …` with a capital or a sentence
  const open = text
    .split('\n')
    .map((line) => line.replace(/^(\s*)#(?=(?:[a-z]|\s{2,}\S))/, '$1'))
    .join('\n');

  it('is a working config', () => {
    expect(parseConfig(text).findings).toEqual([]);
    expect(parseConfig(text).config?.models['llama3.1']?.targets).toHaveLength(1);
  });

  it('is a working config with all its options switched on', () => {
    const { config, findings } = parseConfig(open);
    expect(findings.map((f) => `${f.line} ${f.code} ${f.message}`)).toEqual([]);
    expect(Object.keys(config?.engines ?? {})).toEqual([
      'ollama',
      'llama',
      'folder',
      'presets',
      'qwen-vllm',
      'litellm',
      'ollama-system',
      'workstation',
    ]);
    expect(config?.engines.llama?.restart).toEqual({ max: 5, window: 600_000, backoff: 1000, backoff_max: 30_000 });
  });

  it('shows the true defaults', () => {
    const { config } = parseConfig(open);
    const { gateway, routing, verify, gpu, logs, app } = defaultConfig();
    expect({ ...config?.gateway, api_keys: [] }).toEqual(gateway);
    expect(config).toMatchObject({ routing, verify, gpu, logs, app });
  });

  it('has every key', () => {
    const missing = allKeys()
      .map((row) => row.path)
      .filter((path) => !new RegExp(`[\\s#{-]${path.at(-1)}:`).test(text));
    expect(missing).toEqual([]);
  });
});
