import type { ModelRoute, TargetRoute, TicketTerms } from '../../shared/contract/router.ts';
import { type Ask, type Choice, choose, contextOf } from './choose.ts';
import type { AttemptNote, Failure } from './failure.ts';
import { targetKey } from './live.ts';
import { type Plane, sightOf } from './plane.ts';
import { Retries } from './retries.ts';
import type { Way } from './way.ts';

export interface TriesOptions {
  readonly ways: readonly Way[];
  /** The entry asked for, then its fallbacks. */
  readonly entries: readonly ModelRoute[];
  /** The conversation's beginnings, where it is to stay with its engine. */
  readonly marks: readonly string[];
  readonly terms: TicketTerms | null;
}

const NO_TARGETS: ReadonlySet<string> = new Set();
const NOTHING_STARTED: ReadonlyMap<ModelRoute, string> = new Map();

/** What one request may still try, and what came of what it tried: decides who is asked, and what a failure leads to. */
export class Tries {
  readonly #plane: Plane;
  readonly #ask: Ask;
  readonly #retries: Retries;
  readonly #notes: AttemptNote[] = [];
  #last: Failure | null = null;

  constructor(plane: Plane, { ways, entries, marks, terms }: TriesOptions) {
    this.#plane = plane;
    this.#retries = new Retries(plane.compiled.table.routing.retries);
    this.#ask = {
      protocols: ways.map((way) => way.protocol),
      entries,
      floor: 0,
      prefers: marks.length === 0 ? null : plane.affinity.find(marks),
      banned: NO_TARGETS,
      outgrown: null,
      failed: NO_TARGETS,
      started: NOTHING_STARTED,
      switched: null,
      expired: false,
      terms,
    };
  }

  /** What was tried in vain so far. */
  get notes(): readonly AttemptNote[] {
    return this.#notes;
  }

  /** The last failure; `null` = nothing failed. */
  get last(): Failure | null {
    return this.#last;
  }

  /** Whether `max_wait` is over. */
  get expired(): boolean {
    return this.#ask.expired;
  }

  /** `max_wait` is over: only what is ready now counts from here on. */
  expire(): void {
    this.#ask.expired = true;
  }

  /** Who is asked now, or waited for. */
  choose(): Choice {
    return choose(sightOf(this.#plane), this.#ask, this.#plane.credits);
  }

  /** Whether somebody may still be asked when the present try fails. */
  get goOn(): boolean {
    return this.#retries.more || this.#ask.floor + 1 < this.#ask.entries.length;
  }

  /** Whether somebody else than the present target of this entry may take the request. */
  hasOthers(entry: ModelRoute): boolean {
    return entry.targets.length > 1 || this.#ask.entries.length > 1;
  }

  /** The one try that costs nothing, for a kept connection that turned out dead; false when it was used up. */
  takeFree(): boolean {
    return this.#retries.takeFree();
  }

  /** The target has not enough memory for it, and would not have the next time. */
  ban(target: TargetRoute): void {
    this.#ask.banned = new Set(this.#ask.banned).add(targetKey(target));
  }

  /** The prompt is too long for the target, whose limit its engine may have told (tokens). Nobody's failure. */
  outgrew(target: TargetRoute, limit: number | null, message: string): void {
    const engine = this.#plane.compiled.engines.get(target.engine);
    this.#ask.outgrown = limit ?? (engine ? contextOf({ target, engine }) : null) ?? Number.POSITIVE_INFINITY;
    this.#note(target, { code: 'context_too_small', message });
  }

  /**
   * A try failed: ms to rest before the next one (0 where somebody else is asked, or a fallback entry since this one's tries are
   * used up); `null` = give up.
   */
  failed(target: TargetRoute, failure: Failure, mayKeepBodies: boolean): number | null {
    this.#note(target, failure);
    this.#ask.failed = new Set(this.#ask.failed).add(targetKey(target));
    if (!mayKeepBodies) return null;
    if (this.#retries.spend()) this.#ask.floor += 1;
    const next = this.choose();
    const same = next.kind === 'grant' && next.candidate.engine.name === target.engine;
    return same ? this.#retries.pause(failure.retryAfter) : 0;
  }

  #note(target: TargetRoute, failure: Failure): void {
    this.#notes.push({ target: targetKey(target), reason: failure.code, message: failure.message });
    this.#last = failure;
  }
}
