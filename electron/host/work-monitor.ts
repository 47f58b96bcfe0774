/**
 * Asks engines that are ready what they do: every second while somebody watches, each at its `health.every` otherwise. One that tells nothing
 * (metrics switched off) is not asked again in its run.
 */
import { performance } from 'node:perf_hooks';
import type { EngineWork, WorkPoint, WorkReading } from '../../shared/engine-work.ts';
import { readingOf, workPoint } from '../core/engine-work.ts';
import { ask } from './ask.ts';
import { Audience } from './audience.ts';
import type { EngineUnit } from './engine-unit.ts';
import { Pace } from './pace.ts';

export interface WorkMonitorOptions {
  readonly units: () => readonly EngineUnit[];
  /** All ms. */
  readonly times?: { readonly watched: number; readonly usual: number };
}

/** Points kept of an engine: ten minutes at one a second. */
export const POINTS = 600;
const TIMES = { watched: 1_000, usual: 2_000 };
const PATIENCE = 2_000;

interface Known {
  readonly run: string;
  /** When it was asked last, ms on a clock that only rises. */
  asked: number;
  /** It said that it tells nothing. */
  dumb: boolean;
  /** The models that the last reading is of: of others the counters would seem to jump. */
  of: string;
  last: { readonly reading: WorkReading; readonly at: number } | null;
  work: EngineWork | null;
  readonly points: WorkPoint[];
}

export class WorkMonitor {
  #units: WorkMonitorOptions['units'];
  #times: NonNullable<WorkMonitorOptions['times']>;
  #known = new Map<string, Known>();
  #audience = new Audience<readonly EngineWork[]>(() => this.#pace.plan());
  #running = false;
  #pace = new Pace(
    () => this.#look(),
    () => (this.#audience.isWatched ? this.#times.watched : this.#running ? this.#times.usual : null),
  );

  constructor({ units, times = TIMES }: WorkMonitorOptions) {
    this.#units = units;
    this.#times = times;
  }

  /** From now on it asks by itself. */
  start(): void {
    this.#running = true;
    this.#pace.plan();
  }

  /** Every engine that tells of its work now, in file order. */
  get latest(): readonly EngineWork[] {
    return this.#units().flatMap(({ name }) => this.#known.get(name)?.work ?? []);
  }

  /** Of the last minutes of its present run, oldest first. */
  points(engine: string): readonly WorkPoint[] {
    return [...(this.#known.get(engine)?.points ?? [])];
  }

  /** Hears every look at which something was told, or no longer is. */
  listen(listener: (work: readonly EngineWork[]) => void): () => void {
    return this.#audience.listen(listener);
  }

  /** Hears a look each second; that is what makes them come so often. Gives back what ends it. */
  watch(listener: (work: readonly EngineWork[]) => void): () => void {
    return this.#audience.watch(listener, this.latest);
  }

  close(): void {
    this.#running = false;
    this.#pace.close();
    this.#audience.close();
  }

  async #look(): Promise<void> {
    const units = this.#units();
    const before = this.latest;
    const names = new Set(units.filter(runOf).map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    await Promise.all(units.map((unit) => this.#ask(unit)));
    const latest = this.latest;
    if (latest.length === 0 && before.length === 0) return;
    this.#audience.tell(latest);
  }

  async #ask(unit: EngineUnit): Promise<void> {
    const { work: way } = unit.profile;
    const run = runOf(unit);
    const address = unit.address();
    if (way === null || run === null || address === null) return;
    let known = this.#known.get(unit.name);
    if (known?.run !== run) {
      known = { run, asked: Number.NEGATIVE_INFINITY, dumb: false, of: '', last: null, work: null, points: [] };
      this.#known.set(unit.name, known);
    }
    const every = this.#audience.isWatched ? 0 : unit.config.health.every;
    if (known.dumb || every === null || performance.now() - known.asked < every - SLACK) return;
    known.asked = performance.now();
    const questions = way.ask(unit.facts().models ?? []);
    const answers = await Promise.all(
      questions.map((spec) => ask(address, spec, { apiKey: unit.apiKey, timeoutMs: PATIENCE })),
    );
    // It may have ended meanwhile, and another run begun.
    if (this.#known.get(unit.name) !== known || runOf(unit) !== run) return;
    known.dumb = answers.some(({ status }) => status === 404 || status === 501);
    const readings = answers.map((answer) => way.read(answer));
    // A model that left just now tells nothing; then the sums are of others than before.
    const reading = readingOf(readings.filter((one) => one !== null));
    if (reading === null) {
      Object.assign(known, { last: null, work: null });
      return;
    }
    const of = questions.flatMap(({ path }, i) => (readings[i] === null ? [] : path)).join(' ');
    const at = Date.now();
    const point = workPoint(of === known.of ? known.last : null, reading, at);
    Object.assign(known, {
      of,
      last: { reading, at },
      work: { engine: unit.name, ...point, loaded: reading.loaded },
    });
    known.points.push(point);
    if (known.points.length > POINTS) known.points.shift();
  }
}

/** Timers are no more exact than that, ms. */
const SLACK = 100;

/** The run that answers now; `null` while it takes no requests. */
function runOf({ state }: EngineUnit): string | null {
  if (state.phase.is !== 'ready') return null;
  return state.run?.id ?? (state.owner === 'external' ? 'external' : null);
}
