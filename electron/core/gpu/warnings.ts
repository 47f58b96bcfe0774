/** Cards above the limits of `gpu.warn_memory` and `gpu.warn_celsius`. */
import type { GpuDevice, GpuProcess, GpuWarning } from '../../../shared/gpu.ts';
import { bytesWords } from '../memory-words.ts';

export interface GpuLimits {
  /** Part of the memory, 0 to 1; `null` never warns. */
  readonly warn_memory: number | null;
  /** °C; `null` never warns. */
  readonly warn_celsius: number | null;
}

/** Hot ones first. Memory that the machine shares is no card's to run out of. */
export function gpuWarnings(
  gpus: readonly GpuDevice[],
  processes: readonly GpuProcess[],
  limits: GpuLimits,
): GpuWarning[] {
  const hot = gpus.flatMap((gpu): GpuWarning[] => {
    const { temperature } = gpu;
    if (limits.warn_celsius === null || temperature === null || temperature <= limits.warn_celsius) return [];
    const message = `${titleOf(gpu)} is at ${Math.round(temperature)} °C; \`gpu.warn_celsius\` is ${limits.warn_celsius}.`;
    return [{ gpu: gpu.uuid, engine: null, kind: 'temperature', message }];
  });
  const full = gpus.flatMap((gpu): GpuWarning[] => {
    const { memory_used: used, memory_total: total } = gpu;
    if (limits.warn_memory === null || used === null || total === null || total <= 0 || gpu.unified) return [];
    if (used / total <= limits.warn_memory) return [];
    const amounts = `${bytesWords(used)} of ${bytesWords(total)} of its memory`;
    return [
      {
        gpu: gpu.uuid,
        engine: null,
        kind: 'memory',
        message: `${titleOf(gpu)} uses ${amounts}.${most(gpu, processes)}`,
      },
    ];
  });
  return [...hot, ...full];
}

function most(gpu: GpuDevice, processes: readonly GpuProcess[]): string {
  const sums = new Map<string, number>();
  for (const one of processes) {
    if (one.gpu !== gpu.uuid || one.memory === null) continue;
    const owner =
      one.engine === null
        ? (one.name ?? `pid ${one.pid}`)
        : one.survivor
          ? `what is left of ${one.engine}`
          : one.engine;
    sums.set(owner, (sums.get(owner) ?? 0) + one.memory);
  }
  const [first] = [...sums].sort((a, b) => b[1] - a[1]);
  return first === undefined ? '' : ` Most of it is held by ${first[0]}: ${bytesWords(first[1])}.`;
}

/** `RTX 4090`, else `GPU 0`. */
const titleOf = ({ name, index }: GpuDevice): string => name ?? `GPU ${index}`;
