/** Starts the app at login, or no longer. Electron does this on macOS and Windows only. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { app } from 'electron';
import { autostartEntry, autostartFile } from './autostart-entry.ts';

/** Makes it so. An app that runs from a checkout can't be registered on macOS and Windows. */
export async function setLoginItem(on: boolean): Promise<void> {
  if (process.platform === 'linux') return setAutostart(on);
  if (!app.isPackaged || app.getLoginItemSettings({ args: ['--hidden'] }).openAtLogin === on) return;
  app.setLoginItemSettings({ openAtLogin: on, args: ['--hidden'] });
}

async function setAutostart(on: boolean): Promise<void> {
  const file = autostartFile(process.env, homedir());
  if (!on) return rm(file, { force: true });
  const command = process.env.APPIMAGE
    ? [process.env.APPIMAGE]
    : app.isPackaged
      ? [process.execPath]
      : [process.execPath, app.getAppPath()];
  const text = autostartEntry(command);
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
