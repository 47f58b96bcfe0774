import type { Variant } from '@particle/dbus-next';
import { connectBus, unwrap } from './bus.ts';

export interface Shown {
  id: number;
  app: string;
  title: string;
  body: string;
  /** Key and label in turn, as D-Bus has them; `default` is the click on the notification itself. */
  actions: string[];
  hints: Record<string, unknown>;
  /** Wall clock, ms. */
  at: number;
}

export interface Notifications {
  /** All that were shown so far, oldest first. */
  readonly shown: Shown[];
  /** What happens when the user clicks on one (`default`) or on one of its buttons. */
  invoke(id: number, action?: string): void;
  close(): void;
}

const FACE = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

/** Stands in for the desktop's notification service and records what it is asked to show. */
export async function startNotifications(): Promise<Notifications> {
  const bus = connectBus();
  const shown: Shown[] = [];
  await bus.serve(FACE, FACE, (member, body) => {
    if (member === 'GetCapabilities') return { signature: 'as', body: [['actions', 'body']] };
    if (member === 'GetServerInformation') return { signature: 'ssss', body: ['tests', 'Stackyard', '1', '1.2'] };
    if (member === 'CloseNotification') return { signature: '', body: [] };
    if (member !== 'Notify') return null;
    const [app, replaces, , title, text, actions, hints] = body as [
      string,
      number,
      string,
      string,
      string,
      string[],
      Record<string, Variant>,
    ];
    const id = replaces || shown.length + 1;
    shown.push({ id, app, title, body: text, actions, hints: unwrap(hints), at: Date.now() });
    return { signature: 'u', body: [id] };
  });
  return {
    shown,
    invoke: (id, action = 'default') => bus.signal(PATH, FACE, 'ActionInvoked', 'us', [id, action]),
    close: () => bus.close(),
  };
}
