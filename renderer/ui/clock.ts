/** One clock for everything on the page that tells how long something still takes; it stands still while nobody looks. */
import { useSyncExternalStore } from 'react';

/** What is shown is no finer than a minute. */
const EVERY = 10_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** Ms since 1970, moving on every ten seconds while the window can be seen. */
export const useClock = (): number => useSyncExternalStore(subscribe, () => now);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', adjust);
    adjust();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', adjust);
    adjust();
  };
}

function adjust(): void {
  clearInterval(timer);
  timer = undefined;
  if (listeners.size === 0 || document.visibilityState === 'hidden') return;
  timer = setInterval(tick, EVERY);
  tick();
}

function tick(): void {
  now = Date.now();
  for (const listener of [...listeners]) listener();
}
