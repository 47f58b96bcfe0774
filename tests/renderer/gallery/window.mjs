/** A bare Electron window for `build/ui-gallery.mjs`: shows the address that it is given, nothing of the app. */
import { app, BrowserWindow } from 'electron';

// not awaited: Electron is ready only after this file has been read
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1200, height: 900, useContentSize: true });
  return window.loadURL(process.env.STACKYARD_GALLERY_URL ?? 'about:blank');
});
