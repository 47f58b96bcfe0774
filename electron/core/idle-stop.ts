/**
 * When an idle engine is stopped (`idle_stop`). A level: asked again without a change it gives the same answer, and what must
 * not be stopped has no time at which it is.
 */
import type { EnginePhase, Owner } from '../../shared/model.ts';

export interface IdleSight {
  /** Ms; `null` = never stopped for being idle. */
  readonly idle_stop: number | null;
  readonly phase: EnginePhase;
  readonly owner: Owner | null;
  readonly pinned: boolean;
  /** An engine that depends on it is up, or wanted. */
  readonly needed: boolean;
  readonly in_flight: number;
  readonly waiting: number;
  /** When it was last used, as far as anybody saw: a byte of an answer, or a person's start. Monotonic ms; `null` = not yet. */
  readonly used_at: number | null;
}

export interface Idleness {
  /** Since when nobody uses it; `null` while somebody does, or it must stay anyway. */
  readonly since: number | null;
  /** When it is to be stopped; `null` = not at any known time. */
  readonly stop_at: number | null;
}

/** Nothing known yet. */
export const NOT_IDLE: Idleness = { since: null, stop_at: null };

/** The engine's idleness now. Its time begins anew whenever it was used, needed or pinned, and whenever it becomes ready. */
export function idleness(before: Idleness, sight: IdleSight, at: number): Idleness {
  const { idle_stop, phase, owner, pinned, needed, in_flight, waiting, used_at } = sight;
  const busy = in_flight > 0 || waiting > 0 || needed || pinned;
  if (idle_stop === null || busy || phase !== 'ready' || owner === null || owner === 'external') return NOT_IDLE;
  const since = Math.max(before.since ?? at, used_at ?? Number.NEGATIVE_INFINITY);
  return { since, stop_at: since + idle_stop };
}
