import type { Bridge } from '../shared/contract/ipc.ts';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly stackyard?: Bridge;
  }
}

let inBrowser: Bridge | null = null;

/** From now on this is the way out: the page is in a browser, where no preload script runs. */
export function provideBridge(made: Bridge): void {
  inBrowser = made;
}

const given = (): Bridge | undefined => window.stackyard ?? inBrowser ?? undefined;

/** The one way out of the window. Throws when the page was opened without a host behind it. */
export function bridge(): Bridge {
  const found = given();
  if (!found) throw new Error('This page must be opened by Stackyard: there is no bridge to the host.');
  return found;
}

/** Whether the page was opened by a host at all. */
export const hasBridge = (): boolean => given() !== undefined;

/** Whether the page is in a browser: what only the app can do (folders, login) is not offered there. */
export const isWeb = (): boolean => given()?.platform === 'web';

/** `⌘` on macOS, `Ctrl` elsewhere: how the shortcut keys are named on buttons and in help. */
export const modifierName = (): string => (isMac() ? '⌘' : 'Ctrl');

const isMac = (): boolean => given()?.platform === 'darwin' || (isWeb() && /^Mac/.test(window.navigator.platform));
