/** Notices that a file which another process writes may have grown. */
import { type FSWatcher, watch } from 'node:fs';

export interface Tail {
  /** Watches while true; while false nothing runs at all. */
  setAlive(alive: boolean): void;
  close(): void;
}

/** Where the system tells of changes: for a file that was put in another's place. */
const LOOK_EVERY_MS = 1_000;
/** Where it does not. */
const LOOK_ALONE_MS = 250;

/** Calls `onChange` (often, and sometimes for nothing) while it is alive; keeps no process running by itself. */
export function tailFile(path: string, onChange: () => void): Tail {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;

  const stopWatcher = () => {
    watcher?.close();
    watcher = null;
  };
  const lookEvery = (ms: number) => {
    if (timer !== null) clearInterval(timer);
    timer = setInterval(onChange, ms);
    timer.unref();
  };
  return {
    setAlive(alive) {
      if (alive === (timer !== null)) return;
      if (alive) {
        lookEvery(LOOK_ALONE_MS);
        try {
          watcher = watch(path, { persistent: false }, onChange);
          watcher.on('error', () => {
            stopWatcher();
            if (timer !== null) lookEvery(LOOK_ALONE_MS);
          });
          lookEvery(LOOK_EVERY_MS);
        } catch {
          watcher = null; // no file yet, or no watches left on this machine: the timer looks
        }
      } else {
        if (timer !== null) clearInterval(timer);
        timer = null;
        stopWatcher();
      }
    },
    close() {
      this.setAlive(false);
    },
  };
}
