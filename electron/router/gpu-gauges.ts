import { Gauge, type Registry } from 'prom-client';
import type { GpuLevels } from '../../shared/contract/router.ts';
import type { GpuDevice } from '../../shared/gpu.ts';

const MIB = 1024 ** 2;

/**
 * Gauges of the cards, of every vendor, under the names and units of NVIDIA's DCGM exporter, so that its dashboards fit. What is
 * not known has no sample.
 */
export function createGpuGauges(registry: Registry): (levels: GpuLevels) => void {
  const registers = [registry];
  const labelNames = ['gpu', 'UUID', 'modelName'];
  const of = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
  const gauges: readonly (readonly [Gauge, (gpu: GpuDevice) => number | null])[] = [
    [of('DCGM_FI_DEV_GPU_UTIL', 'GPU utilization (in %).'), (gpu) => gpu.utilization],
    [of('DCGM_FI_DEV_FB_USED', 'GPU memory used (in MiB).'), ({ memory_used }) => mib(memory_used)],
    [
      of('DCGM_FI_DEV_FB_FREE', 'GPU memory free (in MiB).'),
      ({ memory_used: used, memory_total: total }) => (used === null || total === null ? null : mib(total - used)),
    ],
    [of('DCGM_FI_DEV_GPU_TEMP', 'GPU temperature (in C).'), (gpu) => gpu.temperature],
    [of('DCGM_FI_DEV_POWER_USAGE', 'Power draw (in W).'), (gpu) => gpu.power],
  ];
  const held = new Gauge({
    name: 'stackyard_engine_gpu_memory_bytes',
    help: 'GPU memory that an engine holds.',
    labelNames: ['engine', 'UUID'],
    registers,
  });
  return ({ gpus, engines }) => {
    held.reset();
    for (const [gauge, pick] of gauges) {
      gauge.reset();
      for (const gpu of gpus) {
        const value = pick(gpu);
        if (value === null) continue;
        gauge.set({ gpu: String(gpu.index), UUID: gpu.uuid, modelName: gpu.name ?? '' }, value);
      }
    }
    for (const { gpu, engine, bytes } of engines) held.inc({ engine, UUID: gpu }, bytes);
  };
}

const mib = (bytes: number | null): number | null => (bytes === null ? null : Math.round(bytes / MIB));
