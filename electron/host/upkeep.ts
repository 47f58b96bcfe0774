/** Looks after engines that are up: those nobody uses are stopped in time, those that grew too big are started anew. */
import type { EnginePhase, Owner } from '../../shared/model.ts';
import { type Idleness, idleness, NOT_IDLE } from '../core/idle-stop.ts';
import { bytesWords } from '../core/memory-words.ts';
import { NO_RECYCLE, type RecycleState, weigh } from '../core/recycle.ts';
import type { EngineUnit } from './engine-unit.ts';

/** What only the others can tell of an engine. */
export interface Circumstances {
  readonly pinned: boolean;
  /** An engine that depends on it is up, or wanted. */
  readonly needed: boolean;
}

export class Upkeep {
  #idle = new Map<string, Idleness & { readonly iso: string | null }>();
  #used = new Map<string, number>();
  #weights = new Map<string, RecycleState>();

  /** Somebody used it: a byte of an answer came, or a person started it. Monotonic ms. */
  used(name: string, at: number): void {
    // Every report tells of the same last byte anew, give or take a few ms.
    if (at > (this.#used.get(name) ?? Number.NEGATIVE_INFINITY) + 1_000) this.#used.set(name, at);
  }

  /** Stops the engine when its time has come; gives when to look again on the clock of `at`, `null` = not before a change. */
  look(unit: EngineUnit, { pinned, needed }: Circumstances, at: number): number | null {
    const { inFlight, waiting } = unit.facts();
    const before = this.#idle.get(unit.name);
    const sight = {
      idle_stop: unit.config.idle_stop,
      ...phaseOf(unit),
      pinned,
      needed,
      in_flight: inFlight,
      waiting,
      used_at: this.#used.get(unit.name) ?? null,
    };
    const now = idleness(before ?? NOT_IDLE, sight, at);
    // The wall clock may be set meanwhile; the time shown stays the one that was told first.
    const iso = now.stop_at === before?.stop_at ? before.iso : isoOf(now.stop_at, at);
    this.#idle.set(unit.name, { ...now, iso });
    if (now.stop_at === null || now.stop_at > at) return now.stop_at;
    unit.log.append(`Nobody used it for ${Math.round((unit.config.idle_stop ?? 0) / 1000)} s (idle_stop).`, 'info');
    unit.post({ type: 'want-down', by: 'idle', hold: false });
    return null;
  }

  /** ISO, when the engine will be stopped for being idle; `null` = not at any known time. */
  stopsAt(name: string): string | null {
    return this.#idle.get(name)?.iso ?? null;
  }

  /** Judges its memory as measured last. */
  weigh(unit: EngineUnit, at: number): void {
    const { config, state, name } = unit;
    const { inFlight, waiting, memory } = unit.facts();
    const run = state.phase.is === 'ready' && state.owner !== 'external' ? (state.run?.id ?? null) : null;
    const sight = { limit: config.max_memory, memory, run, in_flight: inFlight, waiting };
    const judged = weigh(this.#weights.get(name) ?? NO_RECYCLE, sight, at);
    this.#weights.set(name, judged.state);
    const amounts = `${bytesWords(memory)} in use, max_memory is ${bytesWords(config.max_memory)}`;
    if (judged.recycle) {
      unit.log.append(`Started anew to free memory: ${amounts}.`, 'info');
      unit.post({ type: 'restart', by: 'memory' });
    }
    if (judged.tell === null) return;
    const message =
      judged.tell === 'needs-more'
        ? `${name} needs more than max_memory right after its start: ${amounts}.`
        : `${name} outgrows max_memory again and again and is left alone for now: ${amounts}.`;
    unit.tell({ code: 'memory_limit', message, hint: 'Raise max_memory, or use a smaller model or context.' });
  }

  /** The computer slept: nobody could have used anything. */
  woke(): void {
    this.#idle.clear();
  }

  /** Forgets those that are gone from the config. */
  keep(names: ReadonlySet<string>): void {
    for (const map of [this.#idle, this.#used, this.#weights])
      for (const name of map.keys()) if (!names.has(name)) map.delete(name);
  }
}

function phaseOf({ state }: EngineUnit): { phase: EnginePhase; owner: Owner | null } {
  return { phase: state.phase.is, owner: state.owner };
}

const isoOf = (monotonic: number | null, at: number): string | null =>
  monotonic === null ? null : new Date(Date.now() + monotonic - at).toISOString();
