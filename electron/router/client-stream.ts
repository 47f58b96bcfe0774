import type { Failure } from './failure.ts';
import { ownHeaders, routeHeaders, type Turn } from './turn.ts';

/** A client that takes nothing for so long is gone, ms. */
const STUCK = 60_000;

export interface Drained {
  /** The client keeps up again, after `write` said to stop. */
  drained(): void;
}

/**
 * What is written to the client piece by piece: comments while nobody answers, with headers that leave before a target does, then
 * the answer, no faster than the client takes it.
 */
export class ClientStream {
  readonly #turn: Turn;
  readonly #mayBeEarly: boolean;
  readonly #model: string | null;
  readonly #owner: Drained;
  #early = false;
  #lastComment: number | null = null;
  #lastChunk: Buffer | null = null;
  #blockedSince: number | null = null;

  /** `mayBeEarly`: whether the headers may leave before a target answers. */
  constructor(turn: Turn, mayBeEarly: boolean, model: string | null, owner: Drained) {
    this.#owner = owner;
    this.#turn = turn;
    this.#mayBeEarly = mayBeEarly;
    this.#model = model;
  }

  /** Whether 200 and the stream's headers left before a target answered. */
  get early(): boolean {
    return this.#early;
  }

  /** When the next waiting comment is due, for a request that has been waiting since `parked`; `null` = none at all. */
  commentDue(parked: number, keepalive: number | null): number | null {
    if (!this.#mayBeEarly || keepalive === null) return null;
    return (this.#lastComment ?? parked) + keepalive;
  }

  /** Writes a waiting comment, the first one together with the headers. */
  waiting(text: string, now: number): void {
    const { res, dialect } = this.#turn;
    this.#lastComment = now;
    if (!this.#early) {
      this.#early = true;
      res.writeHead(200, [
        ...ownHeaders(this.#turn),
        ...routeHeaders({ model: this.#model, route: 'pending', attempts: 0 }),
        ...['content-type', 'text/event-stream', 'cache-control', 'no-cache', 'x-accel-buffering', 'no'],
      ]);
    }
    if (!res.writableNeedDrain) res.write(dialect.waiting(text));
  }

  /** Tells behind early headers which target answers now; as in `x-stackyard-route`. */
  routed(route: string): void {
    this.#turn.res.write(this.#turn.dialect.routed(route));
  }

  /** Writes a piece of the answer; false = write no more until `drained`. */
  write(bytes: Buffer, now: number): boolean {
    const { res } = this.#turn;
    this.#lastChunk = bytes;
    if (res.write(bytes)) return true;
    if (this.#blockedSince === null) {
      this.#blockedSince = now;
      res.once('drain', () => {
        this.#blockedSince = null;
        this.#owner.drained();
      });
    }
    return false;
  }

  /** Whether the client has taken nothing for too long. */
  stuck(now: number): boolean {
    return this.#blockedSince !== null && now - this.#blockedSince > STUCK;
  }

  /** Ends the stream with an error of ours, on a line of its own. */
  breakOff(failure: Failure): void {
    const { res, dialect, id } = this.#turn;
    res.end(dialect.breakOff(this.#lastChunk, failure, id));
  }
}
