import type { ClientKey, TargetRoute } from '../../shared/contract/router.ts';
import { targetKey } from './live.ts';
import type { Plane } from './plane.ts';
import type { RequestBody } from './request-body.ts';

/**
 * What one request takes of what all requests share, and gives back: a slot at its target, room for its body, its key's tokens.
 * And what its targets are thanked or blamed for.
 */
export class Account {
  readonly #plane: Plane;
  readonly #key: ClientKey | null;
  /** The conversation's beginnings, where the entry wants it to stay with its engine. */
  readonly #marks: readonly string[];
  #body: RequestBody | null;
  #target: TargetRoute | null = null;
  #sentAt = 0;

  constructor(plane: Plane, body: RequestBody, key: ClientKey | null, marks: readonly string[]) {
    this.#plane = plane;
    this.#key = key;
    this.#marks = marks;
    this.#body = body;
    plane.budget.take(body.bytes.length);
  }

  /** Kept for replay; `null` from the first byte of an answer on. */
  get body(): RequestBody | null {
    return this.#body;
  }

  /** Who is asked at the moment. */
  get target(): TargetRoute | null {
    return this.#target;
  }

  /** The target is asked now; a slot that is held there already stays. */
  take(target: TargetRoute, now: number): void {
    if (this.#target !== target) this.#plane.live.begin(target);
    this.#target = target;
    this.#sentAt = now;
  }

  /** The target showed a sign of life. */
  heard(now: number): void {
    if (this.#target) this.#plane.live.byte(this.#target.engine, now);
  }

  /** The answer is this target's from now on: nobody else will need the body. */
  settled(now: number): void {
    const { live, affinity } = this.#plane;
    if (this.#target) {
      live.firstByte(this.#target, now - this.#sentAt);
      if (this.#marks.length > 0) affinity.remember(this.#marks, targetKey(this.#target));
    }
    this.#letBodyGo();
  }

  praise(): void {
    if (this.#target) this.#plane.cooldowns.succeed(targetKey(this.#target));
  }

  blame(why: string): void {
    if (!this.#target) return;
    const { allowed_fails, cooldown } = this.#plane.compiled.table.routing;
    this.#plane.cooldowns.fail(targetKey(this.#target), this.#plane.now(), allowed_fails, cooldown, why);
  }

  /** Gives the slot back and lets the next one have it. */
  release(): void {
    const target = this.#target;
    this.#target = null;
    if (!target) return;
    this.#plane.live.end(target);
    this.#plane.freed(target.engine);
  }

  /** The request is over and took so many tokens; everything is given back. */
  close(tokens: number, now: number): void {
    this.#letBodyGo();
    if (this.#target && tokens > 0) this.#plane.live.tokens(this.#target, tokens, now);
    if (this.#key && tokens > 0) this.#plane.rates.spend(this.#key, tokens, now);
    this.release();
  }

  #letBodyGo(): void {
    if (this.#body) this.#plane.budget.give(this.#body.bytes.length);
    this.#body = null;
  }
}
