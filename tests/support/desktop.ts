import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Bridge } from '../../shared/contract/ipc.ts';
import type { StackSnapshot } from '../../shared/model.ts';
import { type Notifications, startNotifications } from './notifications.ts';
import { startTrayHost, type TrayHost } from './tray-host.ts';

/** What the page has on `window`. */
declare const stackyard: Bridge;

/** What a desktop has beside the screen; there while the tests of a `describe` run. */
export interface Desktop {
  readonly panel: TrayHost;
  readonly notifications: Notifications;
}

/** A tray and a notification service on the session bus. Call it in a `describe`; use what it gives in its tests. */
export function desktop(): Desktop {
  let panel: TrayHost | null = null;
  let notifications: Notifications | null = null;
  beforeAll(async () => {
    panel = await startTrayHost();
    notifications = await startNotifications();
  });
  afterAll(() => {
    panel?.close();
    notifications?.close();
  });
  const started = <T>(service: T | null): T => {
    if (service === null) throw new Error('The desktop is there only while tests run.');
    return service;
  };
  return {
    get panel() {
      return started(panel);
    },
    get notifications() {
      return started(notifications);
    },
  };
}

/** The stack as the window of the app knows it. */
export const snapshotIn = (page: Page): Promise<StackSnapshot> =>
  page.evaluate(async () => {
    const reply = await stackyard.call('snapshot.get', {});
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value;
  });
