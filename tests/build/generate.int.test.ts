import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const top = resolve(import.meta.dirname, '../..');

describe('generated files', () => {
  it('make --check fail, and say which, when one drifts', () => {
    const copy = mkdtempSync(join(tmpdir(), 'stackyard-generate-'));
    try {
      for (const path of [
        'build',
        'shared',
        'assets',
        'docs',
        'package.json',
        'tsconfig.json',
        'tsconfig.base.json',
      ]) {
        cpSync(join(top, path), join(copy, path), { recursive: true });
      }
      symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
      const check = () =>
        spawnSync(process.execPath, ['build/generate.mjs', '--check'], { cwd: copy, encoding: 'utf8' });
      expect(check()).toMatchObject({ status: 0, stderr: '' });
      writeFileSync(join(copy, 'docs/config.md'), '# something else\n');
      expect(check()).toMatchObject({ status: 1, stderr: expect.stringMatching(/docs\/config\.md.*npm run gen/) });
      expect(spawnSync(process.execPath, ['build/generate.mjs'], { cwd: copy }).status).toBe(0);
      expect(readFileSync(join(copy, 'docs/config.md'), 'utf8')).toBe(
        readFileSync(join(top, 'docs/config.md'), 'utf8'),
      );
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });
});
