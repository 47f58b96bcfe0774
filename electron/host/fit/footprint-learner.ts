/**
 * Learns what models take: when one has come into memory, its processes are measured, and again for a while, since some of it is
 * taken with the first request only. A model that an engine loads beside others has processes of its own (llama.cpp's router, Ollama);
 * when two came at once, nobody can say whose is whose, and nothing is learned.
 */
import { performance } from 'node:perf_hooks';
import type { GpuSample } from '../../../shared/gpu.ts';
import type { EngineUnit } from '../engine-unit.ts';
import type { FootprintStore, MeasuredKey } from './footprint-store.ts';
import { gpuHeldBy } from './gpu-held.ts';
import { memorySetup } from './memory-setup.ts';
import { loadsSeveral, residentOf, treesOf } from './resident.ts';

export interface LearnerOptions {
  readonly units: () => readonly EngineUnit[];
  readonly sample: () => Promise<GpuSample>;
  readonly store: FootprintStore;
}

/** A model is measured for so long after it came into memory, ms. Elsewhere than on Linux a look at processes costs a program: once. */
const SETTLES = process.platform === 'linux' ? 20_000 : 0;
/** Processes of a model may be there so long before its engine tells that it is being loaded, ms. */
const EARLY = 1_000;
/** Where nothing is told of a load, the list of models is read every 10 s. */
const BLIND = 12_000;
/** Looks at the processes that are kept, one every 2 s. */
const LOOKS = 16;

/** The processes of an engine at some time. */
interface Look {
  readonly at: number;
  /** `null` = not looked at so early: its leaders alone. */
  readonly pids: readonly number[] | null;
}

/** A load under way. */
interface Load {
  readonly at: number;
  readonly before: Look;
  /** The engine itself tells that it loads. */
  told: boolean;
}

/** A model in memory, and what it was seen to take at most. */
interface Subject {
  readonly key: MeasuredKey;
  readonly load_ms: number | null;
  readonly told_context: number | null;
  /** Measured until then. */
  readonly until: number;
  readonly pids: () => Promise<readonly number[]>;
  /** `undefined` before the first time. */
  seen: { readonly gpu: number | null; readonly ram: number | null } | undefined;
}

/** One run of an engine. */
interface Watch {
  readonly run: string;
  /** When it was seen on its way up; `null` = it was up already. */
  readonly begun: number | null;
  /** How long it took until it was ready; `undefined` = it is not yet. */
  took: number | null | undefined;
  readonly loading: Map<string, Load>;
  /** Models in memory, and since when. */
  readonly inMemory: Map<string, number>;
  /** Those whose processes are known. */
  readonly own: Map<string, readonly number[]>;
  /** Oldest first. */
  readonly looks: Look[];
  readonly subjects: Map<string, Subject>;
}

export class FootprintLearner {
  #options: LearnerOptions;
  #watches = new Map<string, Watch>();
  #busy = false;

  constructor(options: LearnerOptions) {
    this.#options = options;
  }

  /** Somebody asks an engine to load a model now: engines that do not tell when a load begins are timed by that. */
  ordered(engine: string, model: string): void {
    const watch = this.#watches.get(engine);
    if (watch !== undefined && !watch.inMemory.has(model)) begin(watch, model, false);
  }

  /** An order was refused, or came to nothing. */
  dropped(engine: string, model: string): void {
    this.#watches.get(engine)?.loading.delete(model);
  }

