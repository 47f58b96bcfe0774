/** What one source tells in one look, and how several become one sample. */
import type { GpuDevice, GpuSource, GpuVendor } from '../../../shared/gpu.ts';

/** A process as a tool names it, before anybody knows whose it is. */
export interface SeenGpuProcess {
  readonly pid: number;
  readonly name: string | null;
  /** `uuid` of a card. */
  readonly gpu: string;
  /** Bytes. */
  readonly memory: number | null;
}

export interface Reading extends GpuSource {
  readonly gpus: readonly GpuDevice[];
  readonly processes: readonly SeenGpuProcess[];
}

/** A look that saw no card. */
export const nothing = (vendor: GpuVendor, state: GpuSource['state'], reason: string | null): Reading => ({
  vendor,
  state,
  reason,
  gpus: [],
  processes: [],
});

/** All that was seen, each card and each process of a card once; processes of unknown cards are left out. */
export function joined(readings: readonly Reading[]): {
  gpus: GpuDevice[];
  processes: SeenGpuProcess[];
  sources: GpuSource[];
} {
  const own = withoutTwins(readings);
  const gpus = own.flatMap((reading) => reading.gpus);
  const known = new Set(gpus.map(({ uuid }) => uuid));
  const processes = new Map<string, SeenGpuProcess>();
  for (const seen of own.flatMap((reading) => reading.processes)) {
    if (!known.has(seen.gpu)) continue;
    const key = `${seen.pid} ${seen.gpu}`;
    const before = processes.get(key);
    // Two tools that name the same process each see a part of its memory at most as large as the whole.
    if (before === undefined || (seen.memory ?? -1) > (before.memory ?? -1))
      processes.set(key, { ...seen, name: seen.name ?? before?.name ?? null });
  }
  return {
    gpus,
    processes: [...processes.values()],
    sources: own.map(({ vendor, state, reason }) => ({ vendor, state, reason })),
  };
}

/**
 * Windows' counters list every card, so also those that `nvidia-smi` knows better. Such a twin, told by its name, is left out and
 * its processes go to the other: the driver model of Windows (WDDM) hides the memory of single processes from `nvidia-smi`.
 */
function withoutTwins(readings: readonly Reading[]): readonly Reading[] {
  const nvidia = readings.find((reading) => reading.vendor === 'nvidia')?.gpus ?? [];
  if (nvidia.length === 0) return readings;
  return readings.map((reading) => {
    if (reading.vendor !== 'windows') return reading;
    const free = [...nvidia];
    const twins = new Map<string, string>();
    for (const gpu of reading.gpus) {
      const at = free.findIndex((one) => one.name !== null && one.name === gpu.name);
      const [twin] = at < 0 ? [] : free.splice(at, 1);
      if (twin) twins.set(gpu.uuid, twin.uuid);
    }
    return {
      ...reading,
      gpus: reading.gpus.filter(({ uuid }) => !twins.has(uuid)),
      processes: reading.processes.map((one) => ({ ...one, gpu: twins.get(one.gpu) ?? one.gpu })),
    };
  });
}
