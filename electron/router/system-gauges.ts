import { Gauge, type Registry } from 'prom-client';
import type { SystemSample } from '../../shared/system.ts';

/**
 * Gauges of the machine, under OpenTelemetry's names for a system (semantic conventions: system.cpu.utilization,
 * system.memory.usage, system.paging.usage, system.filesystem.usage) as its Prometheus exporter writes them, and of what each
 * engine takes. What is not known has no sample.
 */
export function createSystemGauges(registry: Registry): (sample: SystemSample) => void {
  const registers = [registry];
  const of = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const cpu = of('system_cpu_utilization_ratio', 'Share of all cores that works, 0 to 1.');
  const memory = of('system_memory_usage_bytes', 'Memory of the machine; free is what can be had without swapping.', [
    'state',
  ]);
  const swap = of('system_paging_usage_bytes', 'Swap of the machine.', ['state']);
  const disk = of('system_filesystem_usage_bytes', 'Disks that hold models, by a folder on them.', [
    'folder',
    'state',
  ]);
  const own = of(
    'stackyard_engine_memory_bytes',
    'Memory of an engine’s process tree: its own, and of files that it has mapped.',
    ['engine', 'kind'],
  );
  const busy = of('stackyard_engine_cpu_cores', 'Cores that an engine’s process tree keeps busy.', ['engine']);
  const threads = of('stackyard_engine_threads', 'Threads of an engine’s process tree.', ['engine']);
  const uptime = of('stackyard_engine_uptime_seconds', 'How long an engine’s first process runs.', ['engine']);
  const all = [cpu, memory, swap, disk, own, busy, threads, uptime];
  const put = (gauge: Gauge, labels: Record<string, string>, value: number | null): void => {
    if (value !== null) gauge.set(labels, value);
  };
  const rest = (total: number | null, used: number | null): number | null =>
    total === null || used === null ? null : total - used;
  return (sample) => {
    for (const gauge of all) gauge.reset();
    // A gauge without labels is set to 0 by a reset: what is unknown has to go.
    cpu.remove();
    put(cpu, {}, sample.cpu === null ? null : sample.cpu / 100);
    put(memory, { state: 'used' }, sample.memory_used);
    put(memory, { state: 'free' }, rest(sample.memory_total, sample.memory_used));
    put(swap, { state: 'used' }, sample.swap_used);
    put(swap, { state: 'free' }, rest(sample.swap_total, sample.swap_used));
    for (const { folders, total, free } of sample.disks) {
      put(disk, { folder: folders[0] ?? '', state: 'used' }, total - free);
      put(disk, { folder: folders[0] ?? '', state: 'free' }, free);
    }
    for (const one of sample.engines) {
      const { engine } = one;
      put(own, { engine, kind: 'own' }, one.memory);
      put(own, { engine, kind: 'file' }, one.memory_file);
      put(busy, { engine }, one.cpu === null ? null : one.cpu / 100);
      put(threads, { engine }, one.threads);
      put(uptime, { engine }, one.uptime === null ? null : one.uptime / 1000);
    }
  };
}
