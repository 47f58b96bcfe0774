/**
 * Whether somebody can see the page: what the browser says of it, and in the app's window also the shell, which knows of the
 * tray and of minimising on every desktop. While nobody can, the page holds no timer and has the host send nothing.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';

export const seen = createStore<{ readonly on: boolean }>(() => ({ on: true }));

/** For effects: they end what they began once it is `false`, and catch up when it is `true` again. */
export const useSeen = (): boolean => useStore(seen, ({ on }) => on);

/** Does `begin` whenever the page comes into view, now if it is; what that gave ends it. Gives back what ends it all. */
export function whileSeen(begin: () => () => void): () => void {
  let end: (() => void) | null = null;
  const adjust = ({ on }: { readonly on: boolean }): void => {
    if (on === (end !== null)) return;
    const last = end;
    end = null;
    if (on) end = begin();
    else last?.();
  };
  const off = seen.subscribe(adjust);
  adjust(seen.getState());
  return () => {
    off();
    adjust({ on: false });
  };
}

/** Keeps `seen` right, and has the host tell of news only while the page is. Gives back what ends it. */
export function followSeen(to: Bridge, page: Document = document): () => void {
  let onScreen = true;
  const look = (): void => {
    const on = onScreen && page.visibilityState === 'visible';
    if (on !== seen.getState().on) seen.setState({ on });
  };
  const off = to.on('seen', ({ on }) => {
    onScreen = on;
    look();
  });
  page.addEventListener('visibilitychange', look);
  look();
  const end = whileSeen(() => {
    to.hear(true);
    return () => to.hear(false);
  });
  return () => {
    end();
    off();
    page.removeEventListener('visibilitychange', look);
  };
}
