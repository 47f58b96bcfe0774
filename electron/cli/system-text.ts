import type { EngineUse, SystemSample } from '../../shared/system.ts';
import { bytesWords, plain, runTimeWords, table, UNKNOWN } from './words.ts';

/** The machine and its engines as tables for people. */
export function systemText({ cpu, cores, engines, disks, ...machine }: SystemSample): string {
  const of = (used: number | null, total: number | null): string =>
    total === 0 ? 'none' : `${bytesWords(used)} of ${bytesWords(total)}`;
  const power = machine.on_battery === null ? UNKNOWN : machine.on_battery ? 'battery' : 'mains';
  const [disk] = disks;
  const rows = table(
    ['CPU', 'MEMORY', 'SWAP', 'MODEL DISK FREE', 'POWER'],
    [
      [
        `${perCent(cpu)} of ${cores} cores`,
        of(machine.memory_used, machine.memory_total),
        of(machine.swap_used, machine.swap_total),
        disk === undefined ? UNKNOWN : of(disk.free, disk.total),
        power,
      ],
    ],
  );
  const more = disks
    .slice(1)
    .map(({ folders, free, total }) => `${of(free, total)} free at ${plain(folders[0] ?? '')}\n`);
  return [rows + more.join(''), ...(engines.length === 0 ? [] : [enginesText(engines)])].join('\n');
}

/** What engines take; CPU in per cent of one core. */
function enginesText(engines: readonly EngineUse[]): string {
  return table(
    ['ENGINE', 'CPU', 'MEMORY', 'MAPPED FILES', 'THREADS', 'PROCESSES', 'RUNS FOR'],
    engines.map((one) => [
      plain(one.engine),
      perCent(one.cpu),
      bytesWords(one.memory),
      bytesWords(one.memory_file),
      one.threads === null ? UNKNOWN : String(one.threads),
      String(one.processes),
      one.uptime === null ? UNKNOWN : runTimeWords(one.uptime),
    ]),
  );
}

const perCent = (value: number | null): string => (value === null ? UNKNOWN : `${Math.round(value)} %`);
