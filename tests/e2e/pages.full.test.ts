/**
 * Every page looks as it did, in both themes, at the smallest window and at a usual one: photographed in the real app, whose
 * window is answered from a recorded stack at a moment that stands still, and compared with `tests/baselines/pages`. A picture
 * without a baseline is written there and its test skipped as NEW, never passed.
 */
import { beforeAll, describe, it } from 'vitest';
import { PAGES } from '../renderer/support/pages.mjs';
import { expectAsBefore } from '../support/baselines.ts';
import { type FrozenApp, launchFrozenApp } from '../support/frozen-app.ts';
import { describeNeeding } from '../support/tools.ts';

const SIZES = [
  { width: 960, height: 640 },
  { width: 1440, height: 900 },
];
const kept = PAGES.filter((one) => one.kept);

describeNeeding(['electron', 'display', 'linux'], 'the pages', () => {
  let app: FrozenApp;
  beforeAll(async () => {
    app = await launchFrozenApp();
  });

  for (const { name, scene, hash, act } of kept) {
    for (const size of SIZES) {
      describe(`${name} at ${size.width}×${size.height}`, () => {
        beforeAll(async () => {
          await app.open(scene, hash, size);
          await act?.(app.page);
        });
        for (const theme of ['light', 'dark'] as const) {
          it(`is drawn as it was, ${theme}`, async (context) => {
            const png = await app.picture(theme);
            expectAsBefore(context, `pages/${name}-${theme}-${size.width}x${size.height}`, png);
          });
        }
      });
    }
  }
});
