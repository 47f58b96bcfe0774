/** The one tray icon. It shows snapshots and passes on what was chosen; without a tray the app works all the same. */
import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron';
import type { StackSnapshot } from '../../shared/model.ts';
import { TRAY_GUID } from './identity.ts';
import { trayIconFile } from './tray-icon.ts';
import { type TrayAction, type TrayExtras, type TrayItem, trayMenu, trayTooltip } from './tray-menu.ts';

export interface TrayOptions {
  /** The app's `assets`. */
  readonly assets: string;
  readonly onAction: (action: TrayAction) => void;
  /** The icon itself was clicked, on desktops that tell. */
  readonly onClick: () => void;
}

export interface TrayIcon {
  show(snapshot: StackSnapshot): void;
  /** What else the menu tells; what is not given stays as it was. */
  showMore(more: TrayExtras): void;
  close(): void;
}

/** Least time between two menus, ms: a new one takes an open one away on some desktops. */
const MENU_EVERY = 500;

/** Puts the icon up; `null` when there is nowhere to put it. */
export function openTray(first: StackSnapshot, options: TrayOptions): TrayIcon | null {
  const image = (light: StackSnapshot['light']) =>
    nativeImage.createFromPath(
      trayIconFile(join(options.assets, 'tray'), light, {
        platform: process.platform,
        desktop: process.env.ORIGINAL_XDG_CURRENT_DESKTOP ?? process.env.XDG_CURRENT_DESKTOP ?? null,
        systemDark: nativeTheme.shouldUseDarkColors,
      }),
    );
  let tray: Tray;
  try {
    tray = new Tray(image(first.light), TRAY_GUID);
  } catch (error) {
    console.error(`Stackyard: no tray icon: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }

  let snapshot = first;
  let more: TrayExtras = {};
  const shown = { icon: '', tooltip: '', menu: '' };
  let waiting: NodeJS.Timeout | undefined;

  function paint(): void {
    const icon = `${snapshot.light} ${nativeTheme.shouldUseDarkColors}`;
    if (icon !== shown.icon) tray.setImage(image(snapshot.light));
    const tooltip = trayTooltip(snapshot);
    if (tooltip !== shown.tooltip) tray.setToolTip(tooltip);
    Object.assign(shown, { icon, tooltip });
    if (waiting === undefined) paintMenu();
  }

  function paintMenu(): void {
    waiting = undefined;
    const items = trayMenu(snapshot, more);
    const menu = JSON.stringify(items);
    if (menu === shown.menu) return;
    shown.menu = menu;
    // A changed item is not enough on Linux: the whole menu is set anew.
    tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => template(item, options.onAction))));
    waiting = setTimeout(paintMenu, MENU_EVERY);
  }

  nativeTheme.on('updated', paint);
  // On macOS a click opens the menu; elsewhere it may, and may also be told.
  if (process.platform !== 'darwin') tray.on('click', options.onClick);
  paint();
  return {
    show(next) {
      snapshot = next;
      paint();
    },
    showMore(next) {
      more = { ...more, ...next };
      if (waiting === undefined) paintMenu();
    },
    close() {
      clearTimeout(waiting);
      nativeTheme.off('updated', paint);
      tray.destroy();
    },
  };
}

function template(item: TrayItem, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (item.type === 'separator') return { type: 'separator' };
  // A single & would be taken for a mnemonic.
  const label = item.label.replaceAll('&', '&&');
  if (item.type === 'submenu') return { label, submenu: item.items.map((inner) => template(inner, onAction)) };
  if (item.type === 'checkbox') {
    const { enabled, checked, ticked, unticked } = item;
    // What the person sees ticked is what they asked for, also when the menu is older than the newest snapshot.
    return { type: 'checkbox', label, enabled, checked, click: (now) => onAction(now.checked ? ticked : unticked) };
  }
  const { action } = item;
  const click = () => {
    if (action !== null) onAction(action);
  };
  return { label, enabled: item.enabled, click };
}
