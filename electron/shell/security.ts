/** Walls around every page: no navigation away, no new windows, no permissions but the one, no downloads from elsewhere. */
import { app, type Session, type WebContents } from 'electron';
import { isOurs, ORIGIN } from './identity.ts';
import { mayHave } from './permissions.ts';

/** Applies to every page that is ever made, whoever makes it. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => stayHome(event, event.url));
    contents.on('will-frame-navigate', (event) => stayHome(event, event.url));
    contents.on('will-redirect', (event) => stayHome(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** Permissions, devices and downloads of one session. */
export function guardSession(session: Session): void {
  session.setPermissionCheckHandler((_contents, permission, asker, details) =>
    mayHave({ permission, asker, isMainFrame: details.isMainFrame }),
  );
  session.setPermissionRequestHandler((_contents, permission, done, details) =>
    done(mayHave({ permission, asker: details.requestingUrl, isMainFrame: details.isMainFrame })),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    // A file that our own page made, e.g. a saved conversation, comes as a blob.
    if (!item.getURL().startsWith(`blob:${ORIGIN}/`)) event.preventDefault();
  });
}

/** Whether a message really comes from the main frame of our own page in these contents. */
export function isTrustedSender(
  frame: { readonly url: string } | null,
  sender: WebContents,
  window: WebContents | null,
): boolean {
  return window !== null && sender === window && frame !== null && frame === sender.mainFrame && isOurs(frame.url);
}

function stayHome(event: { preventDefault: () => void }, url: string): void {
  if (!isOurs(url)) event.preventDefault();
}
