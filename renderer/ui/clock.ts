/** One clock for everything on the page that tells how long something still takes; it stands still while nobody looks. */
import { useSyncExternalStore } from 'react';
import { whileSeen } from '../seen.ts';

/** What is shown is no finer than a minute. */
const EVERY = 10_000;

const listeners = new Set<() => void>();
let end: (() => void) | null = null;
let now = Date.now();

/** Ms since 1970, moving on every ten seconds while the window can be seen. */
export const useClock = (): number => useSyncExternalStore(subscribe, () => now);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  end ??= whileSeen(run);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    end?.();
    end = null;
  };
}

function run(): () => void {
  const timer = setInterval(tick, EVERY);
  tick();
  return () => clearInterval(timer);
}

function tick(): void {
  now = Date.now();
  for (const listener of [...listeners]) listener();
}
