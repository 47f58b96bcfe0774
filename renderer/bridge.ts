import type { Bridge } from '../shared/contract/ipc.ts';

declare global {
  interface Window {
    /** Put there by the preload script, or by the headless page before this code runs. */
    readonly stackyard?: Bridge;
  }
}

/** The one way out of the window. Throws when the page was opened without a host behind it. */
export function bridge(): Bridge {
  const found = window.stackyard;
  if (!found) throw new Error('This page must be opened by Stackyard: there is no bridge to the host.');
  return found;
}

/** Whether the page was opened by a host at all. */
export const hasBridge = (): boolean => window.stackyard !== undefined;

/** `⌘` on macOS, `Ctrl` elsewhere: how the shortcut keys are named on buttons and in help. */
export const modifierName = (): string => (window.stackyard?.platform === 'darwin' ? '⌘' : 'Ctrl');
