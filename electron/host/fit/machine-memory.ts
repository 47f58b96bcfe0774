import { freemem, totalmem } from 'node:os';

export interface MachineMemory {
  readonly total: number;
  /** What programs can have without others being moved out; `null` where the system only tells what nobody uses at all. */
  readonly available: number | null;
}

/** The machine's memory. On Linux `os.freemem` is MemAvailable, on Windows the available physical memory; on macOS it leaves out what could be had. */
export function machineMemory(platform: NodeJS.Platform = process.platform): MachineMemory {
  return { total: totalmem(), available: platform === 'darwin' ? null : freemem() };
}
