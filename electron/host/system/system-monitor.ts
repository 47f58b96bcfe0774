/**
 * Looks at the machine and at what engines take of it: every second while somebody watches, else every other second, and more
 * slowly on a battery. Nothing here waits on the host's loop: files of `/proc` are read in small batches.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EngineUse, SystemSample } from '../../../shared/system.ts';
import type { EngineNow } from '../../core/gpu/ownership.ts';
import { type CpuMarks, engineTrees, engineUses, type ProcessUse } from '../../core/system/engine-use.ts';
import {
  type CpuTicks,
  cpuShare,
  type MachineMemory,
  parseCpu,
  parseMeminfo,
  parseResident,
  parseUptime,
} from '../../core/system/proc-text.ts';
import { Audience } from '../audience.ts';
import { inBatches } from '../in-batches.ts';
import { Pace } from '../pace.ts';
import { processTable, procFile } from '../process-table.ts';
import { DiskWatch } from './disk-watch.ts';
import { batteryState } from './power.ts';

export interface SystemMonitorOptions {
  readonly engines: () => readonly EngineNow[];
  /** Folders that hold models; they need not exist. */
  readonly folders: () => readonly string[];
  readonly places?: Partial<SystemPlaces>;
  readonly times?: Partial<SystemTimes>;
}

/** The machine, so that tests can give another one. */
export interface SystemPlaces {
  readonly platform: NodeJS.Platform;
  /** `/proc`, for what is the machine's own; processes are always read from the real one. */
  readonly proc: string;
  /** `/sys`. */
  readonly sys: string;
}

/** All ms. */
export interface SystemTimes {
  readonly watched: number;
  readonly usual: number;
  readonly onBattery: number;
  /** Between two looks of which the second can tell a share of time. */
  readonly first: number;
  /** Between two looks at disks and battery. */
  readonly slow: number;
}

const TIMES: SystemTimes = { watched: 1_000, usual: 2_000, onBattery: 10_000, first: 250, slow: 30_000 };
const NO_MEMORY: MachineMemory = { memory_total: null, memory_used: null, swap_total: null, swap_used: null };

export class SystemMonitor {
  #engines: SystemMonitorOptions['engines'];
  #places: SystemPlaces;
  #times: SystemTimes;
  #pace: Pace<SystemSample>;
  #disks: DiskWatch;
  #audience = new Audience<SystemSample>(() => this.#pace.plan());
  #latest: SystemSample | null = null;
  #cpu: CpuTicks | null = null;
  #marks: CpuMarks | null = null;
  #battery: { readonly at: number; readonly on: boolean | null } | null = null;
  #power: () => boolean | Promise<boolean | null> | null;
  #running = false;

