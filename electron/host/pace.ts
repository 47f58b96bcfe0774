/** When to look again: a look at a time, and never sooner after the last one than the present interval. */

export class Pace<T> {
  #work: () => Promise<T>;
  #interval: () => number | null;
  #looking: Promise<T> | null = null;
  /** When the last look ended. */
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `interval`: ms from the end of a look to the next one, asked anew each time; `null` = only when somebody asks. */
  constructor(work: () => Promise<T>, interval: () => number | null) {
    this.#work = work;
    this.#interval = interval;
  }

  /** ms since the last look ended. */
  get age(): number {
    return performance.now() - this.#last;
  }

  /** Looks now; who asks while a look is under way gets that one. */
  look(): Promise<T> {
    this.#looking ??= this.#work().finally(() => {
      this.#looking = null;
      this.#last = performance.now();
      this.plan();
    });
    return this.#looking;
  }

  /** The interval may have changed. */
  plan(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#looking !== null) return;
    const interval = this.#interval();
    if (interval === null) return;
    this.#timer = setTimeout(() => void this.look().catch(() => {}), Math.max(0, Math.ceil(interval - this.age)));
    // Looking is no reason to stay.
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}
