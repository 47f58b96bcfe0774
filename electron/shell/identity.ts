/** What the app is called where an operating system or a browser engine asks. */

/** Windows' AppUserModelId; the same as `appId` in build/electron-builder.yml, or toasts lose their app. */
export const APP_ID = 'io.github.stackyard.Stackyard';
/** Wayland's app id and what portals look for; the same as in package.json. */
export const DESKTOP_NAME = 'stackyard.desktop';
/** Keeps the tray icon's place on Windows and macOS over restarts and updates. */
export const TRAY_GUID = 'b2f7c1d4-6f0e-4a53-9c1b-3f5f0d6e8a27';
export const SCHEME = 'stackyard';
export const HOST = 'app';
/** Origin of our own pages. */
export const ORIGIN = `${SCHEME}://${HOST}`;

/**
 * Whether a URL is one of our own pages. Never by `URL.origin`, which is the text "null" for a scheme that Node does not know.
 */
export function isOurs(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${SCHEME}:` && host === HOST && username === '' && password === '';
  } catch {
    return false;
  }
}
