import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../../../build/lib/run.mjs';
import { tempFolder } from '../../support/tmp.ts';
import { top } from '../../support/tools.ts';

const MIXED = `
import { describe, expect, it } from 'vitest';
it('passes', () => {});
it('fails', () => expect(1).toBe(2));
it('gives up', (context) => context.skip('no GPU here'));
it.skip('says nothing', () => {});
describe.skip('a group (skipped: no engine (none on PATH))', () => { it('waits', () => {}); });
`;

it('reports every test, and every file that broke before its tests', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'tests'));
  symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'tests/mixed.test.ts'), MIXED);
  writeFileSync(join(folder, 'tests/broken.test.ts'), "import './missing.ts';");
  const out = join(folder, 'results.json');
  const { VITEST: _, VITEST_POOL_ID: __, VITEST_WORKER_ID: ___, ...env } = process.env;
  const { code } = await run(
    process.execPath,
    [join(top, 'node_modules/vitest/vitest.mjs'), 'run', `--reporter=${join(top, 'build/test/reporter.mjs')}`],
    { cwd: folder, env: { ...env, STACKYARD_TEST_RESULTS: out } },
  );
  expect(code).toBe(1);
  const results: { file: string; name: string; state: string; reason: string }[] = JSON.parse(
    readFileSync(out, 'utf8'),
  );
  const rows = results.map(({ file, name, state, reason }) => `${file} | ${name} | ${state} | ${reason}`).sort();
  expect(rows).toEqual([
    expect.stringMatching(/^tests\/broken.test.ts \| the file itself, or a hook in it \| failed \| .*missing\.ts/),
    'tests/mixed.test.ts | a group > waits | skipped | no engine (none on PATH)',
    expect.stringMatching(/^tests\/mixed.test.ts \| fails \| failed \| expected 1 to be 2/),
    'tests/mixed.test.ts | gives up | skipped | no GPU here',
    'tests/mixed.test.ts | passes | passed | ',
    'tests/mixed.test.ts | says nothing | skipped | no reason given',
  ]);
});
