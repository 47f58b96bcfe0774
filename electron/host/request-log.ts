/** The requests of late, finished and under way, as the router tells them; within a budget of bytes. */
import type { RequestNews } from '../../shared/contract/ipc.ts';
import type { RequestRecord } from '../../shared/contract/router.ts';

export class RequestLog {
  /** Oldest first, each with its size. */
  #kept: { readonly record: RequestRecord; readonly bytes: number }[] = [];
  #bytes = 0;
  #budget: number;
  #active: readonly RequestRecord[] = [];
  #more = 0;
  #watchers = new Set<(news: RequestNews) => void>();
  #watched: (on: boolean) => void;
  #redact: (text: string) => string;

  /** `budget` in bytes; `watched` is told when the first watcher comes and the last one goes. */
  constructor(budget: number, watched: (on: boolean) => void, redact: (text: string) => string) {
    this.#budget = budget;
    this.#watched = watched;
    this.#redact = redact;
  }

  set budget(bytes: number) {
    this.#budget = bytes;
    this.#trim();
  }

  /** Requests that ended. */
  add(ended: readonly RequestRecord[]): void {
    const finished = ended.map((record) => this.#clean(record));
    for (const record of finished) {
      // Two bytes a character is what strings take at most; objects around them cost about as much again.
      const bytes = JSON.stringify(record).length * 2;
      this.#kept.push({ record, bytes });
      this.#bytes += bytes;
    }
    this.#trim();
    const over = new Set(finished.map((record) => record.id));
    this.#active = this.#active.filter((record) => !over.has(record.id));
    this.#tell(finished);
  }

  /** All that are under way now. */
  setActive(active: readonly RequestRecord[], more: number): void {
    this.#active = active.map((record) => this.#clean(record));
    this.#more = more;
    this.#tell([]);
  }

  /** Those under way, then the newest finished ones, newest first; at most `limit` of the latter. */
  list(limit: number): RequestNews {
    const finished = this.#kept.slice(Math.max(0, this.#kept.length - limit)).map(({ record }) => record);
    return { active: this.#active, more: this.#more, finished: finished.reverse() };
  }

  /** Follows what happens; gives back what ends it. */
  watch(listener: (news: RequestNews) => void): () => void {
    this.#watchers.add(listener);
    if (this.#watchers.size === 1) this.#watched(true);
    return () => {
      if (!this.#watchers.delete(listener) || this.#watchers.size > 0) return;
      this.#active = [];
      this.#more = 0;
      this.#watched(false);
    };
  }

  #tell(finished: readonly RequestRecord[]): void {
    const news = { active: this.#active, more: this.#more, finished };
    for (const listener of this.#watchers) listener(news);
  }

  /** Engines' errors and clients' prompts may hold secrets. */
  #clean(record: RequestRecord): RequestRecord {
    const { captured, message } = record;
    const redact = this.#redact;
    return {
      ...record,
      message: message === null ? null : redact(message),
      steps: record.steps.map((step) =>
        'message' in step && step.message !== null ? { ...step, message: redact(step.message) } : step,
      ),
      captured: captured && { ...captured, request: redact(captured.request), answer: redact(captured.answer) },
    };
  }

  #trim(): void {
    let drop = 0;
    while (this.#bytes > this.#budget && drop < this.#kept.length) {
      this.#bytes -= this.#kept[drop]?.bytes ?? 0;
      drop += 1;
    }
    if (drop > 0) this.#kept.splice(0, drop);
  }
}
