/**
 * Every component in every state looks as it did: photographed in real Electron and compared with `tests/baselines/gallery`. A
 * picture that has no baseline yet is written there and the test skipped, never passed.
 */
import { beforeAll, it } from 'vitest';
import { GALLERY_SCENES, photographGallery, serveGallery } from '../../build/ui-gallery.mjs';
import { expectAsBefore } from '../support/baselines.ts';
import { describeNeeding, electron, need } from '../support/tools.ts';

describeNeeding(['electron', 'display', 'linux'], 'the gallery of components', () => {
  let photos: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    const server = await serveGallery();
    const url = server.resolvedUrls?.local[0] ?? '';
    const taken = await photographGallery({ electron: need(electron), url }).finally(() => server.close());
    photos = new Map(taken.map(({ name, png }) => [name, png]));
  });

  for (const name of GALLERY_SCENES.flatMap((scene) => [`${scene}-light`, `${scene}-dark`])) {
    it(`draws ${name} as it did`, (context) => {
      const png = photos.get(name);
      if (!png) throw new Error(`There is no picture ${name}.`);
      expectAsBefore(context, `gallery/${name}`, png);
    });
  }
});
