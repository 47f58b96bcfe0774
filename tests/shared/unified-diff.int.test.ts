import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../shared/unified-diff.ts';
import { tempFolder } from '../support/tmp.ts';

const lines = (...items: string[]) => `${items.join('\n')}\n`;
const many = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}`);

describe('a unified diff', () => {
  it.each([
    ['a line removed', lines(...many(20)), lines(...many(20).filter((_, i) => i !== 10))],
    ['all of it replaced', lines('a', 'b'), lines('c')],
    ['something where nothing was', '', lines('a', 'b')],
    ['two far changes', lines(...many(40)), lines('new', ...many(40)).replace('line 33\n', '')],
    ['an open end that is closed', 'a\nb', 'a\nc\n'],
  ])('is what git takes to make one text of the other: %s', (_, before, after) => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'f'), before);
    const diff = unifiedDiff('f', before, after);
    execFileSync('git', ['apply', '-p0', '--unidiff-zero', '-'], {
      cwd,
      input: diff,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    expect(readFileSync(join(cwd, 'f'), 'utf8')).toBe(after);
  });
});
