import type { Choice } from './choose.ts';
import type { Failure } from './failure.ts';
import type { Parked } from './park.ts';
import type { Plane } from './plane.ts';

export interface WaitOwner {
  /** Decide anew: something may have changed. */
  look(): void;
  /** `max_wait` is over. */
  expire(): void;
  dismiss(): void;
  /** When the next waiting comment is due for a request that waits since `parked`; `null` = none. */
  commentDue(parked: number): number | null;
  comment(): void;
}

/**
 * A request's waiting, over all its pauses: `max_wait` counts from the first one. It owns the one timer, for whatever is due next:
 * a comment, a second look, or the end.
 */
export class Wait implements Parked {
  /** Monotonic ms of the request's arrival. */
  readonly since: number;
  engine = '';
  /** It waits for a target to come back from cooling, not for an engine to come up. */
  cooling = false;
  readonly #plane: Plane;
  readonly #owner: WaitOwner;
  #first: number | null = null;
  #parkedAt: number | null = null;
  #queued = 0;
  #again: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(plane: Plane, since: number, owner: WaitOwner) {
    this.#plane = plane;
    this.since = since;
    this.#owner = owner;
  }

  /** Ms spent waiting so far. */
  queuedUntil(now: number): number {
    return this.#queued + (this.#parkedAt === null ? 0 : now - this.#parkedAt);
  }

  look(): void {
    this.#owner.look();
  }

  dismiss(): void {
    this.#owner.dismiss();
  }

  /** Waits for what `choice` names, newly or still; says why when there is no room. */
  park(choice: Choice & { kind: 'wait' }): Failure | null {
    const plane = this.#plane;
    const now = plane.now();
    const refused = this.#parkedAt === null ? noRoom(plane) : null;
    if (refused) return refused;
    this.cooling = choice.why === 'cooling';
    this.#again = choice.again;
    this.engine = choice.engine;
    this.#first ??= now;
    if (this.#parkedAt === null) {
      this.#parkedAt = now;
      plane.lot.enter(this);
    }
    this.#arm(now);
    return null;
  }

  /** Leaves the lot, to go on or to end. */
  unpark(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#parkedAt === null) return;
    this.#queued += this.#plane.now() - this.#parkedAt;
    this.#parkedAt = null;
    this.#plane.lot.leave(this);
  }

  #arm(now: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    const first = this.#first ?? now;
    const due = [first + this.#plane.compiled.table.routing.queue.max_wait];
    if (this.#again !== null) due.push(this.#again);
    const comment = this.#owner.commentDue(first);
    if (comment !== null) due.push(comment);
    this.#timer = setTimeout(() => this.#due(first), Math.max(1, Math.min(...due) - now));
  }

  #due(first: number): void {
    this.#timer = null;
    const now = this.#plane.now();
    if (now >= first + this.#plane.compiled.table.routing.queue.max_wait) {
      this.#owner.expire();
      return;
    }
    const comment = this.#owner.commentDue(first);
    if (comment !== null && now >= comment) this.#owner.comment();
    if (this.#again !== null && now >= this.#again) this.#owner.look();
    // A look that goes on waiting has armed the timer already.
    if (this.#parkedAt !== null && this.#timer === null) this.#arm(now);
  }
}

/** Whether bodies may be kept for another try: all that are kept share one budget. */
export const mayKeepBodies = (plane: Plane): boolean => plane.budget.used <= plane.compiled.table.limits.body_budget;

function noRoom(plane: Plane): Failure | null {
  if (plane.leaving) return { code: 'wait_timeout', message: 'Stackyard is shutting down.', retryAfter: 5 };
  if (plane.lot.size >= plane.compiled.table.routing.queue.max_waiting) {
    return { code: 'queue_full', message: `${plane.lot.size} requests are waiting already.`, retryAfter: 5 };
  }
  if (mayKeepBodies(plane)) return null;
  const message = 'The bodies of waiting requests fill gateway.body_budget.';
  return { code: 'body_budget', message, retryAfter: 5 };
}
