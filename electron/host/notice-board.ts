/** Passes engines' news on to whoever tells people, at the pace of `core/notices.ts`. */
import { performance } from 'node:perf_hooks';
import { heed, NO_NOTICE, type Notice, type NoticeEvent, type NoticeState } from '../core/notices.ts';

export class NoticeBoard {
  #states = new Map<string, NoticeState>();
  #timers = new Map<string, NodeJS.Timeout>();
  #listeners = new Set<(notice: Notice) => void>();

  post(notice: Notice): void {
    this.#handle(notice.engine, { type: 'notice', notice, at: performance.now() });
  }

  /** Gives back how to stop listening. */
  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#listeners.clear();
  }

  #handle(engine: string, event: NoticeEvent): void {
    const { state, tell, wakeAt } = heed(this.#states.get(engine) ?? NO_NOTICE, event);
    this.#states.set(engine, state);
    clearTimeout(this.#timers.get(engine));
    if (wakeAt !== null) {
      const wake = () => this.#handle(engine, { type: 'tick', at: performance.now() });
      this.#timers.set(engine, setTimeout(wake, Math.max(0, wakeAt - performance.now())));
    }
    if (tell !== null) for (const listener of this.#listeners) listener(tell);
  }
}
