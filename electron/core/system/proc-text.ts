/** Linux' own files about the machine and its processes, as proc(5) describes them. What is not as described is unknown. */

/** Ticks since the boot: `all`, and those in which some core worked. */
export interface CpuTicks {
  readonly busy: number;
  readonly all: number;
}

/** The first line of `/proc/stat`, all cores together. Waiting for a disk is not working; time of guests is in `user` already. */
export function parseCpu(text: string): CpuTicks | null {
  const m = /^cpu +(\d+(?: \d+){3,})/.exec(text);
  if (m === null) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (m[1] ?? '')
    .split(' ')
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + iowait };
}

/** Per cent of all cores between two looks; `null` when no time has passed, or the counters were set back. */
export function cpuShare(before: CpuTicks | null, now: CpuTicks | null): number | null {
  if (before === null || now === null) return null;
  const all = now.all - before.all;
  const busy = now.busy - before.busy;
  return all <= 0 || busy < 0 ? null : Math.min(100, (100 * busy) / all);
}

export interface MachineMemory {
  readonly memory_total: number | null;
  readonly memory_used: number | null;
  readonly swap_total: number | null;
  readonly swap_used: number | null;
}

/** `/proc/meminfo`, in bytes. Free is what can be had without swapping (`MemAvailable`). */
export function parseMeminfo(text: string): MachineMemory {
  const total = kilobytes(text, 'MemTotal');
  const free = kilobytes(text, 'MemAvailable');
  const swap = kilobytes(text, 'SwapTotal');
  const swapFree = kilobytes(text, 'SwapFree');
  return {
    memory_total: total,
    memory_used: total === null || free === null ? null : Math.max(0, total - free),
    swap_total: swap,
    swap_used: swap === null || swapFree === null ? null : Math.max(0, swap - swapFree),
  };
}

/** Seconds since the boot, from `/proc/uptime`. */
export function parseUptime(text: string): number | null {
  const m = /^(\d+(?:\.\d+)?) /.exec(text);
  return m === null ? null : Number(m[1]);
}

/** Bytes of `/proc/PID/status`: what the process holds itself, and what it has mapped of files. `null` for a kernel's thread. */
export function parseResident(text: string): { readonly own: number; readonly file: number | null } | null {
  const anon = kilobytes(text, 'RssAnon');
  if (anon === null) return null;
  return { own: anon + (kilobytes(text, 'RssShmem') ?? 0), file: kilobytes(text, 'RssFile') };
}

function kilobytes(text: string, name: string): number | null {
  const m = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text);
  return m === null ? null : Number(m[1]) * 1024;
}
