/**
 * The window's line to the host: calls in, events out. What a page is subscribed to ends with the page, and news goes to none
 * that does not want it.
 */
import { ipcMain, type WebContents } from 'electron';
import { CHANNELS } from '../../shared/contract/channels.ts';
import type { Caller, EventName, Events, Reply } from '../../shared/contract/ipc.ts';
import type { Host } from '../host/host.ts';
import { answerCall, answerShellCall, type ShellHandlers } from './answer.ts';
import { isTrustedSender } from './security.ts';

export interface Ipc {
  /** From now on the page in these contents is the one that is listened to; the former one is forgotten. */
  attach(contents: WebContents): void;
  /** Sends an event to the page; one that comes before the page wants to hear waits until it does. */
  send<E extends EventName>(event: E, payload: Events[E]): void;
  /** Tells the page whether its window is on the screen; one that is loaded later is told then. */
  onScreen(on: boolean): void;
}

/** One page load: it has watches and a subscription, and both end when it is reloaded or gone. */
interface Visit {
  readonly caller: Caller;
  readonly partings: Set<() => void>;
  unsubscribe: (() => void) | null;
}

/** Starts to listen to messages of pages. */
export function openIpc(host: Host, shell: ShellHandlers): Ipc {
  let window: WebContents | null = null;
  let visit: Visit | null = null;
  let visits = 0;
  let waiting: (() => void)[] = [];
  let shown = true;

  const push = (event: EventName, payload: unknown): void => {
    if (window !== null && !window.isDestroyed()) window.send(CHANNELS.event, event, payload);
  };

  function begin(): Visit {
    visits += 1;
    const mine: Visit = {
      caller: {
        id: `window-${visits}`,
        from: 'window',
        emit: (event, payload) => {
          if (visit === mine) push(event, payload);
        },
        onGone: (listener) => {
          if (visit === mine) mine.partings.add(listener);
          else listener();
        },
      },
      partings: new Set(),
      unsubscribe: null,
    };
    return mine;
  }

  function end(): void {
    const last = visit;
    visit = null;
    if (last === null) return;
    last.unsubscribe?.();
    for (const leave of last.partings) leave();
  }

  ipcMain.handle(CHANNELS.call, async (event, name: unknown, input: unknown): Promise<Reply<unknown>> => {
    if (!isTrustedSender(event.senderFrame, event.sender, window)) return NOT_OURS;
    visit ??= begin();
    return answerCall(host.handlers, visit.caller, name, input);
  });
  ipcMain.handle(CHANNELS.shell, async (event, name: unknown, input: unknown): Promise<Reply<null>> => {
    if (!isTrustedSender(event.senderFrame, event.sender, window)) return NOT_OURS;
    return answerShellCall(shell, name, input);
  });
  ipcMain.on(CHANNELS.hear, (event, on: unknown) => {
    if (!isTrustedSender(event.senderFrame, event.sender, window)) return;
    visit ??= begin();
    if (on !== true) {
      visit.unsubscribe?.();
      visit.unsubscribe = null;
      return;
    }
    // Loaded while its window is hidden (it had crashed): it does not know that yet.
    if (!shown) push('seen', { on: false });
    visit.unsubscribe ??= host.subscribe(visit.caller);
    for (const send of waiting.splice(0)) send();
  });

  return {
    attach(contents) {
      end();
      window = contents;
      shown = true;
      const over = (details: { isMainFrame: boolean; isSameDocument: boolean }) => {
        if (window === contents && details.isMainFrame && !details.isSameDocument) end();
      };
      contents.on('did-start-navigation', over);
      contents.on('render-process-gone', () => window === contents && end());
      contents.once('destroyed', () => {
        if (window !== contents) return;
        end();
        window = null;
        waiting = [];
      });
    },
    send(event, payload) {
      if (visit?.unsubscribe) push(event, payload);
      else waiting = [() => push(event, payload)];
    },
    onScreen(on) {
      shown = on;
      push('seen', { on });
    },
  };
}

const NOT_OURS: Reply<never> = {
  ok: false,
  error: { code: 'bad_input', message: 'Only Stackyard’s own window may ask this.', hint: null },
};
