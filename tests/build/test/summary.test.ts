import { expect, it } from 'vitest';
import { summary, totals } from '../../../build/test/summary.mjs';

type Result = Parameters<typeof totals>[0][number];

const result = (state: Result['state'], name: string, reason = ''): Result => ({
  file: 'a.test.ts',
  name,
  state,
  reason,
});

it('ends with the totals, and with nothing else when all passed', () => {
  expect(summary([result('passed', 'one')]).trim()).toBe('1 passed, 0 failed, 0 skipped');
  expect(totals([])).toBe('0 passed, 0 failed, 0 skipped');
});

it('names each skipped test under its reason and each failed one with its error', () => {
  const text = summary([
    result('passed', 'one'),
    result('skipped', 'two', 'no GPU'),
    result('skipped', 'three', 'no display'),
    result('skipped', 'four', 'no GPU'),
    result('failed', 'five', 'expected 1 to be 2'),
  ]);
  expect(text.trim().split('\n')).toEqual([
    'skipped, no GPU:',
    '  a.test.ts  two',
    '  a.test.ts  four',
    'skipped, no display:',
    '  a.test.ts  three',
    'failed: a.test.ts  five',
    '  expected 1 to be 2',
    '1 passed, 1 failed, 3 skipped',
  ]);
});
