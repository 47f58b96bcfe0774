import { expect, it } from 'vitest';
import { reloadsAfterCrash } from '../../../electron/shell/crash-guard.ts';

it('loads a page again that died, but not one that dies every time', () => {
  expect(reloadsAfterCrash([1_000], 1_000)).toBe(true);
  expect(reloadsAfterCrash([1_000, 2_000, 3_000], 3_000)).toBe(true);
  expect(reloadsAfterCrash([1_000, 2_000, 3_000, 4_000], 4_000)).toBe(false);
  expect(reloadsAfterCrash([1_000, 2_000, 3_000, 90_000], 90_000)).toBe(true);
});
