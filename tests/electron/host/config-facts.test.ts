import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFacts } from '../../../electron/host/config-facts.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import { tempFolder } from '../../support/tmp.ts';

/** Facts about a config in a folder of its own, which is also the home folder. */
async function facts(lines: readonly string[], env: Record<string, string> = {}, prepare = (_: string): void => {}) {
  const folder = tempFolder();
  prepare(folder);
  const { config, findings } = parseConfig(['engines:', ...lines, ''].join('\n'));
  if (!config) throw new Error(JSON.stringify(findings));
  return configFacts(config, { configPath: join(folder, 'stackyard.yaml'), env, homedir: folder });
}

const program = (path: string): void => {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
};

describe('configFacts', () => {
  it('knows variables that are set, the empty ones too', async () => {
    const { env } = await facts(['  a: { kind: ollama }'], { SET: '1', EMPTY: '' });
    expect(['SET', 'EMPTY', 'UNSET'].map(env)).toEqual([true, true, false]);
  });

  it('knows secrets from the environment and from the file beside the config', async () => {
    const { secret } = await facts(['  a: { kind: ollama }'], { STACKYARD_SECRET_MY_KEY: 'x' }, (folder) => {
      writeFileSync(join(folder, 'secrets.yaml'), 'other: y\n', { mode: 0o600 });
    });
    expect(['my-key', 'other', 'none'].map(secret)).toEqual([true, true, false]);
  });

  it.skipIf(process.platform === 'win32')(
    'finds programs on PATH, by path, below home and beside the config',
    async () => {
      const bin = tempFolder();
      program(join(bin, 'ollama'));
      program(join(bin, 'tool'));
      const engines = [
        '  a: { kind: ollama }',
        '  b: { kind: vllm, model: o/m, command: tool }',
        `  c: { kind: vllm, model: o/m, command: ${join(bin, 'tool')} }`,
        '  d: { kind: vllm, model: o/m, command: ~/mine }',
        '  e: { kind: vllm, model: o/m, command: ./mine }',
        '  f: { kind: vllm, model: o/m, command: nothing }',
        '  g: { kind: vllm, model: o/m, command: ~/nothing }',
      ];
      const { commandExists } = await facts(engines, { PATH: bin }, (folder) => program(join(folder, 'mine')));
      expect(['ollama', 'tool', join(bin, 'tool'), '~/mine', './mine'].map(commandExists)).not.toContain(false);
      expect(['nothing', '~/nothing', 'never asked for'].map(commandExists)).not.toContain(true);
    },
  );

  it('finds files and folders below home, beside the config, and by their whole path', async () => {
    const elsewhere = tempFolder();
    const lines = [
      '  a: { kind: llama.cpp, command: x, models_dir: ~/models }',
      '  b: { kind: llama.cpp, command: x, model: models/tiny.gguf, cwd: models }',
      `  c: { kind: llama.cpp, command: x, models_dir: ${elsewhere} }`,
      '  d: { kind: llama.cpp, command: x, model: models/none.gguf }',
    ];
    const { pathExists } = await facts(lines, {}, (folder) => {
      mkdirSync(join(folder, 'models'));
      writeFileSync(join(folder, 'models', 'tiny.gguf'), '');
    });
    expect(['~/models', 'models/tiny.gguf', 'models', elsewhere].map(pathExists)).not.toContain(false);
    expect(pathExists('models/none.gguf')).toBe(false);
  });

  it('knows the errors of a LiteLLM file, and none of one that is not there', async () => {
    const { litellmErrors } = await facts(['  a: { kind: litellm, config: own.yaml }'], {}, (folder) => {
      writeFileSync(join(folder, 'own.yaml'), 'model_list: {}\nunknown: 1\n');
    });
    expect(litellmErrors('own.yaml').map((one) => one.code)).toEqual(['wrong_type']);
    expect(litellmErrors('none.yaml')).toEqual([]);
  });
});
