import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Given a folder as `electronDist`, electron-builder copies all of it: Electron's default app and our own stamp don't belong
 * into a package.
 *
 * @param {{ appOutDir: string, electronPlatformName: string }} context
 */
export default async function afterPack({ appOutDir, electronPlatformName }) {
  if (electronPlatformName === 'darwin') return; // there electron-builder takes the bundle apart itself
  await rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  await rm(join(appOutDir, '.stamp'), { force: true });
}
