/**
 * Work that takes a while and belongs to the host: downloads, installs. One list that everybody sees the same way; it goes on
 * when the window is closed, and nothing of it outlives the host.
 */
import { performance } from 'node:perf_hooks';
import { StackyardError, toCause } from '../../shared/errors.ts';
import type { Cause, JobView } from '../../shared/model.ts';
import { beginTransfer, leftAt, moved, rateAt, type Transfer } from '../core/transfer.ts';

export interface JobSpec {
  readonly kind: JobView['kind'];
  readonly engine: string;
  readonly title: string;
  /** Removes what an unfinished run keeps for the next one; called when a failed or cancelled job is dismissed. */
  readonly discard?: () => Promise<void>;
}

export interface JobProgress {
  /** `waiting` for something that is not its own work; back to `running` when that is over. */
  readonly phase?: 'waiting' | 'running' | 'verifying';
  readonly doing?: string | null;
  /** The first value is where the rate begins to count: a resumed download did not come in at once. */
  readonly done_bytes?: number | null;
  readonly total_bytes?: number | null;
  /** What came of it, for when it is done. */
  readonly outcome?: string | null;
}

export interface Job {
  /** Cheap: may be called for every chunk. */
  readonly update: (progress: JobProgress) => void;
}

/**
 * The work itself. When it throws, the job has failed with that cause, or is cancelled when `signal` was aborted; the signal's
 * end is to be obeyed soon, since the host waits for it when it stops.
 */
export type JobWork = (job: Job, signal: AbortSignal) => Promise<void>;

export interface BegunJob {
  readonly id: string;
  /** True when the same work was under way already: `work` was not called then. */
  readonly joined: boolean;
  /** How it ended: `done`, `failed` or `cancelled`. Never rejects. */
  readonly ended: Promise<JobView>;
}

/** Finished ones that are kept to be seen. */
const KEEP = 20;
/** Listeners are told at most once in so many ms. */
const PACE = 250;

export class Jobs {
  #entries = new Map<string, Entry>();
  #listeners = new Set<(jobs: readonly JobView[]) => void>();
  #count = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #dirty = false;

