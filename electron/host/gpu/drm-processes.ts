import type { GpuDevice } from '../../../shared/gpu.ts';
import { memoryByCard } from '../../core/gpu/drm-fdinfo.ts';
import type { SeenGpuProcess } from '../../core/gpu/reading.ts';
import { drmClients } from './drm.ts';

/** Who holds how much of these cards, as the kernel tells of the processes that we may look into. */
export async function drmProcesses(proc: string, gpus: readonly GpuDevice[]): Promise<SeenGpuProcess[]> {
  const byBus = new Map(gpus.flatMap((gpu) => (gpu.bus === null ? [] : [[gpu.bus.toLowerCase(), gpu] as const])));
  const unified = new Set([...byBus].filter(([, gpu]) => gpu.unified).map(([bus]) => bus));
  const clients = await drmClients(proc);
  return [...clients].flatMap(([pid, list]) =>
    [...memoryByCard(list, unified)].flatMap(([bus, memory]): SeenGpuProcess[] => {
      const gpu = byBus.get(bus.toLowerCase());
      // Every program with a window has the node open; only those that hold something are worth a line.
      return gpu === undefined || !memory ? [] : [{ pid, name: null, gpu: gpu.uuid, memory }];
    }),
  );
}
