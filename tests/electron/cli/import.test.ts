import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tempFolder } from '../../support/tmp.ts';
import { top } from '../../support/tools.ts';
import { cli } from './cli-run.ts';

const source = (name: string) => join(top, 'tests', 'fixtures', 'litellm-configs', name);

describe('import litellm', () => {
  it('writes our config to stdout, and what was left to stderr with its line', async () => {
    const { code, out, err } = await cli(['import', 'litellm', source('fallbacks.yaml')]);
    expect(code).toBe(0);
    expect(Object.keys(parse(out).models)).toEqual(['small', 'large', 'last']);
    expect(err).toMatch(/fallbacks\.yaml:13 litellm_settings\.fallbacks\[1\]\.large: \S/);
  });

  it('writes a new file that passes check, and never over another', async () => {
    const file = join(tempFolder(), 'stackyard.yaml');
    expect((await cli(['import', 'litellm', source('clouds.yaml'), '-o', file])).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect((await cli(['check', file])).out).toMatch(/\n0 errors, \d+ warnings\n$/);
    const again = await cli(['import', 'litellm', source('aliases.yaml'), '-o', file, '--json']);
    expect(again.code).toBe(1);
    expect(again.json).toMatchObject({ error: { code: 'config_write_failed' } });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('exits 1 for an error in the source, which it shows, and still gives the rest', async () => {
    const { code, json } = await cli(['import', 'litellm', source('broken-alias.yaml'), '--json']);
    expect(code).toBe(1);
    expect(json).toMatchObject({
      schema: 1,
      errors: 1,
      findings: [{ line: 11, code: 'wrong_type' }],
      text: expect.stringContaining('qwen-coder-vllm:'),
      not_carried: [{ line: 11 }],
    });
  });

  it('refuses what it does not know as wrong usage', async () => {
    expect((await cli(['import', 'other', 'x.yaml'])).code).toBe(2);
    expect((await cli(['import', 'litellm', '/nonexistent/x.yaml'])).code).toBe(1);
  });
});

describe('export', () => {
  const config = () => {
    const folder = tempFolder();
    const file = join(folder, 'stackyard.yaml');
    writeFileSync(
      file,
      'version: 1\ngateway: { port: 4321 }\nengines: { o: { kind: openai, url: "http://127.0.0.1:9/v1" } }\nmodels: { m: { targets: [{ engine: o, model: up }] } }\n',
    );
    return ['--config', file, '--data-dir', join(folder, 'data')];
  };

  it('gives LiteLLM a config with every route, which asks the gateway', async () => {
    const { code, out, err } = await cli(['export', 'litellm', ...config()]);
    expect(code).toBe(0);
    expect(parse(out).model_list).toEqual([
      {
        model_name: 'm',
        litellm_params: { model: 'openai/o/up', api_base: 'http://127.0.0.1:4321/v1', api_key: 'none' },
      },
    ]);
    expect(err).toContain('LITELLM_MASTER_KEY');
  });

  it('gives an app’s settings with the real address and a model', async () => {
    const place = config();
    const { out, err } = await cli(['export', 'codex', ...place]);
    expect(out).toContain('base_url = "http://127.0.0.1:4321/v1"');
    expect(out).toContain('model = "m"');
    expect(err).toContain('~/.codex/config.toml');
    const file = join(tempFolder(), 'env');
    expect((await cli(['export', 'env', ...place, '-o', file])).out).toBe('');
    expect(existsSync(file)).toBe(true);
    expect((await cli(['export', 'nobody', ...place])).code).toBe(2);
  });
});
