import type { GpuSample, GpuVendor } from '../../../shared/gpu.ts';

/** Whose tools list every process that holds memory of a card, so that one they don't list holds none. */
const LISTS: ReadonlySet<GpuVendor> = new Set(['nvidia', 'amd', 'intel']);

/** Bytes of all cards that these processes hold; 0 = none, `null` = can't be told. */
export function gpuHeldBy({ gpus, processes, sources }: GpuSample, pids: readonly number[]): number | null {
  const cards = sources.filter(({ state }) => state !== 'absent');
  if (cards.length === 0) return 0;
  const theirs = processes.filter(({ pid }) => pids.includes(pid));
  if (theirs.some(({ memory }) => memory === null)) return null;
  if (theirs.length > 0) return theirs.reduce((sum, { memory }) => sum + (memory ?? 0), 0);
  const all = cards.every(({ vendor, state }) => LISTS.has(vendor) && state === 'ok') && gpus.length > 0;
  return all ? 0 : null;
}
