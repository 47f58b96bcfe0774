/** The machine as rows of one bar each. Pure. */
import type { SystemSample } from '../../../shared/system.ts';
import { bytes, percent } from '../../format.ts';

export interface MachineRow {
  readonly name: string;
  /** Bytes, or words; `null` = unknown. */
  readonly used: number | string | null;
  readonly total: string;
  /** 0 to 1; `null` = unknown. */
  readonly share: number | null;
  /** More than there is room for. */
  readonly title?: string;
}

/** Swap only where there is some. Before the first look all is unknown, and in its place. */
export function machineRows(sample: SystemSample | null): readonly MachineRow[] {
  const amount = (name: string, used: number | null, total: number | null): MachineRow => ({
    name,
    used,
    total: total === null ? '' : `of ${bytes(total)}`,
    share: used === null || total === null || total <= 0 ? null : Math.min(1, used / total),
  });
  const cpu = sample?.cpu ?? null;
  return [
    {
      name: 'CPU',
      used: cpu === null ? null : percent(cpu / 100),
      total: sample === null ? '' : `of ${sample.cores} cores`,
      share: cpu === null ? null : cpu / 100,
    },
    amount('Memory', sample?.memory_used ?? null, sample?.memory_total ?? null),
    ...(sample?.swap_total ? [amount('Swap', sample.swap_used, sample.swap_total)] : []),
    ...(sample?.disks ?? []).map(({ folders, free, total }, i, all) => ({
      ...amount(all.length === 1 ? 'Model disk' : `Model disk ${i + 1}`, total - free, total),
      used: `${bytes(free)} free`,
      title: folders.join('\n'),
    })),
  ];
}
