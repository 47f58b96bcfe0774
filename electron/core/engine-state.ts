/**
 * The vocabulary of one engine's machine: its state, what can happen to it, and what it can ask for.
 * All times are monotonic milliseconds that arrive in events; nothing here reads a clock.
 */
import type { Cause, Owner } from '../../shared/model.ts';

/** What the machine needs to know of an engine's config. */
export interface EngineSettings {
  readonly name: string;
  readonly mode: 'auto' | 'managed' | 'external';
  /** What its owner is called while we run it. */
  readonly runner: 'managed' | 'systemd';
  /** `null` = wait for ever. */
  readonly readyTimeout: number | null;
  /** Bounds each of two waits: draining (when it has a deadline), and signal to KILL. */
  readonly stopTimeout: number;
  /** `null` = never restarted. */
  readonly restart: {
    readonly max: number;
    readonly window: number;
    readonly backoff: number;
    readonly backoffMax: number;
  } | null;
  /** `null` = not probed once it is ready. */
  readonly health: { readonly every: number; readonly failures: number } | null;
  /** How long after it gave up a request may try it once more; `null` = only a person or another config may. */
  readonly retryFailed: number | null;
}

/** One life of the process, from the wish to spawn it until nothing of it is left. */
export interface Run {
  readonly id: string;
  /** The process is gone; its children, tags and port are still being checked. */
  readonly exited: boolean;
  /** When chasing survivors ends; `null` before it exited, and again once they were named and are only watched. */
  readonly giveUpAt: number | null;
  /** When to look again for survivors; `null` while an answer is awaited. */
  readonly verifyAt: number | null;
}

export type PhaseState =
  | { readonly is: 'stopped'; readonly cause: Cause | null }
  | {
      readonly is: 'starting';
      /** Looking who is on the port, before anything is spawned. */
      readonly step: 'identify' | 'spawned';
      /** An answer to `identify` is awaited. */
      readonly asked: boolean;
      /** The port was lost to somebody once already; a second time is a failure. */
      readonly again: boolean;
      readonly deadline: number | null;
    }
  | { readonly is: 'loading'; readonly progress: number | null; readonly deadline: number | null }
  | { readonly is: 'ready' }
  | { readonly is: 'unhealthy'; readonly cause: Cause; readonly since: number }
  | {
      readonly is: 'draining';
      /** `null` = what is in flight may take as long as it takes. */
      readonly deadline: number | null;
      /** The process must go in any case: a wish for the engine to be up does not call it off, only brings it back after. */
      readonly restart: boolean;
    }
  | {
      readonly is: 'stopping';
      readonly killAt: number;
      readonly killed: boolean;
      /** Set when we end it because it misbehaved: it then counts as a crash. */
      readonly cause: Cause | null;
    }
  | { readonly is: 'backoff'; readonly until: number; readonly cause: Cause }
  | {
      readonly is: 'failed';
      readonly cause: Cause;
      /** When a request may try it again; `null` = never, or it may already. */
      readonly retryAt: number | null;
      /** That time has come. */
      readonly mayRetry: boolean;
    };

export interface EngineState {
  readonly settings: EngineSettings;
  readonly wanted: 'up' | 'down';
  /** Stopped by a person: demand does not wake it. Never true while it is somebody else's. */
  readonly held: boolean;
  /** A hold that applies once the server that was adopted in the meantime is gone. */
  readonly heldLater: boolean;
  readonly owner: Owner | null;
  readonly phase: PhaseState;
  /** When `phase.is` last changed. */
  readonly since: number;
  readonly run: Run | null;
  /** Runs so far; the last one's id is `NAME.N`. */
  readonly runs: number;
  /** Questions to `identify` so far; only the answer to the last one counts. */
  readonly asks: number;
  /** Times of unwanted ends within the restart window. */
  readonly exits: readonly number[];
  /** Unwanted ends in a row, without having been ready in between: the pause before the next try grows with them. */
  readonly stumbles: number;
  readonly probe: {
    /** An answer is awaited. */
    readonly pending: boolean;
    /** When to ask next; `null` while nothing is to be asked. */
    readonly at: number | null;
    /** Present distance between probes while it comes up. */
    readonly pace: number;
    /** Bad ones in a row. */
    readonly failures: number;
    /** The next bad answer is not counted: the machine just woke from sleep. */
    readonly forgive: boolean;
  };
  /** When the engine last gave a byte (probe answer, log line, or an answer on its way to a client). */
  readonly heardAt: number | null;
  /** Copy of the router's count, for an unhealthy engine's restart. */
  readonly inFlight: number;
  /** A person was told of trouble and not yet of its end. */
  readonly troubled: boolean;
}

