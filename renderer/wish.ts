/** What a page is asked to open as soon as it is shown, by a command that is given elsewhere. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { go, type Route } from './route.ts';

export type Wish = { readonly what: 'get-model' } | { readonly what: 'takeover'; readonly engine: string };

const wished = createStore<{ readonly wish: Wish | null }>(() => ({ wish: null }));

/** Shows the page and has it open that. */
export function wishFor(wish: Wish, page: Route): void {
  wished.setState({ wish });
  go(page);
}

/** For a page: does `open` once for each wish that `isMine`. */
export function useWish(isMine: (wish: Wish) => boolean, open: () => void): void {
  const wish = useStore(wished, (state) => state.wish);
  const latest = useRef({ isMine, open });
  useEffect(() => {
    latest.current = { isMine, open };
  });
  useEffect(() => {
    if (wish === null || !latest.current.isMine(wish)) return;
    wished.setState({ wish: null });
    latest.current.open();
  }, [wish]);
}
