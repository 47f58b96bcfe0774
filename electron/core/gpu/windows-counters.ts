/**
 * What our PowerShell prints on Windows, a line of JSON for each look: the rows of three WMI classes, whose names are English
 * whatever the language of the system (the names of its counters are not), and the cards that DirectX has in the registry.
 */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import type { SeenGpuProcess } from './reading.ts';
import { isRecord, jsonOf, numberOf, textOf } from './values.ts';

interface Counted {
  readonly gpus: GpuDevice[];
  readonly processes: SeenGpuProcess[];
}

/** `null` when the line is not one of ours. Software renderers are no cards. */
export function parseWindowsCounters(line: string): Counted | null {
  const json = jsonOf(line);
  if (!isRecord(json) || !('cards' in json)) return null;
  const cards = rows(json.cards).flatMap((card): (Record<string, unknown> & { luid: number })[] => {
    const luid = numberOf(card.luid);
    // Microsoft's own vendor id: the Basic Render Driver.
    return luid === null || numberOf(card.vendor) === 0x1414 ? [] : [{ ...card, luid }];
  });
  const adapters = rows(json.adapters);
  const engines = rows(json.engines);
  const processes = rows(json.processes);
  // Cards that were taken out stay in the registry; only a present one has counters.
  const present = cards.filter((card) => [...adapters, ...engines].some((row) => luidOf(row) === card.luid));
  const ids = new Map(present.map(({ luid }, index) => [luid, gpuId('windows', null, index)]));
  return {
    gpus: present.map((card, index) => {
      const total = numberOf(card.memory);
      const adapter = adapters.find((row) => luidOf(row) === card.luid);
      // Graphics of a processor have next to no memory of their own.
      const unified = total !== null && total < SMALL;
      const own = numberOf(adapter?.dedicated);
      const shared = numberOf(adapter?.shared);
      return {
        vendor: 'windows',
        index,
        uuid: gpuId('windows', null, index),
        name: textOf(card.name),
        bus: null,
        utilization: busiest(engines.filter((row) => luidOf(row) === card.luid)),
        memory_used: own === null ? null : own + (unified ? (shared ?? 0) : 0),
        memory_total: unified ? numberOf(card.shared) : total,
        temperature: null,
        power: null,
        power_limit: null,
        fan: null,
        unified,
      };
    }),
    processes: processes.flatMap((row): SeenGpuProcess[] => {
      const pid = numberOf(/^pid_(\d+)_/.exec(String(row.name))?.[1]);
      const gpu = ids.get(luidOf(row) ?? Number.NaN);
      return pid === null || gpu === undefined ? [] : [{ pid, gpu, name: null, memory: numberOf(row.dedicated) }];
    }),
  };
}

const SMALL = 512 * 1024 ** 2;

/** The use of a card is that of its busiest engine; the shares of all processes at one engine add up. */
function busiest(engines: readonly Record<string, unknown>[]): number | null {
  const sums = new Map<string, number>();
  for (const row of engines) {
    const engine = /_eng_\d+/.exec(String(row.name))?.[0];
    const share = numberOf(row.busy);
    if (engine !== undefined && share !== null) sums.set(engine, (sums.get(engine) ?? 0) + share);
  }
  return sums.size === 0 ? null : Math.min(100, Math.max(...sums.values()));
}

/** `…luid_0x00000000_0x0000C8A6_phys_0…` */
function luidOf(row: Record<string, unknown>): number | null {
  const m = /luid_0x([0-9a-f]{8})_0x([0-9a-f]{8})/i.exec(String(row.name));
  return m === null ? null : Number.parseInt(m[1] ?? '', 16) * 2 ** 32 + Number.parseInt(m[2] ?? '', 16);
}

/** PowerShell writes a list of one as that one. */
const rows = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : [value]).filter(isRecord);