  /** Begins the work, unless a job of the same kind, engine and title runs: then this joins it. A finished one is replaced. */
  run(spec: JobSpec, work: JobWork): BegunJob {
    if (this.#closed) throw new StackyardError('cancelled', 'Stackyard is stopping.', { hint: null });
    const same = [...this.#entries.values()].find((entry) => sameWork(entry.spec, spec));
    if (same !== undefined && isRunning(same)) return { id: same.id, joined: true, ended: same.ended };
    if (same !== undefined) this.#entries.delete(same.id);
    this.#count += 1;
    const entry = newEntry(`job-${this.#count}`, spec, work);
    this.#entries.set(entry.id, entry);
    this.#begin(entry);
    return { id: entry.id, joined: false, ended: entry.ended };
  }

  /** Newest first. */
  list(): readonly JobView[] {
    const at = performance.now();
    return [...this.#entries.values()].reverse().map((entry) => viewOf(entry, at));
  }

  /** Resolves when the job has ended, whichever way was faster. What it has so far is kept for a retry. */
  async cancel(id: string): Promise<JobView> {
    const entry = this.#entry(id);
    entry.stop.abort(new StackyardError('cancelled', 'It was cancelled.', { hint: null }));
    return entry.ended;
  }

  /** Does a failed or cancelled job again, under its old id. */
  retry(id: string): BegunJob {
    const entry = this.#entry(id);
    if (isRunning(entry)) return { id, joined: true, ended: entry.ended };
    if (entry.phase === 'done') throw new StackyardError('bad_input', `${entry.spec.title} is done already.`);
    const fresh = newEntry(id, entry.spec, entry.work);
    this.#entries.delete(id);
    this.#entries.set(id, fresh);
    this.#begin(fresh);
    return { id, joined: false, ended: fresh.ended };
  }

  /** Takes an ended job off the list, and throws away what an unfinished one had kept. */
  async dismiss(id: string): Promise<void> {
    const entry = this.#entry(id);
    if (isRunning(entry))
      throw new StackyardError('bad_input', `${entry.spec.title} is still under way.`, { hint: 'Cancel it first.' });
    if (entry.phase !== 'done') await entry.spec.discard?.();
    // It may have been begun again meanwhile.
    if (this.#entries.get(id) !== entry) return;
    this.#entries.delete(id);
    this.#touch();
  }

  /** Hears the whole list, at most four times a second while something moves and not at all otherwise. Gives what ends that. */
  watch(listener: (jobs: readonly JobView[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Cancels everything and waits for it; after that no job can be begun. */
  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    for (const entry of entries) entry.stop.abort(new StackyardError('cancelled', 'Stackyard was stopped.'));
    await Promise.all(entries.map((entry) => entry.ended));
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #begin(entry: Entry): void {
    const { stop } = entry;
    const job: Job = {
      update: (progress) => {
        if (!isRunning(entry)) return;
        take(entry, progress, performance.now());
        this.#touch();
      },
    };
    const end = (phase: JobView['phase'], cause: Cause | null): void => {
      entry.phase = phase;
      entry.cause = cause;
      entry.doing = null;
      entry.endedAt = new Date().toISOString();
      this.#forget();
      this.#touch();
      entry.settle(viewOf(entry, performance.now()));
    };
    // A turn later, so that the caller has its id before anything can have ended.
    void Promise.resolve()
      .then(() => {
        stop.signal.throwIfAborted();
        return entry.work(job, stop.signal);
      })
      .then(
        () => end('done', null),
        (error: unknown) => (stop.signal.aborted ? end('cancelled', null) : end('failed', toCause(error))),
      );
    this.#touch();
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new StackyardError('unknown_job', `There is no job “${id}”.`);
    return entry;
  }

  #forget(): void {
    const ended = [...this.#entries.values()].filter((entry) => !isRunning(entry));
    for (const entry of ended.slice(0, Math.max(0, ended.length - KEEP))) this.#entries.delete(entry.id);
  }

  #touch(): void {
    this.#dirty = true;
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    this.#dirty = false;
    const jobs = this.list();
    for (const listener of [...this.#listeners]) listener(jobs);
    if (this.#closed) return;
    // A rate that was shown falls by itself when nothing more comes, until it is unknown: only then is there rest.
    const falling = jobs.some((job) => job.rate !== null);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#dirty || falling) this.#tell();
    }, PACE);
    this.#timer.unref();
  }
}

interface Entry {
  readonly id: string;
  readonly spec: JobSpec;
  readonly work: JobWork;
  readonly stop: AbortController;
  readonly ended: Promise<JobView>;
  readonly settle: (view: JobView) => void;
  readonly started: string;
  phase: JobView['phase'];
  doing: string | null;
  done: number | null;
  total: number | null;
  outcome: string | null;
  transfer: Transfer | null;
  cause: Cause | null;
  endedAt: string | null;
}

function newEntry(id: string, spec: JobSpec, work: JobWork): Entry {
  let settle: (view: JobView) => void = () => {};
  const ended = new Promise<JobView>((done) => {
    settle = done;
  });
  return {
    id,
    spec,
    work,
    stop: new AbortController(),
    ended,
    settle,
    started: new Date().toISOString(),
    phase: 'running',
    doing: null,
    done: null,
    total: null,
    outcome: null,
    transfer: null,
    cause: null,
    endedAt: null,
  };
}

function take(entry: Entry, progress: JobProgress, at: number): void {
  if (progress.phase !== undefined) entry.phase = progress.phase;
  if (progress.doing !== undefined) entry.doing = progress.doing;
  if (progress.total_bytes !== undefined) entry.total = progress.total_bytes;
  if (progress.outcome !== undefined) entry.outcome = progress.outcome;
  if (progress.done_bytes === undefined) return;
  entry.done = progress.done_bytes;
  if (entry.done === null) entry.transfer = null;
  else entry.transfer = entry.transfer ? moved(entry.transfer, at, entry.done) : beginTransfer(at, entry.done);
}

function viewOf(entry: Entry, at: number): JobView {
  const { id, spec, phase, doing, done, total, outcome, cause, started, endedAt } = entry;
  const rate = phase === 'running' && entry.transfer !== null ? rateAt(entry.transfer, at) : null;
  return {
    id,
    kind: spec.kind,
    engine: spec.engine,
    title: spec.title,
    phase,
    doing,
    done_bytes: done,
    total_bytes: total,
    rate,
    left_ms: leftAt(done, total, rate),
    outcome: phase === 'done' ? outcome : null,
    cause,
    started,
    ended: endedAt,
  };
}

const isRunning = (entry: Entry): boolean =>
  entry.phase === 'waiting' || entry.phase === 'running' || entry.phase === 'verifying';

const sameWork = (a: JobSpec, b: JobSpec): boolean =>
  a.kind === b.kind && a.engine === b.engine && a.title === b.title;
