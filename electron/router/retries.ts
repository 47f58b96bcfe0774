/** First pause before the same engine is tried again, ms; doubles, and the real one is random below it ("full jitter"). */
const PAUSE = 250;
const PAUSE_MAX = 5_000;
/** The longest `Retry-After` of an engine that is waited for, ms. */
const PATIENCE = 30_000;

/** What one request may still try, and how long it rests before it asks the same engine again. */
export class Retries {
  #left: number;
  #pauses = 0;
  #usedFree = false;

  /** `retries`: tries of the entry asked for, beside the first; each fallback has one. */
  constructor(retries: number) {
    this.#left = 1 + retries;
  }

  /** Whether this entry may be tried again after the try at hand. */
  get more(): boolean {
    return this.#left > 1;
  }

  /** A try failed; true when that was the entry's last one and the next entry's turn has come. */
  spend(): boolean {
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.#left = 1;
    return true;
  }

  /** The one try that costs nothing: a kept connection that turned out dead. */
  takeFree(): boolean {
    if (this.#usedFree) return false;
    this.#usedFree = true;
    return true;
  }

  /**
   * Ms to rest before the same engine is asked again; `null` when it wants to be left alone for longer than anybody waits: its
   * answer then tells the client when to come back. `retryAfter`: seconds, as the engine said.
   */
  pause(retryAfter: number | undefined): number | null {
    const asked = (retryAfter ?? 0) * 1000;
    if (asked > PATIENCE) return null;
    const jitter = Math.random() * Math.min(PAUSE_MAX, PAUSE * 2 ** this.#pauses);
    this.#pauses += 1;
    return Math.max(asked, jitter);
  }
}
