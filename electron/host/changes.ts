/** Many changes, one look at them: everything that follows from a change happens once, soon, and in one place. */
export class Changes {
  #look: () => void;
  #touched = false;
  #waiting = new Set<() => void>();

  /** `look` is called soon after one or more changes. */
  constructor(look: () => void) {
    this.#look = look;
  }

  touch(): void {
    if (this.#touched) return;
    this.#touched = true;
    setImmediate(() => {
      this.#touched = false;
      this.#look();
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Resolves with true as soon as `done` holds after some change, or false when the time is over (`null` = no limit). */
  until = (done: () => boolean, ms: number | null): Promise<boolean> => {
    if (done()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (answer: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(answer);
      };
      const look = () => {
        if (done()) finish(true);
      };
      const timer = ms === null ? undefined : setTimeout(() => finish(false), Math.min(ms, 2 ** 31 - 1));
      this.#waiting.add(look);
    });
  };
}
