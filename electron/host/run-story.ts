/** What one run leaves behind for its crash card: how long it ran, how it ended, and what it said last. */
import { performance } from 'node:perf_hooks';
import { CARD_LINES, type RunEnd } from '../core/crash-card.ts';
import type { EngineLog } from './engine-log.ts';
import type { Exit } from './engine-run.ts';

export interface RunStory {
  /** The process is about to be started, or was found running. Only the first word counts. */
  began(): void;
  /** The process is gone: reads its last lines. Never throws. */
  ended(exit: Exit): Promise<RunEnd>;
}

/** Begun before the process is, so that no line of an earlier run is taken for one of this. */
export function followRun(log: EngineLog): RunStory {
  const from = log.end();
  let since: number | null = null;
  return {
    began() {
      since ??= performance.now();
    },
    async ended({ code, signal }) {
      const ran_ms = since === null ? null : Math.round(performance.now() - since);
      const lines = await from.then((place) => log.tail(CARD_LINES, place)).catch(() => []);
      return { code, signal, ran_ms, lines };
    },
  };
}
