import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isDone, loadState, saveState, verifiedPage } from '../../../build/test/full-state.mjs';
import { tempFolder } from '../../support/tmp.ts';

type State = ReturnType<typeof loadState>;

const passed = { file: 'a', name: 'works', state: 'passed', reason: '' } as const;
const failed = { file: 'b', name: 'works too', state: 'failed', reason: 'expected 1 to be 2' } as const;
const skipped = { file: 'b', name: 'flies', state: 'skipped', reason: 'no wings' } as const;
const state: State = { key: 'one', files: { a: [passed], b: [failed, skipped] } };

it('goes on where it was interrupted, for the same sources only', () => {
  const path = join(tempFolder(), 'state', 'full.json');
  saveState(path, state);
  expect(loadState(path, 'one')).toEqual(state);
  expect(loadState(path, 'two')).toEqual({ key: 'two', files: {} });
  expect(loadState(path, 'one', { fresh: true })).toEqual({ key: 'one', files: {} });
  writeFileSync(path, '{"key": "one", "fi');
  expect(loadState(path, 'one')).toEqual({ key: 'one', files: {} });
});

it('keeps what passed for other sources when asked to, and says for which', () => {
  const path = join(tempFolder(), 'full.json');
  saveState(path, state);
  const two = { key: 'two', files: { a: [passed] }, at: { a: 'one' } };
  expect(loadState(path, 'two', { keep: true })).toEqual(two);
  saveState(path, two);
  expect(loadState(path, 'three', { keep: true }).at).toEqual({ a: 'one' });
  const told = { command: '', date: '', commit: 'two', changed: false, platform: '', files: two.files };
  expect(verifiedPage({ ...told, at: two.at })).toContain('| a (at one) | 1 | 0 | 0 |');
  expect(verifiedPage(told)).not.toContain('earlier commit');
});

it('runs again what failed or has never run', () => {
  expect([isDone([passed]), isDone([passed, skipped]), isDone([passed, failed]), isDone(undefined)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('writes a page with the totals, a row for each file, and what did not pass', () => {
  const page = verifiedPage({
    command: 'npm run test:full',
    date: '2026-01-02T03:04:05.000Z',
    commit: 'abc',
    changed: true,
    platform: 'linux',
    files: state.files,
  });
  expect(page).toContain('**1 passed, 1 failed, 1 skipped**');
  expect(page).toContain('- Commit: abc, with uncommitted changes');
  expect(page).toContain('| a | 1 | 0 | 0 |\n| b | 0 | 1 | 1 |');
  expect(page).toContain('- **failed** `b` works too: expected 1 to be 2\n- **skipped** `b` flies: no wings');
});
