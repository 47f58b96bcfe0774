/**
 * AMD's `amd-smi … --json`. The top level is a list, or an object with `gpu_data`; a value is `{value, unit}`, bare, or "N/A"
 * (AMD's documentation of amd-smi, and the shapes that public tests hold).
 */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import type { SeenGpuProcess } from './reading.ts';
import { amountOf, bytesOf, isRecord, jsonOf, numberOf, textOf } from './values.ts';

/** What `amd-smi static` tells once and `metric` does not. */
export interface AmdIdentity {
  readonly uuid: string | null;
  readonly name: string | null;
  readonly bus: string | null;
  readonly powerLimit: number | null;
}

/** Cards of `amd-smi metric --json`; `null` when the text is not what it prints. `integrated` holds the PCI addresses of APUs. */
export function parseAmdMetric(
  text: string,
  identities: ReadonlyMap<number, AmdIdentity>,
  integrated: ReadonlySet<string>,
): GpuDevice[] | null {
  const rows = rowsOf(text);
  return rows === null ? null : rows.flatMap((row) => deviceOf(row, identities, integrated));
}

/** `amd-smi static --json`, by the number of the card; `amd-smi list --json` reads alike. */
export function parseAmdStatic(text: string): Map<number, AmdIdentity> {
  const known = new Map<number, AmdIdentity>();
  for (const row of rowsOf(text) ?? []) {
    const gpu = numberOf(row.gpu);
    if (gpu === null) continue;
    const asic = record(row.asic);
    const bus = record(row.bus);
    const limit = record(row.limit);
    known.set(gpu, {
      uuid: textOf(row.uuid) ?? null,
      name: textOf(asic.market_name) ?? textOf(record(row.board).product_name),
      bus: textOf(bus.bdf) ?? textOf(row.bdf),
      powerLimit: amountOf(limit.socket_power) ?? amountOf(limit.current_power) ?? amountOf(limit.max_power),
    });
  }
  return known;
}

/** `amd-smi process --json`. A card that no process uses has a sentence in the place of the processes. */
export function parseAmdProcesses(text: string, gpus: readonly GpuDevice[]): SeenGpuProcess[] {
  return (rowsOf(text) ?? []).flatMap((row) => {
    const gpu = gpus.find(({ index }) => index === numberOf(row.gpu));
    if (gpu === undefined || !Array.isArray(row.process_list)) return [];
    return row.process_list.flatMap((entry: unknown): SeenGpuProcess[] => {
      const info = record(record(entry).process_info ?? entry);
      const pid = numberOf(info.pid);
      if (pid === null) return [];
      const usage = record(info.memory_usage);
      const vram = bytesOf(usage.vram_mem, 'B') ?? bytesOf(info.mem_usage, 'B');
      const gtt = gpu.unified ? (bytesOf(usage.gtt_mem, 'B') ?? 0) : 0;
      return [{ pid, gpu: gpu.uuid, name: textOf(info.name), memory: vram === null ? null : vram + gtt }];
    });
  });
}

function deviceOf(
  row: Record<string, unknown>,
  identities: ReadonlyMap<number, AmdIdentity>,
  integrated: ReadonlySet<string>,
): GpuDevice[] {
  const index = numberOf(row.gpu);
  if (index === null) return [];
  const known = identities.get(index);
  const bus = known?.bus ?? null;
  const unified = bus !== null && integrated.has(bus.toLowerCase());
  const memory = record(row.mem_usage);
  const sum = (vram: unknown, gtt: unknown): number | null => {
    const own = bytesOf(vram, 'MB');
    return own === null ? null : own + (unified ? (bytesOf(gtt, 'MB') ?? 0) : 0);
  };
  const power = record(row.power);
  const heat = record(row.temperature);
  const fan = record(row.fan);
  return [
    {
      vendor: 'amd',
      index,
      uuid: known?.uuid ?? gpuId('amd', bus, index),
      name: known?.name ?? null,
      bus,
      utilization: amountOf(record(row.usage).gfx_activity),
      memory_used: sum(memory.used_vram, memory.used_gtt),
      memory_total: sum(memory.total_vram, memory.total_gtt),
      temperature: amountOf(heat.edge) ?? amountOf(heat.hotspot),
      power: amountOf(power.socket_power) ?? amountOf(power.current_power) ?? amountOf(power.average_socket_power),
      power_limit: known?.powerLimit ?? null,
      fan: amountOf(fan.usage),
      unified,
    },
  ];
}

function rowsOf(text: string): Record<string, unknown>[] | null {
  const json = jsonOf(text);
  const rows = Array.isArray(json) ? json : record(json).gpu_data;
  return Array.isArray(rows) ? rows.filter(isRecord) : null;
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
