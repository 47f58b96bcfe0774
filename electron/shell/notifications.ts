/** Tells a person outside the window. Nothing waits for a notification: some systems never show one. */
import { Notification } from 'electron';
import type { Words } from './notice-words.ts';

/** Shows words; a click asks for the page that they are about. */
export function createNotifier(icon: string, onClick: (page: string) => void): (words: Words, page: string) => void {
  // Without a reference the object is collected, and with it the click.
  const alive = new Set<Notification>();
  return (words, page) => {
    if (!Notification.isSupported()) return console.error(`Stackyard: ${words.title}: ${words.body}`);
    const notification = new Notification({ ...words, icon });
    alive.add(notification);
    notification.on('click', () => {
      alive.delete(notification);
      onClick(page);
    });
    notification.on('close', () => alive.delete(notification));
    // macOS refuses an app that is not signed; the tray and the window tell the same.
    notification.on('failed', (_event, error) => {
      alive.delete(notification);
      console.error(`Stackyard: no notification: ${String(error)}`);
    });
    notification.show();
  };
}
