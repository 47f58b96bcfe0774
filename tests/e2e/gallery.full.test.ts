/**
 * Every component in every state looks as it did: photographed in real Electron and compared with `tests/baselines/gallery`. A
 * picture that has no baseline yet is written there and the test skipped, never passed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { photographGallery, serveGallery } from '../../build/ui-gallery.mjs';
import { describeNeeding, electron, need, top } from '../support/tools.ts';

const BASELINES = join(top, 'tests/baselines/gallery');
const SCENES = ['components', 'menu', 'select', 'dialog'];
/** Share of pixels that may differ. */
const ALLOWED = 0.01;

/** Share of pixels that differ to the eye; all of them when the sizes do. */
function difference(a: PNG, b: PNG): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let many = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const far = [0, 1, 2].some((c) => Math.abs((a.data[i + c] ?? 0) - (b.data[i + c] ?? 0)) > 24);
    if (far) many += 1;
  }
  return many / (a.width * a.height);
}

describeNeeding(['electron', 'display', 'linux'], 'the gallery of components', () => {
  let photos: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    const server = await serveGallery();
    const url = server.resolvedUrls?.local[0] ?? '';
    const taken = await photographGallery({ electron: need(electron), url }).finally(() => server.close());
    photos = new Map(taken.map(({ name, png }) => [name, png]));
  });
  afterAll(() => {
    const folder = join(top, '.cache/screenshots');
    mkdirSync(folder, { recursive: true });
    for (const [name, png] of photos ?? []) writeFileSync(join(folder, `gallery-${name}.png`), png);
  });

  for (const name of SCENES.flatMap((scene) => [`${scene}-light`, `${scene}-dark`])) {
    it(`draws ${name} as it did`, (context) => {
      const png = photos.get(name);
      if (!png) throw new Error(`There is no picture ${name}.`);
      const baseline = join(BASELINES, `${name}.png`);
      if (!existsSync(baseline)) {
        mkdirSync(BASELINES, { recursive: true });
        writeFileSync(baseline, png);
        context.skip(`new picture, to be looked at: ${relative(top, baseline)}`);
      }
      expect(difference(PNG.sync.read(png), PNG.sync.read(readFileSync(baseline)))).toBeLessThanOrEqual(ALLOWED);
    });
  }
});
