/** What is measured while engines run: cards, the machine, engines' work, and what models take; and who is told of it. */
import { homedir } from 'node:os';
import type { Config } from '../../shared/config/schema.ts';
import type { SystemSample } from '../../shared/system.ts';
import { gpuLevels } from '../core/gpu/gpu-levels.ts';
import { Fitter } from './fit/fitter.ts';
import { FootprintLearner } from './fit/footprint-learner.ts';
import { FootprintStore } from './fit/footprint-store.ts';
import { GpuHistory } from './gpu/gpu-history.ts';
import type { GpuMonitor } from './gpu/gpu-monitor.ts';
import { machineGpus } from './gpu/machine-gpus.ts';
import type { RouterLink } from './router-link.ts';
import type { Stack } from './stack.ts';
import { configModelFolders } from './system/config-model-folders.ts';
import { SystemMonitor } from './system/system-monitor.ts';
import { WorkMonitor } from './work-monitor.ts';

export interface MonitorsOptions {
  /** The data folder. */
  readonly data: string;
  readonly configPath: string;
  /** Id of this host. */
  readonly instance: string;
  readonly stack: Stack;
  readonly config: () => Config | null;
  /** The router shows in its metrics what it is told. */
  readonly tellRouter: RouterLink['tell'];
}

export class Monitors {
  readonly gpus: GpuMonitor;
  readonly gpuHistory: GpuHistory;
  readonly system: SystemMonitor;
  readonly work: WorkMonitor;
  readonly learner: FootprintLearner;
  readonly fitter: Fitter;
  #footprints: FootprintStore;
  #options: MonitorsOptions;

  constructor(options: MonitorsOptions) {
    this.#options = options;
    const { data, instance, stack, tellRouter } = options;
    const units = () => stack.units;
    const engines = () => stack.units.map((unit) => unit.processes());
    const claims = () => stack.units.flatMap((unit) => unit.gpuClaim() ?? []);

    this.gpuHistory = new GpuHistory(data);
    this.gpus = machineGpus({ env: process.env, instance, engines, claims });
    this.gpus.listen((sample) => {
      this.gpuHistory.add(sample);
      tellRouter({ type: 'gpus', levels: gpuLevels(sample) });
    });

    this.system = new SystemMonitor({ engines, folders: () => this.#modelFolders() });
    this.system.listen((sample) => this.#weigh(sample));

    this.work = new WorkMonitor({ units });
    this.work.listen((work) => tellRouter({ type: 'work', work }));

    this.#footprints = new FootprintStore(data);
    const measuring = { stack, store: this.#footprints, sample: () => this.gpus.sample() };
    this.learner = new FootprintLearner({ ...measuring, units });
    this.fitter = new Fitter(measuring);
  }

  /** Takes up what was kept from the last run. */
  async remember(): Promise<void> {
    await Promise.all([this.gpuHistory.remember(), this.#footprints.load()]);
  }

  start(): void {
    this.system.start();
    this.work.start();
  }

  /** Measures no more. What was measured is kept by `save`. */
  close(): void {
    this.gpus.close();
    this.work.close();
    this.system.close();
  }

  /** Writes down what a next run takes up. */
  async save(): Promise<void> {
    await this.gpuHistory.save();
    await this.#footprints.settled();
  }

  /** Memory of engines, and how often cards may be looked at. */
  #weigh(sample: SystemSample): void {
    const { stack, tellRouter } = this.#options;
    const uses = new Map(sample.engines.map((one) => [one.engine, one.memory]));
    for (const unit of stack.units) {
      unit.measured(uses.get(unit.name) ?? null);
      stack.weigh(unit);
    }
    this.gpus.onBattery = sample.on_battery === true;
    tellRouter({ type: 'system', sample });
  }

  #modelFolders(): readonly string[] {
    const config = this.#options.config();
    if (config === null) return [];
    const { platform, env } = process;
    return configModelFolders(config, { configPath: this.#options.configPath, env, home: homedir(), platform });
  }
}
