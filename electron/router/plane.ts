import type { RequestRecord } from '../../shared/contract/router.ts';
import type { BodyBudget } from './body.ts';
import type { Cooldowns } from './cooldown.ts';
import type { Live } from './live.ts';
import type { Lot } from './park.ts';
import type { Rates } from './rates.ts';
import type { Compiled } from './resolve.ts';
import type { Credits } from './strategy.ts';
import type { Upstreams } from './upstream.ts';

/** Something that is looked at once a second. */
export interface Ticking {
  tick(now: number): void;
}

/** What all requests of the data plane share. */
export interface Plane {
  /** Monotonic ms. */
  now(): number;
  /** The last table; read anew at each decision, never kept over a wait. */
  compiled: Compiled;
  /** The router is leaving: nobody may begin to wait any more. */
  leaving: boolean;
  readonly live: Live;
  readonly cooldowns: Cooldowns;
  readonly credits: Credits;
  readonly lot: Lot;
  readonly upstreams: Upstreams;
  readonly budget: BodyBudget;
  readonly rates: Rates;
  /** The requests under way, parked ones too. */
  readonly active: Set<Ticking>;
  record(record: RequestRecord): void;
  /** A slot of this engine was given back. */
  freed(engine: string): void;
}
