import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/tmp.ts';
import { cli } from './cli-run.ts';

const BROKEN = `model_list:
  - model_name: qwen   # mine
    litellm_params: { model: hosted_vllm/org/qwen, api_base: "http://127.0.0.1:8001/v1" }
router_settings:
  model_group_alias:
    qwen:
      - org/qwen
    gpt-4o: qwem
`;
const MENDED = BROKEN.replace('    qwen:\n      - org/qwen\n', '').replace('qwem', 'qwen');

function broken(text: string | Buffer = BROKEN): string {
  const file = join(tempFolder(), 'litellm.yaml');
  writeFileSync(file, text, { mode: 0o640 });
  return file;
}

describe('check --litellm', () => {
  it('tells each finding at its place, and changes nothing', async () => {
    const file = broken();
    const { code, out, err } = await cli(['check', '--litellm', file]);
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(out).toMatch(new RegExp(`^${file}:6:5 error wrong_type \\S.*\n {2}6 \\| {5}qwen:\n`));
    expect(out).toMatch(/:8:13 error unknown_model /);
    expect(out).toMatch(/\n2 errors, 0 warnings\n$/);
    expect(readFileSync(file, 'utf8')).toBe(BROKEN);
    const { json } = await cli(['check', '--litellm', file, '--json']);
    expect(json).toMatchObject({ schema: 1, file, errors: 2, warnings: 0, findings: [{ line: 6 }, { line: 8 }] });
  });

  it('shows with --dry-run only the diff, and writes nothing', async () => {
    const file = broken();
    for (const more of [[], ['--fix']]) {
      const { code, out } = await cli(['check', '--litellm', file, '--dry-run', ...more]);
      expect(code).toBe(1);
      expect(out).toBe(
        `--- ${file}\n+++ ${file}\n@@ -3,6 +3,4 @@\n     litellm_params: { model: hosted_vllm/org/qwen, api_base: "http://127.0.0.1:8001/v1" }\n router_settings:\n   model_group_alias:\n-    qwen:\n-      - org/qwen\n-    gpt-4o: qwem\n+    gpt-4o: qwen\n`,
      );
    }
    expect(readFileSync(file, 'utf8')).toBe(BROKEN);
    expect(existsSync(`${file}.bak`)).toBe(false);
  });

  it('mends with --fix by splices, and keeps the file as it was beside it', async () => {
    const file = broken();
    const { code, out, err } = await cli(['check', '--litellm', file, '--fix']);
    expect(code).toBe(0);
    expect(out).toMatch(/^--- /);
    expect(out).toMatch(/\n0 errors, 0 warnings\n$/);
    expect(err).toContain(`${file}.bak`);
    expect(readFileSync(file, 'utf8')).toBe(MENDED);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(BROKEN);

    const again = await cli(['check', '--litellm', file, '--fix', '--json']);
    expect(again.code).toBe(0);
    expect(again.json).toEqual({ schema: 1, file, errors: 0, warnings: 0, findings: [], diff: '', fixed: [] });
    expect(readFileSync(`${file}.bak`, 'utf8'), 'a file without mistakes is not touched').toBe(BROKEN);
  });

  it('exits 1 after --fix when something is left that only a person can decide', async () => {
    const file = broken(`${BROKEN}  fallbacks: 3\n`);
    const { code, json } = await cli(['check', '--litellm', file, '--fix', '--json']);
    expect(code).toBe(1);
    expect(json).toMatchObject({ errors: 1, findings: [{ path: ['router_settings', 'fallbacks'] }] });
    expect(readFileSync(file, 'utf8')).toBe(`${MENDED}  fallbacks: 3\n`);
  });

  it('says of a file that is missing or no text why it can’t be read, in the shape of check', async () => {
    const missing = join(tempFolder(), 'none.yaml');
    const first = await cli(['check', '--litellm', missing, '--json']);
    expect(first.code).toBe(1);
    expect(first.json).toMatchObject({ file: missing, errors: 1, findings: [{ code: 'config_missing' }] });
    const bytes = Buffer.concat([Buffer.from(BROKEN), Buffer.from([0xff, 0xfe])]);
    const file = broken(bytes);
    const second = await cli(['check', '--litellm', file, '--fix', '--json']);
    expect(second.json).toMatchObject({ errors: 1, findings: [{ code: 'config_unreadable' }] });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it.each([
    [['check', '--fix']],
    [['check', '--dry-run', 'a.yaml']],
    [['check', 'a.yaml', '--litellm', 'b.yaml']],
    [['check', '--litellm']],
  ])('refuses %j as wrong usage', async (argv) => {
    const { code, out, err } = await cli(argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  });
});
