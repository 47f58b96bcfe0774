import type { Caller } from '../../shared/contract/ipc.ts';

/** What callers watch. A watch ends when its caller says so, and with the caller at the latest. */
export interface Watches {
  /** Begins a watch under this name, or ends it (`null`). One that is there already ends first. */
  set(caller: Caller, name: string, begin: (() => () => void) | null): void;
}

/** Nobody watches anything. */
export function createWatches(): Watches {
  const callers = new Map<string, Map<string, () => void>>();
  const of = (caller: Caller): Map<string, () => void> => {
    const known = callers.get(caller.id);
    if (known) return known;
    const made = new Map<string, () => void>();
    callers.set(caller.id, made);
    caller.onGone(() => {
      for (const end of made.values()) end();
      made.clear();
      callers.delete(caller.id);
    });
    return made;
  };
  return {
    set(caller, name, begin) {
      const mine = of(caller);
      mine.get(name)?.();
      mine.delete(name);
      // A caller that is gone already has no entry any more: nothing would ever end the watch.
      if (begin && callers.get(caller.id) === mine) mine.set(name, begin());
    },
  };
}
