/** Turns a config into engine units: new ones made, changed ones told, those that are gone stopped first and then let go. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Config, EngineConfig } from '../../shared/config/schema.ts';
import type { Cause, Plan } from '../../shared/model.ts';
import type { KnownModel } from '../core/engine-facts.ts';
import { type EngineLog, openLog } from './engine-log.ts';
import { EngineUnit, type ResolvedEngine, type UnitServices } from './engine-unit.ts';
import { expectedModels, modelSource } from './expected-models.ts';
import type { Stack } from './stack.ts';
import { isUp, unitState } from './systemd-unit.ts';

export interface RosterOptions extends UnitServices {
  readonly stack: Stack;
  readonly data: string;
  readonly configPath: string;
}

/** What an engine reported when it last ran, and under which config. */
interface Remembered {
  readonly of: string;
  readonly models: readonly KnownModel[];
}

export class EngineRoster {
  #options: RosterOptions;
  /** Stopped for good or to be made anew; `null` = not coming back. */
  #leaving = new Map<EngineUnit, ResolvedEngine | null>();
  /** Of those: gone already, and their place is being taken. */
  #closing = new Set<EngineUnit>();
  #logs: Config['logs'] | null = null;
  #remembered: Record<string, Remembered> = {};
  #saved = '';

  constructor(options: RosterOptions) {
    this.#options = options;
    const { stack } = options;
    stack.departing = () => this.leaving.filter((unit) => stack.unit(unit.name) !== unit);
  }

  /** Reads what engines reported in earlier lives, so that a stopped one's models are known. */
  async remember(): Promise<void> {
    try {
      this.#saved = await readFile(this.#file(), 'utf8');
      this.#remembered = JSON.parse(this.#saved) as Record<string, Remembered>;
    } catch {
      this.#remembered = {};
    }
  }

