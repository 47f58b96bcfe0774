/** Pictures kept in `tests/baselines`, and how one that was taken now is compared with them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PNG } from 'pngjs';
import { expect, type TestContext } from 'vitest';
import { smallPng } from './small-png.ts';
import { top } from './tools.ts';

/** Share of pixels that may differ. */
const ALLOWED = 0.01;
/** How far a colour may be from that of the baseline before the pixel counts, of 255. */
const FAR = 24;

/** Share of pixels that differ to the eye; all of them when the sizes do. */
function difference(a: PNG, b: PNG): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let many = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const far = [0, 1, 2].some((c) => Math.abs((a.data[i + c] ?? 0) - (b.data[i + c] ?? 0)) > FAR);
    if (far) many += 1;
  }
  return many / (a.width * a.height);
}

/**
 * Whether a picture is still as `tests/baselines/NAME.png` keeps it. One that has no baseline is written there, and the test is
 * skipped and says so: nobody has looked at it yet. What was taken is also in `.cache/screenshots/NAME.png`.
 */
export function expectAsBefore(context: TestContext, name: string, png: Buffer): void {
  const taken = join(top, '.cache/screenshots', `${name}.png`);
  mkdirSync(dirname(taken), { recursive: true });
  writeFileSync(taken, png);
  const baseline = join(top, 'tests/baselines', `${name}.png`);
  const picture = PNG.sync.read(png);
  if (!existsSync(baseline)) {
    mkdirSync(dirname(baseline), { recursive: true });
    writeFileSync(baseline, smallPng(picture));
    context.skip(`NEW picture, to be looked at: ${relative(top, baseline)}`);
  }
  const far = difference(picture, PNG.sync.read(readFileSync(baseline)));
  expect(
    far,
    `share of pixels that differ; compare ${relative(top, taken)} with ${relative(top, baseline)}`,
  ).toBeLessThanOrEqual(ALLOWED);
}
