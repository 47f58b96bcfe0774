import { expect, it } from 'vitest';
import { testFiles, tierOf } from '../../../build/test/tiers.mjs';
import { top } from '../../support/tools.ts';

it.each([
  ['tests/a.test.ts', 'unit'],
  ['tests/a.test.tsx', 'unit'],
  ['tests/a.int.test.ts', 'integration'],
  ['tests/a.e2e.test.ts', 'e2e'],
  ['tests/a.full.test.ts', 'full'],
  ['tests/support/until.ts', null],
])('%s is %s', (file, tier) => {
  expect(tierOf(file)).toBe(tier);
});

it('finds files by any part of their path', () => {
  expect(testFiles(top, ['build/test/tiers'])).toEqual(['tests/build/test/tiers.test.ts']);
  expect(testFiles(top, ['no such thing'])).toEqual([]);
  expect(testFiles(top, [])).toContain('tests/architecture.test.ts');
});