  constructor({ engines, folders, places, times }: SystemMonitorOptions) {
    this.#engines = engines;
    this.#places = { platform: process.platform, proc: '/proc', sys: '/sys', ...places };
    this.#times = { ...TIMES, ...times };
    const { platform, sys } = this.#places;
    this.#power = () => (platform === 'linux' ? batteryState(sys) : null);
    this.#disks = new DiskWatch(folders, this.#times.slow);
    this.#pace = new Pace(
      () => this.#look(),
      () => this.#interval(),
    );
  }

  /** The newest sample; `null` before the first look. */
  get latest(): SystemSample | null {
    return this.#latest;
  }

  /** Who tells whether the machine runs on its battery, in the place of Linux' files. */
  powerFrom(onBattery: () => boolean | Promise<boolean | null>): void {
    this.#power = onBattery;
    this.#battery = null;
  }

  /** From now on it looks by itself. */
  start(): void {
    this.#running = true;
    this.#pace.plan();
  }

  /** Hears every sample, at whatever rate they come. */
  listen(listener: (sample: SystemSample) => void): () => void {
    return this.#audience.listen(listener);
  }

  /** Hears a sample each second; that is what makes them come so often. Gives back what ends it. */
  watch(listener: (sample: SystemSample) => void): () => void {
    return this.#audience.watch(listener, this.#latest);
  }

  /** A sample of now, for who asks once: with shares of time, so the very first takes a moment. */
  async sample(): Promise<SystemSample> {
    if (this.#latest === null) await this.#pace.look();
    const rest = this.#times.first - this.#pace.age;
    if (rest > 0 && this.#latest?.cpu === null) await new Promise((resolve) => setTimeout(resolve, rest));
    if (this.#latest !== null && this.#latest.cpu !== null && this.#pace.age < this.#times.watched)
      return this.#latest;
    return this.#pace.look();
  }

  close(): void {
    this.#running = false;
    this.#pace.close();
    this.#audience.close();
  }

  #interval(): number | null {
    if (this.#audience.isWatched) return this.#times.watched;
    if (!this.#running) return null;
    return this.#latest?.on_battery === true ? this.#times.onBattery : this.#times.usual;
  }

  async #look(): Promise<SystemSample> {
    const linux = this.#places.platform === 'linux';
    const [ticks, memory, engines, disks, onBattery] = await Promise.all([
      linux ? this.#text('stat').then((text) => (text === null ? null : parseCpu(text))) : systemTicks(),
      linux ? this.#text('meminfo').then((text) => (text === null ? NO_MEMORY : parseMeminfo(text))) : systemMemory(),
      linux ? this.#engineUses() : [],
      this.#disks.now(),
      this.#onBattery(),
    ]);
    const sample: SystemSample = {
      at: new Date().toISOString(),
      cpu: cpuShare(this.#cpu, ticks),
      cores: availableParallelism(),
      ...memory,
      disks,
      on_battery: onBattery,
      engines,
    };
    this.#cpu = ticks;
    this.#latest = sample;
    this.#audience.tell(sample);
    return sample;
  }

  async #engineUses(): Promise<readonly EngineUse[]> {
    const engines = this.#engines().filter(({ pids }) => pids.length > 0);
    if (engines.length === 0) {
      this.#marks = null;
      return [];
    }
    const [rows, uptime] = await Promise.all([processTable(), this.#text('uptime')]);
    const now = uptime === null ? null : parseUptime(uptime);
    const table = rows.flatMap(({ use, ...row }): ProcessUse[] =>
      use === undefined
        ? []
        : [{ ...row, cpu: use.cpu, threads: use.threads, age: now === null ? null : Math.max(0, now - use.began) }],
    );
    const trees = engineTrees(engines, table);
    const at = performance.now() / 1000;
    const pids = [...new Set(trees.flatMap(({ members }) => members.map(({ pid }) => pid)))];
    const held = await inBatches(pids, async (pid) => {
      const resident = parseResident((await procFile(pid, 'status'))?.toString('utf8') ?? '');
      return resident === null ? [] : [[pid, resident] as const];
    });
    const { uses, marks } = engineUses(trees, new Map(held.flat()), this.#marks, at);
    this.#marks = marks;
    return uses;
  }

  async #onBattery(): Promise<boolean | null> {
    const now = performance.now();
    if (this.#battery === null || now - this.#battery.at >= this.#times.slow)
      this.#battery = { at: now, on: await this.#power() };
    return this.#battery.on;
  }

  #text(name: string): Promise<string | null> {
    return readFile(join(this.#places.proc, name), 'utf8').catch(() => null);
  }
}

/** A call into the kernel on macOS and Windows: microseconds, no file. */
function systemTicks(): CpuTicks | null {
  const times = cpus().map((core) => core.times);
  if (times.length === 0) return null;
  const idle = times.reduce((sum, one) => sum + one.idle, 0);
  const all = times.reduce((sum, { user, nice, sys, idle: rest, irq }) => sum + user + nice + sys + rest + irq, 0);
  return { busy: all - idle, all };
}

/** Likewise; swap is not told. */
const systemMemory = (): MachineMemory => ({
  ...NO_MEMORY,
  memory_total: totalmem(),
  memory_used: totalmem() - freemem(),
});
