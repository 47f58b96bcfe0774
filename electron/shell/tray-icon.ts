/** Which picture the tray shows. */
import { join } from 'node:path';
import type { StackSnapshot } from '../../shared/model.ts';

export interface Panel {
  readonly platform: NodeJS.Platform;
  /** `XDG_CURRENT_DESKTOP`, e.g. `ubuntu:GNOME`. */
  readonly desktop: string | null;
  /** Whether the system's own surfaces are dark, as far as it tells. */
  readonly systemDark: boolean;
}

/** File of the icon; `@2x` beside it is found by Electron. On macOS the system colours the template. */
export function trayIconFile(folder: string, light: StackSnapshot['light'], panel: Panel): string {
  if (panel.platform === 'darwin') return join(folder, `${light}Template.png`);
  return join(folder, `${light}-${panelIsDark(panel) ? 'dark' : 'light'}.png`);
}

/** GNOME's and Unity's bar is black whatever the theme; elsewhere the panel goes with the system. */
function panelIsDark({ platform, desktop, systemDark }: Panel): boolean {
  const black = /(^|:)(GNOME|Unity)(:|$)/i.test(desktop ?? '');
  return systemDark || (platform === 'linux' && black);
}
