/** Looks at the cards: every second while somebody watches, now and then otherwise, and never faster than a tool answers. */
import { performance } from 'node:perf_hooks';
import type { GpuProcess, GpuSample } from '../../../shared/gpu.ts';
import { type LookTimes, lookInterval } from '../../core/gpu/look-interval.ts';
import { type GpuClaim, onCpu } from '../../core/gpu/on-cpu.ts';
import { joined, nothing, type Reading, type SeenGpuProcess } from '../../core/gpu/reading.ts';
import { type GpuLimits, gpuWarnings } from '../../core/gpu/warnings.ts';
import { Audience } from '../audience.ts';
import { Pace } from '../pace.ts';
import type { GpuSourceRunner } from './source.ts';

export interface GpuMonitorOptions {
  readonly sources: readonly GpuSourceRunner[];
  /** Whose processes they are. */
  readonly identify: (seen: readonly SeenGpuProcess[]) => Promise<readonly GpuProcess[]>;
  /** Engines that say they work on a card. */
  readonly claims?: () => readonly GpuClaim[];
  readonly times?: Partial<MonitorTimes>;
}

/** All ms. */
export interface MonitorTimes extends LookTimes {
  /** Until a tool that failed is tried again: doubled with each failure in a row. */
  readonly backoff: number;
  readonly backoffMost: number;
  /** A sample this young is new enough for who asks once. */
  readonly fresh: number;
  /** While somebody watches, so long a look waits for a slow tool; what that tells later belongs to the next one. */
  readonly grace: number;
}

const TIMES: MonitorTimes = {
  watched: 1_000,
  absent: 10_000,
  backoff: 1_000,
  backoffMost: 60_000,
  fresh: 1_500,
  grace: 150,
};

export interface GpuSettings extends GpuLimits {
  /** ms between looks when nobody watches; `null` = never. */
  readonly every: number | null;
}

const OFF: GpuSettings = { every: null, warn_memory: null, warn_celsius: null };

export class GpuMonitor {
  #sources: readonly Watched[];
  #identify: GpuMonitorOptions['identify'];
  #claims: () => readonly GpuClaim[];
  #times: MonitorTimes;
  #settings = OFF;
  #audience = new Audience<GpuSample>(() => this.#watchedAnew());
  #latest: GpuSample | null = null;
  #onBattery = false;
  #pace: Pace<GpuSample>;

  constructor({ sources, identify, claims = () => [], times }: GpuMonitorOptions) {
    this.#times = { ...TIMES, ...times };
    this.#sources = sources.map((runner) => new Watched(runner, this.#times));
    this.#identify = identify;
    this.#claims = claims;
    this.#pace = new Pace(
      () => this.#round(),
      () => this.#interval(),
    );
  }

  /** The newest sample; `null` before the first look. */
  get latest(): GpuSample | null {
    return this.#latest;
  }

  set settings(settings: GpuSettings) {
    this.#settings = settings;
    this.#pace.plan();
  }

  /** Whether the machine runs on its battery. */
  set onBattery(on: boolean) {
    if (on === this.#onBattery) return;
    this.#onBattery = on;
    this.#pace.plan();
  }

  /** Hears every sample, at whatever rate they come. */
  listen(listener: (sample: GpuSample) => void): () => void {
    return this.#audience.listen(listener);
  }

  /** Hears a sample each second; that is what makes them come so often. Gives back what ends it. */
  watch(listener: (sample: GpuSample) => void): () => void {
    return this.#audience.watch(listener, this.#latest);
  }

  /** A sample of now, for who asks once. */
  async sample(): Promise<GpuSample> {
    return this.#latest !== null && this.#pace.age < this.#times.fresh ? this.#latest : this.#pace.look();
  }

  close(): void {
    this.#pace.close();
    this.#audience.close();
    for (const source of this.#sources) source.rest();
  }

  /** Tools that tell by themselves are let go when nobody watches any more. */
  #watchedAnew(): void {
    if (!this.#audience.isWatched) for (const source of this.#sources) source.rest();
    this.#pace.plan();
  }

  async #round(): Promise<GpuSample> {
    const everyMs = this.#audience.isWatched ? this.#times.watched : null;
    const looks = this.#sources.map((source) => source.look(everyMs));
    const all = Promise.all(looks);
    // A slow tool doesn't hold up the others, once there is something to show of it.
    if (everyMs !== null && this.#sources.every(({ last }) => last !== null))
      await Promise.race([all, wait(this.#times.grace)]);
    else await all;
    const { gpus, processes: seen, sources } = joined(this.#sources.map((source) => source.reading()));
    const processes = await this.#identify(seen);
    const warnings = [
      ...gpuWarnings(gpus, processes, this.#settings),
      ...onCpu(this.#claims(), { gpus, processes, sources }),
    ];
    const sample: GpuSample = { at: new Date().toISOString(), gpus, processes, sources, warnings };
    this.#latest = sample;
    this.#audience.tell(sample);
    return sample;
  }

  #interval(): number | null {
    const circumstances = {
      watched: this.#audience.isWatched,
      every: this.#settings.every,
      onBattery: this.#onBattery,
      none: this.#sources.every(({ last }) => last !== null && last.gpus.length === 0),
    };
    return lookInterval(circumstances, this.#times);
  }
}

/** One source with its last reading, and when it may be asked again. */
class Watched {
  last: Reading | null = null;
  #runner: GpuSourceRunner;
  #times: MonitorTimes;
  #busy: Promise<void> | null = null;
  #failures = 0;
  #notBefore = 0;

  constructor(runner: GpuSourceRunner, times: MonitorTimes) {
    this.#runner = runner;
    this.#times = times;
  }

  reading(): Reading {
    return this.last ?? nothing(this.#runner.vendor, 'absent', null);
  }

  rest(): void {
    this.#runner.rest();
  }

  look(everyMs: number | null): Promise<void> {
    if (this.#busy !== null) return this.#busy;
    if (performance.now() < this.#notBefore) return Promise.resolve();
    this.#busy = this.#ask(everyMs).finally(() => {
      this.#busy = null;
    });
    return this.#busy;
  }

  async #ask(everyMs: number | null): Promise<void> {
    const { absent, backoff, backoffMost } = this.#times;
    const { vendor } = this.#runner;
    this.last = await this.#runner.look(everyMs).catch((error) => nothing(vendor, 'broken', `${String(error)}.`));
    this.#failures = this.last.state === 'broken' ? this.#failures + 1 : 0;
    const pause =
      this.#failures > 0 && this.last.gpus.length === 0
        ? Math.min(backoffMost, backoff * 2 ** (this.#failures - 1))
        : this.last.state === 'ok' || this.last.state === 'broken'
          ? 0
          : absent;
    this.#notBefore = performance.now() + pause;
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