  /** `config` with its secrets resolved; `problems` names the engines whose secrets are missing. */
  async apply(config: Config, problems: ReadonlyMap<string, Cause>, plan: Plan): Promise<void> {
    const { stack } = this.#options;
    this.#logs = config.logs;
    const units = new Map<string, EngineUnit>();
    const fresh: EngineUnit[] = [];
    for (const [name, engine] of Object.entries(config.engines)) {
      const resolved = this.#based(engine, problems.get(name) ?? null);
      // One that is on its way out comes back when it is gone: never two processes under one name.
      const old = stack.unit(name) ?? this.leaving.find((unit) => unit.name === name);
      if (old === undefined) {
        const unit = await this.#make(name, resolved);
        units.set(name, unit);
        fresh.push(unit);
        continue;
      }
      units.set(name, old);
      if (modelSource(old.config) !== modelSource(resolved.config))
        old.promise(await this.#expected(resolved.config));
      old.log.setLimits(limitsOf(config.logs));
      const same = JSON.stringify(old.config) === JSON.stringify(resolved.config);
      const anew = old.config.mode !== engine.mode || old.config.kind !== engine.kind;
      if (same && !this.#closing.has(old) && this.#leaving.delete(old)) {
        old.leaving = false;
        fresh.push(old);
      }
      if (anew || this.#leaving.has(old)) this.#leave(old, resolved);
      // A change that a running process needs not be told of may still be what a failed one waits for.
      else old.configure(resolved, isRestarted(plan, name) || (!same && old.state.phase.is === 'failed'));
    }
    for (const unit of stack.units) if (!units.has(unit.name)) this.#leave(unit, null);
    stack.arrange(config, units);
    for (const unit of fresh) this.#welcome(unit, unit.state.held);
  }

  /** Finishes what had to wait for a process to end; called after every change. */
  async settle(): Promise<void> {
    const { stack } = this.#options;
    for (const unit of this.leaving) {
      const { run, phase, owner, held, heldLater } = unit.state;
      // Somebody else's server goes on without us; there is nothing to wait for.
      const gone = run === null && (phase.is === 'stopped' || owner === 'external');
      if (!gone || this.#closing.has(unit)) continue;
      this.#closing.add(unit);
      await unit.close();
      const made = await this.#successor(unit);
      this.#leaving.delete(unit);
      this.#closing.delete(unit);
      if (made === null) continue;
      stack.replace(unit, made);
      this.#welcome(made, held || heldLater);
    }
  }

  /** What takes its place by the config as it is when that is made: another change may come meanwhile. */
  async #successor(unit: EngineUnit): Promise<EngineUnit | null> {
    for (;;) {
      const next = this.#leaving.get(unit) ?? null;
      const made = next === null ? null : await this.#make(unit.name, next);
      if ((this.#leaving.get(unit) ?? null) === next) return made;
      await made?.close();
    }
  }

  /** Units that are on their way out, for the final stop. */
  get leaving(): readonly EngineUnit[] {
    return [...this.#leaving.keys()];
  }

  /** Keeps what engines report for the next start. */
  async save(): Promise<void> {
    const known: Record<string, Remembered> = Object.fromEntries(
      this.#options.stack.units.flatMap((unit) => {
        const { models } = unit.facts();
        if (models === null || unit.isOutdated) return [];
        const of = modelSource(unit.config);
        return [
          [unit.name, { of, models: models.map((m) => ({ ...m, phase: 'not_loaded' as const, progress: null })) }],
        ];
      }),
    );
    this.#remembered = known;
    const text = JSON.stringify(known);
    if (text === this.#saved) return;
    this.#saved = text;
    await writeFileAtomic(this.#file(), text, { mode: 0o600 });
  }

  #leave(unit: EngineUnit, next: ResolvedEngine | null): void {
    this.#leaving.set(unit, next);
    unit.leaving = true;
    unit.post({ type: 'want-down', by: 'config', hold: false });
  }

  /** What a person holds stays held under another config, too. */
  #welcome(unit: EngineUnit, held: boolean): void {
    const { stack } = this.#options;
    unit.post({ type: 'begin' });
    if (held) unit.post({ type: 'want-down', by: 'user', hold: true });
    else if (stack.on && unit.config.start === 'with-app') stack.start([unit.name], 'app');
    if (!held) void this.#meetUnit(unit);
  }

  /** A systemd unit that runs already is used from the start, as if a request had asked for it. */
  async #meetUnit({ name, config }: EngineUnit): Promise<void> {
    const { stack } = this.#options;
    if (config.manager !== 'systemd' || config.unit === null || config.mode === 'external') return;
    const state = await unitState(config.unit);
    if (!('cause' in state) && isUp(state) && stack.on) stack.start([name], 'demand');
  }

  /** Relative paths in a config mean: from where the config stands. */
  #based(engine: EngineConfig, problem: Cause | null): ResolvedEngine {
    return { config: { ...engine, cwd: engine.cwd ?? dirname(this.#options.configPath) }, problem };
  }

  async #make(name: string, resolved: ResolvedEngine): Promise<EngineUnit> {
    const known = this.#remembered[name];
    // Reported under another `model`, say: that tells nothing of this one.
    const valid = known?.of === modelSource(resolved.config) && Array.isArray(known.models);
    const models = valid ? known.models : await this.#expected(resolved.config);
    return new EngineUnit(name, resolved, this.#log(name), models, this.#options);
  }

  #expected(config: EngineConfig): Promise<readonly KnownModel[] | null> {
    return expectedModels(config, dirname(this.#options.configPath));
  }

  #log(name: string): EngineLog {
    const { data, redact } = this.#options;
    const limits = limitsOf(this.#logs ?? { file_size: 10 * 1024 * 1024, files: 5 });
    return openLog({ path: join(data, 'logs', `${name}.log`), ...limits, redact, now: () => new Date() });
  }

  #file(): string {
    return join(this.#options.data, 'models.json');
  }
}

const isRestarted = (plan: Plan, name: string) =>
  plan.engines.some((engine) => engine.name === name && engine.action === 'restart');

const limitsOf = (logs: Config['logs']) => ({ maxBytes: logs.file_size, files: logs.files });
