/** The window's copy of the newest look at the graphics cards. Followed while the window can be seen, and not a moment longer. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Bridge } from '../shared/contract/ipc.ts';
import type { GpuSample } from '../shared/gpu.ts';
import { whileSeen } from './seen.ts';
import { share } from './share.ts';

/** `null` until the host has told. */
export const gpu = createStore<{ readonly sample: GpuSample | null }>(() => ({ sample: null }));

/** Takes the newest sample in; cards and processes that did not change keep their identity. */
export function acceptGpu(next: GpuSample): void {
  gpu.setState(({ sample }) => ({ sample: share(sample, next) }));
}

/** Listens to the host whenever the window can be seen. Gives back what ends it. */
export function followGpu(to: Bridge): () => void {
  const off = to.on('gpu', acceptGpu);
  const end = whileSeen(() => {
    void to.call('gpu.watch', { on: true });
    return () => void to.call('gpu.watch', { on: false });
  });
  return () => {
    off();
    end();
  };
}

/** Part of the sample; renders again only when that part's identity changes. */
export const useGpu = <T>(pick: (sample: GpuSample | null) => T): T => useStore(gpu, ({ sample }) => pick(sample));
