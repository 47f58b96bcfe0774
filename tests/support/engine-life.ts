/** One engine machine in a test: feeds it events at a time the test sets, and keeps what it asked for. */
import { nextWake, step } from '../../electron/core/engine-machine.ts';
import {
  type EngineEffect,
  type EngineEvent,
  type EngineSettings,
  type EngineState,
  newEngine,
} from '../../electron/core/engine-state.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';

/** An event without its time. */
export type Told = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;

export const settings = (over: Partial<EngineSettings> = {}): EngineSettings => ({
  name: 'llama',
  mode: 'managed',
  runner: 'managed',
  readyTimeout: 60_000,
  stopTimeout: 10_000,
  restart: { max: 3, window: 600_000, backoff: 1_000, backoffMax: 30_000 },
  health: { every: 10_000, failures: 3 },
  retryFailed: null,
  ...over,
});

export const cause = (code: ErrorCode, message = `It was ${code}.`): Cause => ({ code, message, hint: null });

export interface Life {
  state: EngineState;
  now: number;
  /** Sends an event now; gives the effects as short words: `spawn llama.1`, `notice failed`. */
  tell(event: Told): string[];
  /** Lets time pass, ticking whenever the machine asked for it; gives all effects of that time. */
  pass(ms: number): string[];
  phase(): string;
}

/** A new engine at time 0, after `begin`. */
export function life(over: Partial<EngineSettings> = {}): Life {
  const self: Life = {
    state: newEngine(settings(over), 0),
    now: 0,
    tell(event) {
      const result = step(self.state, { ...event, at: self.now } as EngineEvent);
      self.state = result.state;
      return result.effects.map(words);
    },
    pass(ms) {
      const end = self.now + ms;
      const seen: string[] = [];
      for (let wake = nextWake(self.state); wake !== null && wake <= end; wake = nextWake(self.state)) {
        self.now = Math.max(self.now, wake);
        seen.push(...self.tell({ type: 'tick' }));
      }
      self.now = end;
      return seen;
    },
    phase: () => self.state.phase.is,
  };
  self.tell({ type: 'begin' });
  return self;
}

/** A managed engine that was started and became ready. */
export function readyLife(over: Partial<EngineSettings> = {}): Life {
  const it = life(over);
  it.tell({ type: 'want-up', by: 'user' });
  it.tell({ type: 'identified', ask: it.state.asks, result: 'free' });
  it.tell({ type: 'spawned', run: run(it) });
  it.pass(200);
  it.tell(answer(it, 'ready'));
  return it;
}

/** The present run's id. */
export const run = (it: Life): string => it.state.run?.id ?? 'none';

export const answer = (
  it: Life,
  state: 'ready' | 'loading' | 'silent' | 'bad',
  progress: number | null = null,
): Told => ({
  type: 'probed',
  run: it.state.run?.id ?? null,
  state,
  progress,
  cause: state === 'bad' ? cause('probe_failed', 'It answered 500.') : null,
});

export function words(effect: EngineEffect): string {
  switch (effect.type) {
    case 'identify':
      return `identify ${effect.ask}`;
    case 'probe':
      return `probe ${effect.probe}`;
    case 'signal':
      return `${effect.how} ${effect.run}`;
    case 'notice':
      return `notice ${effect.notice}`;
    default:
      return `${effect.type} ${effect.run}`;
  }
}
