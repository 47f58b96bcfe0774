/** Who hears of what is measured: some at whatever rate it comes, others who make it come more often. */
export class Audience<T> {
  #listeners = new Set<(value: T) => void>();
  #watchers = new Set<(value: T) => void>();
  #changed: () => void;

  /** `changed` is called whenever somebody begins or ceases to watch. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Whether anybody makes it come more often. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Hears whatever comes. Gives back how to stop. */
  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears `latest` at once unless it is `null`, then whatever comes. Gives back what ends it. */
  watch(listener: (value: T) => void, latest: T | null): () => void {
    this.#watchers.add(listener);
    if (latest !== null) listener(latest);
    this.#changed();
    return () => {
      if (this.#watchers.delete(listener)) this.#changed();
    };
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners, ...this.#watchers]) listener(value);
  }

  /** Nobody hears anything any more. */
  close(): void {
    this.#listeners.clear();
    this.#watchers.clear();
  }
}
