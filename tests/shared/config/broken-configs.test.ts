/** Each broken config gives its one finding at its place, says what to write instead, and comes to no config. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkConfig } from '../../../shared/config/check.ts';
import { applyEdits } from '../../../shared/config/edit.ts';
import { FINDING_CODES } from '../../../shared/config/finding-codes.ts';
import { frame } from '../../../shared/config/frame.ts';
import { BROKEN_CONFIGS } from '../../fixtures/broken-configs.ts';

const folder = join(import.meta.dirname, '../../fixtures/configs');

it('there are at least sixty, and each has its row', () => {
  const files = readdirSync(folder).map((name) => name.replace('.yaml', ''));
  expect(files.length).toBeGreaterThanOrEqual(60);
  expect(BROKEN_CONFIGS.map(([file]) => file).sort()).toEqual(files.sort());
});

it.each(BROKEN_CONFIGS)('%s: %s at %s', async (file, code, place) => {
  const text = readFileSync(join(folder, `${file}.yaml`), 'utf8');
  const { config, findings } = await checkConfig(text);
  expect(config).toBeNull();
  expect(findings.map((f) => [f.severity, f.code, `${f.line}:${f.column}`])).toEqual([['error', code, place]]);
  const [found] = findings;
  if (!found) return;
  expect(Object.keys(FINDING_CODES)).toContain(code);
  expect(found.hint ?? '').not.toBe('');
  expect(frame(text, found).split('\n')).toHaveLength(2);
  // nothing that would move a terminal's cursor
  expect(/\p{Cc}/u.test(found.message + found.hint)).toBe(false);
  // a fix takes its finding away
  if (found.fix) {
    const after = await checkConfig(applyEdits(text, found.fix.edits));
    expect(after.findings.filter((f) => f.code === code && f.path.join() === found.path.join())).toEqual([]);
  }
});
