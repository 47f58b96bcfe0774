/** Pictures in few bytes: what is kept of them when they are read again. */
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { smallPng } from './small-png.ts';

/** A picture of 64 × 64 whose pixels are what `colour` says. */
function picture(colour: (n: number) => readonly [number, number, number]): PNG {
  const png = new PNG({ width: 64, height: 64 });
  for (let n = 0; n < 64 * 64; n += 1) png.data.set([...colour(n), 255], n * 4);
  return png;
}

const readAgain = (png: PNG) => PNG.sync.read(smallPng(png)).data;

it('keeps a picture of 256 colours as it is', () => {
  const png = picture((n) => [n % 256, (n * 7) % 256, 40]);
  expect(readAgain(png).equals(png.data)).toBe(true);
});

it('keeps the commonest colours of a richer one, and brings the others no further than it must', () => {
  const png = picture((n) => (n % 2 === 0 ? [253, 253, 252] : [n % 64, Math.floor(n / 64), 128]));
  const again = readAgain(png);
  const far = png.data.map((value, i) => Math.abs(value - (again[i] ?? 0)));
  expect(Math.max(...far)).toBeGreaterThan(0);
  expect(Math.max(...far)).toBeLessThanOrEqual(4);
  expect(far.filter((_, i) => Math.floor(i / 4) % 2 === 0).every((one) => one === 0)).toBe(true);
});
