/**
 * AMD's older `rocm-smi`, as CSV or JSON. Columns are found by their names, which changed between ROCm 5.7 and 7.1
 * (`Card series` / `Card Series`, `Average Graphics Package Power` / `Current Socket Graphics Package Power`).
 */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import { isRecord, jsonOf, numberOf, textOf } from './values.ts';

/** `null` when the text is not what `rocm-smi` prints. `integrated` holds the PCI addresses of APUs. */
export function parseRocm(text: string, integrated: ReadonlySet<string>): GpuDevice[] | null {
  const cards = /^\s*\{/.test(text) ? jsonCards(text) : csvCards(text);
  return cards === null ? null : cards.map(([card, columns]) => deviceOf(card, columns, integrated));
}

type Columns = ReadonlyMap<string, unknown>;
type Card = readonly [index: number, columns: Columns];

function csvCards(text: string): Card[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(','));
  const at = lines.findIndex((line) => line.startsWith('device,'));
  if (at < 0) return null;
  const head = (lines[at] ?? '').split(',').map(key);
  return lines.slice(at + 1).flatMap((line): Card[] => {
    const cells = line.split(',');
    const index = indexOf(cells[0] ?? '');
    // A row that is wider or narrower has a comma where none was expected: every column after it would be another's.
    if (index === null || cells.length !== head.length) return [];
    return [[index, new Map(head.map((name, column) => [name, cells[column]]))]];
  });
}

function jsonCards(text: string): Card[] | null {
  const json = jsonOf(text);
  if (!isRecord(json)) return null;
  return Object.entries(json).flatMap(([name, value]): Card[] => {
    const index = indexOf(name);
    if (index === null || !isRecord(value)) return [];
    return [[index, new Map(Object.entries(value).map(([column, cell]) => [key(column), cell]))]];
  });
}

function deviceOf(index: number, columns: Columns, integrated: ReadonlySet<string>): GpuDevice {
  const first = (...names: readonly string[]): unknown => names.map((name) => columns.get(name)).find(isSaid);
  const bus = textOf(first('pci bus'));
  const unified = bus !== null && integrated.has(bus.toLowerCase());
  const sum = (vram: string, gtt: string): number | null => {
    const own = numberOf(first(vram));
    return own === null ? null : own + (unified ? (numberOf(first(gtt)) ?? 0) : 0);
  };
  return {
    vendor: 'amd',
    index,
    uuid: gpuId('amd', bus, index),
    name: textOf(first('card series', 'device name', 'card model')),
    bus,
    utilization: numberOf(first('gpu use (%)')),
    memory_used: sum('vram total used memory (b)', 'gtt total used memory (b)'),
    memory_total: sum('vram total memory (b)', 'gtt total memory (b)'),
    temperature: numberOf(first('temperature (sensor edge) (c)', 'temperature (sensor junction) (c)')),
    power: numberOf(
      first('average graphics package power (w)', 'current socket graphics package power (w)', 'socket power (w)'),
    ),
    power_limit: numberOf(first('max graphics package power (w)')),
    fan: numberOf(first('fan speed (%)')),
    unified,
  };
}

const key = (name: string): string => name.trim().toLowerCase();
const isSaid = (cell: unknown): boolean => typeof cell === 'number' || textOf(cell) !== null;

/** `card0`; `null` for the key `system` and everything else. */
function indexOf(card: string): number | null {
  const number = /^card(\d+)$/.exec(card.trim())?.[1];
  return number === undefined ? null : Number(number);
}
