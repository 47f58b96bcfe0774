/** The application menu: visible on macOS, elsewhere only its keys count (copy, reload, zoom, close, quit). */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** Sets it for all windows. Developer tools only where one develops. */
export function setAppMenu(): void {
  const mac = process.platform === 'darwin';
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: mac ? 'File' : '&File',
        submenu: mac
          ? [{ role: 'close' }]
          : [
              { role: 'close' },
              { label: 'Quit Stackyard', accelerator: 'CommandOrControl+Q', click: () => app.quit() },
            ],
      },
      { role: 'editMenu' },
      { label: mac ? 'View' : '&View', submenu: view },
      { role: 'windowMenu' },
    ]),
  );
}
