/** Apple's `ioreg -r -c IOGPU -d 1 -f`, which needs no root. Its GPUs share the machine's memory. */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import { numberOf, textOf } from './values.ts';

/** `memory`: bytes of the whole machine. */
export function parseIoreg(text: string, memory: number | null): GpuDevice[] {
  return text
    .split(/^\s*\+-o /m)
    .filter((part) => part.includes('"PerformanceStatistics"'))
    .map((part, index): GpuDevice => {
      const statistics = /"PerformanceStatistics"\s*=\s*\{([^}]*)\}/.exec(part)?.[1] ?? '';
      const value = (name: string): number | null => numberOf(new RegExp(`"${name}"=(\\d+)`).exec(statistics)?.[1]);
      return {
        vendor: 'apple',
        index,
        uuid: gpuId('apple', null, index),
        name: textOf(/"model"\s*=\s*"([^"]*)"/.exec(part)?.[1]),
        bus: null,
        utilization: value('Device Utilization %'),
        memory_used: value('In use system memory'),
        memory_total: memory,
        temperature: null,
        power: null,
        power_limit: null,
        fan: null,
        unified: true,
      };
    });
}
