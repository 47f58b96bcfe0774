/**
 * A card as Linux' own files tell of it, without any tool: `/sys/class/drm/cardN/device` and its hwmon
 * (kernel documentation: gpu/amdgpu/driver-misc, hwmon/sysfs-interface).
 */
import { type GpuDevice, type GpuVendor, gpuId } from '../../../shared/gpu.ts';
import { numberOf, textOf } from './values.ts';

/** The files of one card by their names; a missing one has no entry. Those of hwmon begin with `hwmon/`. */
export interface DrmCard {
  /** N of `cardN`. */
  readonly number: number;
  readonly files: ReadonlyMap<string, string>;
}

/** All that are read. `board_info` only shows that there is a board: an APU has none. */
export const CARD_FILES = [
  'vendor',
  'uevent',
  'board_info',
  'product_name',
  'unique_id',
  'gpu_busy_percent',
  'mem_info_vram_used',
  'mem_info_vram_total',
  'mem_info_gtt_used',
  'mem_info_gtt_total',
] as const;
export const HWMON_FILES = [
  'temp1_input',
  'power1_average',
  'power1_input',
  'power1_cap',
  'pwm1',
  'pwm1_max',
] as const;

/** Raw PCI ids of the makers. */
const MAKERS: Readonly<Record<string, GpuVendor>> = { '0x10de': 'nvidia', '0x1002': 'amd', '0x8086': 'intel' };

/** The maker by the raw id in a file `vendor`; `null` for any other, such as a virtual machine's. */
export const makerOf = (id: string | undefined): GpuVendor | null => MAKERS[id?.trim().toLowerCase() ?? ''] ?? null;

/** `0000:03:00.0`, from the file `uevent`. */
export const busOf = ({ files }: DrmCard): string | null =>
  textOf(/^PCI_SLOT_NAME=(.+)$/m.exec(files.get('uevent') ?? '')?.[1]);

/** Whether it is part of the processor and so uses the machine's memory. AMD's boards describe themselves, its APUs don't. */
export const isIntegrated = (card: DrmCard): boolean =>
  makerOf(card.files.get('vendor')) === 'amd'
    ? !card.files.has('board_info')
    : // Intel's own graphics sit at this place on every machine.
      busOf(card) === '0000:00:02.0';

/** Whether anything about its use can be read at all. */
export const isReadable = ({ files }: DrmCard): boolean =>
  ['gpu_busy_percent', 'mem_info_vram_used', 'mem_info_vram_total'].some((name) => files.has(name));

/** One card of AMD, or of Intel where `used` comes from the processes (`drm-fdinfo.ts`). `index` counts the cards of the maker. */
export function deviceOfCard(card: DrmCard, index: number, vendor: GpuVendor, used: number | null = null): GpuDevice {
  const { files } = card;
  const bus = busOf(card);
  const unified = isIntegrated(card);
  const read = (name: string): number | null => numberOf(files.get(name));
  const sum = (vram: string, gtt: string): number | null => {
    const own = read(vram);
    return own === null ? null : own + (unified ? (read(gtt) ?? 0) : 0);
  };
  const scaled = (name: string, by: number): number | null => {
    const value = read(`hwmon/${name}`);
    return value === null ? null : value / by;
  };
  const [pwm, pwmMost] = [read('hwmon/pwm1'), read('hwmon/pwm1_max')];
  const id = textOf(files.get('unique_id'));
  return {
    vendor,
    index,
    uuid: id === null ? gpuId(vendor, bus, index) : `${vendor}:${id}`,
    name: textOf(files.get('product_name')),
    bus,
    utilization: read('gpu_busy_percent'),
    memory_used: sum('mem_info_vram_used', 'mem_info_gtt_used') ?? used,
    memory_total: sum('mem_info_vram_total', 'mem_info_gtt_total'),
    // Thousandths of a degree, millionths of a watt.
    temperature: scaled('temp1_input', 1_000),
    power: scaled('power1_average', 1e6) ?? scaled('power1_input', 1e6),
    power_limit: scaled('power1_cap', 1e6),
    fan: pwm === null || pwmMost === null || pwmMost <= 0 ? null : Math.round((pwm / pwmMost) * 100),
    unified,
  };
}