  /** Something of the engines changed. */
  look(): void {
    const units = this.#options.units();
    for (const unit of units) this.#lookAt(unit);
    const names = new Set(units.map(({ name }) => name));
    for (const name of this.#watches.keys()) if (!names.has(name)) this.#watches.delete(name);
  }

  /** Time went by, about 2 s: who came lately is measured again, and the processes of now are noted. */
  async tick(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const unit of this.#options.units()) {
        const watch = this.#watches.get(unit.name);
        if (watch === undefined) continue;
        for (const [model, subject] of watch.subjects) {
          if (subject.until < performance.now()) watch.subjects.delete(model);
          else await this.#measure(subject);
        }
        if (!loadsSeveral(unit) || process.platform !== 'linux') continue;
        const at = performance.now();
        watch.looks.push({ at, pids: await treesOf(unit) });
        if (watch.looks.length > LOOKS) watch.looks.shift();
      }
    } finally {
      this.#busy = false;
    }
  }

  #lookAt(unit: EngineUnit): void {
    const { state, models } = unit.facts();
    const several = loadsSeveral(unit);
    const ready = state.phase.is === 'ready';
    const run = state.run?.id ?? (state.owner === 'external' && ready ? 'external' : null);
    if (run === null) return void this.#watches.delete(unit.name);
    let watch = this.#watches.get(unit.name);
    if (watch?.run !== run) {
      watch = newWatch(run, ready ? null : performance.now());
      this.#watches.set(unit.name, watch);
    }
    if (!ready) return;
    const now = performance.now();
    if (watch.took === undefined) watch.took = watch.begun === null ? null : Math.round(now - watch.begun);
    for (const { id, phase, context_length } of models ?? []) {
      const coming = watch.loading.get(id);
      if (phase === 'loading') {
        if (coming === undefined) begin(watch, id, true);
        else coming.told = true;
      }
      // An order to an engine that does not tell of loads is over when it is answered, and not before.
      if (phase === 'failed' || (phase === 'not_loaded' && coming?.told)) watch.loading.delete(id);
      if (phase !== 'ready' && watch.inMemory.delete(id)) {
        watch.own.delete(id);
        watch.subjects.delete(id);
      }
      if (phase !== 'ready' || watch.inMemory.has(id)) continue;
      const load = watch.loading.get(id) ?? null;
      watch.loading.delete(id);
      watch.inMemory.set(id, now);
      const load_ms = several ? (load === null ? null : Math.round(now - load.at)) : watch.took;
      const before = load?.before ?? lookBefore(watch, now - BLIND);
      const pids = several ? own(unit, watch, id, before) : () => treesOf(unit);
      this.#begin(unit, watch, { model: id, load_ms, told_context: context_length, pids });
    }
  }

  #begin(
    unit: EngineUnit,
    watch: Watch,
    { model, ...more }: { model: string } & Pick<Subject, 'load_ms' | 'told_context' | 'pids'>,
  ): void {
    const { config, profile } = unit;
    const habits = profile.memory?.(config, { context: null, slots: null });
    if (!habits) return;
    const { context, slots } = habits;
    const key = { engine: unit.name, model, context, slots, setup: memorySetup(config) };
    const subject: Subject = { key, ...more, until: performance.now() + SETTLES, seen: undefined };
    watch.subjects.set(model, subject);
    void this.#measure(subject);
  }

  async #measure(subject: Subject): Promise<void> {
    const pids = await subject.pids();
    if (pids.length === 0) return;
    const [resident, sample] = await Promise.all([residentOf(pids), this.#options.sample().catch(() => null)]);
    const { seen, key, load_ms, told_context } = subject;
    const ram = most(seen?.ram ?? null, resident);
    const gpu = most(seen?.gpu ?? null, sample === null ? null : gpuHeldBy(sample, pids));
    if (seen !== undefined && ram === seen.ram && gpu === seen.gpu) return;
    subject.seen = { gpu, ram };
    this.#options.store.learn({ ...key, gpu, ram, load_ms, told_context, at: new Date().toISOString() });
  }
}

const newWatch = (run: string, begun: number | null): Watch => ({
  run,
  begun,
  took: undefined,
  loading: new Map(),
  inMemory: new Map(),
  own: new Map(),
  looks: [],
  subjects: new Map(),
});

function begin(watch: Watch, model: string, told: boolean): void {
  const at = performance.now();
  watch.loading.set(model, { at, before: lookBefore(watch, at - EARLY), told });
}

/** The last look at the processes that was no later than this. */
const lookBefore = ({ looks }: Watch, at: number): Look =>
  looks.filter((look) => look.at <= at).at(-1) ?? { at: Number.NEGATIVE_INFINITY, pids: null };

/**
 * The processes that came with one model of several; none as long as another one is coming too, or came at the same time and
 * nobody knows which are its.
 */
function own(unit: EngineUnit, watch: Watch, model: string, before: Look): Subject['pids'] {
  return async () => {
    const known = watch.own.get(model);
    if (known !== undefined) return known;
    const unclear = [...watch.inMemory].some(([id, at]) => id !== model && at > before.at && !watch.own.has(id));
    if (unclear || watch.loading.size > 0) return [];
    const old = new Set([...(before.pids ?? unit.processes().pids), ...[...watch.own.values()].flat()]);
    const pids = (await treesOf(unit)).filter((pid) => !old.has(pid));
    if (pids.length > 0 && watch.inMemory.has(model)) watch.own.set(model, pids);
    return pids;
  };
}

const most = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
