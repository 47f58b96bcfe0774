/**
 * What `nvidia-smi --query-…  --format=csv,noheader,nounits` prints (NVIDIA's manual page; fields by `--help-query-gpu`).
 * The manual calls the text no stable interface, so a row that is not as asked for is no row.
 */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import type { SeenGpuProcess } from './reading.ts';
import { baseName, numberOf, textOf } from './values.ts';

/** `count` says how many rows belong to one look. */
export const GPU_FIELDS = [
  'count',
  'index',
  'uuid',
  'name',
  'pci.bus_id',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'temperature.gpu',
  'power.draw',
  'power.limit',
  'fan.speed',
] as const;
export const APP_FIELDS = ['pid', 'gpu_uuid', 'process_name', 'used_memory'] as const;

const MIB = 1024 ** 2;

export interface SystemMemory {
  /** Bytes. */
  readonly total: number;
  /** Bytes. */
  readonly used: number;
}

interface Row {
  readonly count: number | null;
  readonly gpu: GpuDevice;
}

/** One row of `--query-gpu`; `null` for any other line, such as an XID error that the loop prints between two looks. */
export function parseGpuRow(line: string, memory: SystemMemory | null): Row | null {
  const cells = line.split(',').map((cell) => cell.trim());
  const index = numberOf(cells[1]);
  if (cells.length !== GPU_FIELDS.length || index === null || !Number.isInteger(index) || index < 0) return null;
  const [count, , uuid, name, bus, utilization, used, total, temperature, power, limit, fan] = cells;
  const mib = (cell: string | undefined) => {
    const amount = numberOf(cell);
    return amount === null ? null : amount * MIB;
  };
  const title = textOf(name);
  const place = textOf(bus);
  const own = { used: mib(used), total: mib(total) };
  const unified = isUnified(title);
  const shown = unified && own.total === null ? (memory ?? own) : own;
  return {
    count: numberOf(count),
    gpu: {
      vendor: 'nvidia',
      index,
      uuid: textOf(uuid) ?? gpuId('nvidia', place, index),
      name: title,
      bus: place,
      utilization: numberOf(utilization),
      memory_used: shown.used,
      memory_total: shown.total,
      temperature: numberOf(temperature),
      power: numberOf(power),
      power_limit: numberOf(limit),
      fan: numberOf(fan),
      unified,
    },
  };
}

/** NVIDIA's chips that have no memory of their own: DGX Spark (GB10) and the Jetsons. `nvidia-smi` writes `[N/A]` for theirs. */
const isUnified = (name: string | null): boolean => /\b(?:GB10|Tegra|Jetson|Orin|Xavier|Thor)\b/i.test(name ?? '');

/**
 * Collects the rows of a look, whatever their order. A look is whole when all that `count` promises are there, or when a card comes
 * a second time; `flush` gives what there is when nothing more comes.
 */
export function gpuRounds(memory: () => SystemMemory | null): {
  push: (line: string) => readonly GpuDevice[] | null;
  flush: () => readonly GpuDevice[] | null;
} {
  let rows = new Map<number, Row>();
  const take = (): readonly GpuDevice[] | null => {
    const done = [...rows.values()].map(({ gpu }) => gpu).sort((a, b) => a.index - b.index);
    rows = new Map();
    return done.length === 0 ? null : done;
  };
  return {
    push(line) {
      const row = parseGpuRow(line, memory());
      if (row === null) return null;
      const again = rows.has(row.gpu.index) ? take() : null;
      rows.set(row.gpu.index, row);
      if (again !== null) return again;
      return row.count !== null && rows.size >= row.count ? take() : null;
    },
    flush: take,
  };
}

/** The rows of `--query-compute-apps`. The name may hold commas; a card that is not among `gpus` may be a slice (MIG) of the only one. */
export function parseComputeApps(text: string, gpus: readonly GpuDevice[]): SeenGpuProcess[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split(',');
    const pid = numberOf(cells[0]);
    const card = textOf(cells[1]);
    if (cells.length < APP_FIELDS.length || pid === null || card === null) return [];
    const gpu = cardOf(card, gpus);
    if (gpu === null) return [];
    const name = textOf(cells.slice(2, -1).join(','));
    const used = numberOf(cells.at(-1));
    return [{ pid, gpu, name: name === null ? null : baseName(name), memory: used === null ? null : used * MIB }];
  });
}

/** `MIG-GPU-<uuid>/1/0` names its card; the newer `MIG-<uuid>` does not. */
function cardOf(id: string, gpus: readonly GpuDevice[]): string | null {
  if (gpus.some(({ uuid }) => uuid === id)) return id;
  const parent = gpus.find(({ uuid }) => id.startsWith(`MIG-${uuid}/`));
  return parent?.uuid ?? (id.startsWith('MIG-') && gpus.length === 1 ? (gpus[0]?.uuid ?? null) : null);
}
