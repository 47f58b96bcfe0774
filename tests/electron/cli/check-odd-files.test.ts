/** Files that are no config, or hardly one: `check` says what they are and where, and the host's reader takes no harm. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../electron/host/config-file.ts';
import type { Finding } from '../../../shared/model.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { cli } from './cli-run.ts';

const deep = `a: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`;
const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefghi']
  .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(', ')}]\n`)
  .join('')}`;

const ODD: readonly (readonly [string, string | Buffer, string, number, number])[] = [
  ['UTF-16', Buffer.from('\ufeffversion: 1\n', 'utf16le'), 'not_text', 1, 4],
  ['a NUL', 'version: 1\n# a\0b\n', 'not_text', 2, 4],
  ['bytes that are not UTF-8', Buffer.from('version: 1\n# caf\xe9\n', 'latin1'), 'not_text', 2, 6],
  ['10 MB', 'version: 1 # x\n'.repeat(700_000), 'too_large', 1, 1],
  ['comments only', '# nothing\n# yet\n', 'empty_file', 1, 1],
  ['several documents', 'version: 1\n---\nversion: 1\n', 'yaml_syntax', 2, 1],
  ['brackets 5,000 deep', deep, 'yaml_syntax', 1, 1],
  ['aliases that explode', bomb, 'yaml_alias', 9, 44],
];

describe('check', () => {
  it.each(ODD)('tells %s', async (_, bytes, code, line, column) => {
    const file = join(tempFolder(), 'stackyard.yaml');
    writeFileSync(file, bytes);
    const run = await cli(['check', file, '--json']);
    expect(run).toMatchObject({ code: 1, err: '' });
    const errors = (run.json as { findings: Finding[] }).findings.filter((one) => one.severity === 'error');
    const place = (one: Finding) => [one.code, one.line, one.column];
    expect(errors.map(place)[0]).toEqual([code, line, column]);
    // the text for a person stays short, whatever the file
    expect((await cli(['check', file])).out.length).toBeLessThan(20_000);
  });
});

describeNeeding(['posix'], 'what is no file', () => {
  it.each(['/dev/zero', '/dev/null'])('%s is refused before it is read', async (path) => {
    const run = await cli(['check', path, '--json']);
    expect(run).toMatchObject({ code: 1, json: { findings: [{ code: 'config_unreadable', line: 1, column: 1 }] } });
    await expect(readConfigFile(path)).rejects.toThrow('it is a device or pipe, no file');
  });

  it('a pipe that nobody writes to does not hold up the host', async () => {
    const pipe = join(tempFolder(), 'stackyard.yaml');
    execFileSync('mkfifo', [pipe]);
    await expect(readConfigFile(pipe)).rejects.toThrow('it is a device or pipe, no file');
  });

  it('a file of far too much is cut, and still has another revision after each change', async () => {
    const file = join(tempFolder(), 'stackyard.yaml');
    writeFileSync(file, '# much\n'.repeat(1_000_000));
    const before = await readConfigFile(file);
    expect(before.text.length).toBeLessThan(600_000);
    appendFileSync(file, '# more\n');
    const after = await readConfigFile(file);
    expect(after.text).toBe(before.text);
    expect(after.revision).not.toBe(before.revision);
  });

  it.skipIf(process.getuid?.() === 0)(
    'a file that may not be read is refused (root may read all: skipped)',
    async () => {
      const file = join(tempFolder(), 'stackyard.yaml');
      writeFileSync(file, 'version: 1\n');
      chmodSync(file, 0);
      const run = await cli(['check', file, '--json']);
      expect(run).toMatchObject({ code: 1, json: { findings: [{ code: 'permission_denied', line: 1, column: 1 }] } });
    },
  );
});
