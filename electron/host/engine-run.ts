/** One run of an engine, whoever runs its process: the host's own child (`engine-process.ts`), or another manager's. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import type { StopReason } from '../core/engine-state.ts';
import type { EngineProfile, Prepared } from '../engines/profile.ts';
import type { EngineLog } from './engine-log.ts';
import type { Guard } from './guard.ts';
import type { Ledger } from './ledger.ts';
import type { StartedUnits } from './started-units.ts';

export interface EngineRun {
  /** Of the leader; `null` before it is there. */
  readonly pid: number | null;
  /** Brings the process up; calls `launched` as soon as its port and command line are settled. Never throws. */
  start(launched: (launched: Launched) => void): Promise<Started>;
  /** Its process goes on although the run is over: it was another's before we came. */
  readonly left: boolean;
  /**
   * `stop` asks it to end, `kill` ends it and whatever of it is left. Asked for before it is up, it is sent once it is. `why`: who
   * wanted it down; `null` when it misbehaved or is to run again.
   */
  signal(how: 'stop' | 'kill', why: StopReason | null): void;
  /** `null` when port, tree and tags are gone; else who is left, by name. */
  verify(): Promise<Cause | null>;
  /** Why it ended although nobody had asked it to. */
  explain(exit: Exit): Promise<Cause>;
  /** Nothing of it is left: whoever kept book of it stops doing so. */
  forget(): void;
}

export interface Launched {
  readonly port: number;
  /** Not redacted yet. */
  readonly command: string;
  /** The key that this run expects, when it is not the config's. */
  readonly apiKey?: string | null;
}

/** What a process left behind when it ended; both `null` when the system does not tell. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export type Started =
  | { readonly ok: true; readonly exited: Promise<Exit> }
  | { readonly ok: false; readonly cause: Cause };

/** What a run is a run of. Its config is the one it was started with, whatever is configured later. */
export interface RunOptions {
  readonly engine: string;
  /** `NAME.N`, unique within this host. */
  readonly run: string;
  readonly config: EngineConfig;
  readonly profile: EngineProfile;
  readonly log: EngineLog;
  readonly services: RunServices;
}

export interface RunServices {
  /** Marks everything that this host starts. */
  readonly instance: string;
  readonly ledger: Ledger;
  readonly guard: Guard;
  readonly units: StartedUnits;
  readonly redact: (text: string) => string;
  /** Makes ready what a profile that `prepares` needs before its launch. */
  readonly prepare: (engine: string, config: EngineConfig) => Promise<Prepared | { readonly cause: Cause }>;
}
