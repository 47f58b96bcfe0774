import type { GpuLevels } from '../../../shared/contract/router.ts';
import type { GpuSample } from '../../../shared/gpu.ts';

/** What of a look goes to `/metrics`. Memory that outlived its engine is still counted as that engine's. */
export const gpuLevels = ({ gpus, processes }: GpuSample): GpuLevels => ({
  gpus,
  engines: processes.flatMap(({ gpu, engine, memory }) =>
    engine === null || memory === null ? [] : [{ gpu, engine, bytes: memory }],
  ),
});
