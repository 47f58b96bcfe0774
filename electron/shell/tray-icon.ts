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

/**
 * On Linux the panel is dark whatever the theme: GNOME, Xfce (seen), Cinnamon, Budgie and the bars of tiling window managers come
 * that way. Only these desktops colour it like their windows.
 */
const LIKE_WINDOWS = /(^|:)(KDE|MATE|LXDE|LXQt|Deepin)(:|$)/i;

function panelIsDark({ platform, desktop, systemDark }: Panel): boolean {
  return systemDark || (platform === 'linux' && !LIKE_WINDOWS.test(desktop ?? ''));
}
