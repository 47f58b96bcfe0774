/** The window's copy of the newest look at the machine. Followed while the window can be seen, and not a moment longer. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { SystemSample } from '../shared/system.ts';
import { whileSeen } from './seen.ts';
import { share } from './share.ts';

/** `null` until the host has told. */
export const system = createStore<{ readonly sample: SystemSample | null }>(() => ({ sample: null }));

/** Listens to the host whenever the window can be seen. Gives back what ends it. */
export function followSystem(to: Bridge): () => void {
  const off = to.on('system', (next) => system.setState(({ sample }) => ({ sample: share(sample, next) })));
  const end = whileSeen(() => {
    void to.call('system.watch', { on: true });
    return () => void to.call('system.watch', { on: false });
  });
  return () => {
    off();
    end();
  };
}

/** Part of the sample; renders again only when that part's identity changes. */
export const useSystem = <T>(pick: (sample: SystemSample | null) => T): T =>
  useStore(system, ({ sample }) => pick(sample));