/** Who wants an engine down; decides whether draining has a deadline. */
export type StopReason = 'user' | 'quit' | 'demand' | 'idle' | 'memory' | 'config';

export type EngineEvent = { readonly at: number } & (
  | { readonly type: 'begin' }
  | { readonly type: 'want-up'; readonly by: 'user' | 'app' | 'demand' }
  | { readonly type: 'want-down'; readonly by: StopReason; readonly hold: boolean }
  | { readonly type: 'restart'; readonly by: 'user' | 'config' | 'memory' }
  /** The stack was switched on: holds end, nothing is started by it. */
  | { readonly type: 'release' }
  /** No more draining: a second Ctrl-C. */
  | { readonly type: 'force' }
  | { readonly type: 'settings'; readonly settings: EngineSettings; readonly restart: boolean }
  /** Answer to `identify`: nobody there · a server of this kind · something else, or a server we may not adopt. */
  | { readonly type: 'identified'; readonly ask: number; readonly result: 'free' | 'match' }
  | { readonly type: 'identified'; readonly ask: number; readonly result: 'foreign'; readonly cause: Cause }
  | { readonly type: 'spawned'; readonly run: string }
  | { readonly type: 'spawn-failed'; readonly run: string; readonly cause: Cause }
  | {
      readonly type: 'probed';
      /** `null` for an external engine. */
      readonly run: string | null;
      readonly state: 'ready' | 'loading' | 'silent' | 'bad';
      readonly progress: number | null;
      readonly cause: Cause | null;
    }
  /** The log grew: it is alive, and while loading this extends the deadline. */
  | { readonly type: 'output'; readonly run: string }
  /** Bytes of an answer passed through the router. */
  | { readonly type: 'heard' }
  | { readonly type: 'flight'; readonly inFlight: number }
  /** The router holds nothing of it any more under a table that says `draining`. */
  | { readonly type: 'drained' }
  | { readonly type: 'exited'; readonly run: string; readonly cause: Cause }
  | {
      readonly type: 'verified';
      readonly run: string;
      /** `null` = port closed, tree and tags gone. */
      readonly survivors: Cause | null;
    }
  /** Somebody else's server was ended on a person's word: no grace for it. */
  | { readonly type: 'vacated' }
  | { readonly type: 'tick' }
  /** The computer slept: what failed meanwhile proves nothing. */
  | { readonly type: 'woke' }
);

export type EngineEffect =
  | { readonly type: 'identify'; readonly ask: number }
  | { readonly type: 'spawn'; readonly run: string }
  | { readonly type: 'probe'; readonly run: string | null; readonly probe: 'ready' | 'live' }
  | { readonly type: 'signal'; readonly run: string; readonly how: 'stop' | 'kill' }
  | { readonly type: 'verify'; readonly run: string }
  | { readonly type: 'notice'; readonly notice: 'crashed' | 'failed' | 'recovered'; readonly cause: Cause | null };

/** An engine that the config just named. */
export function newEngine(settings: EngineSettings, at: number): EngineState {
  return {
    settings,
    wanted: 'down',
    held: false,
    heldLater: false,
    owner: settings.mode === 'auto' ? null : settings.mode === 'managed' ? settings.runner : settings.mode,
    phase: { is: 'stopped', cause: null },
    since: at,
    run: null,
    runs: 0,
    asks: 0,
    exits: [],
    stumbles: 0,
    probe: { pending: false, at: null, pace: 0, failures: 0, forgive: false },
    heardAt: null,
    inFlight: 0,
    troubled: false,
  };
}
