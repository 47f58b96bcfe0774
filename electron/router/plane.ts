import type { RequestRecord } from '../../shared/contract/router.ts';
import type { Affinity } from './affinity.ts';
import type { Bag, Bagged } from './bag.ts';
import type { BodyBudget } from './body.ts';
import type { Sight } from './candidates.ts';
import type { Cooldowns } from './cooldown.ts';
import type { Live } from './live.ts';
import type { Lot } from './park.ts';
import type { Rates } from './rates.ts';
import type { Ended } from './record.ts';
import type { Compiled } from './resolve.ts';
import type { Credits } from './strategy.ts';
import type { Tickets } from './tickets.ts';
import type { Upstreams } from './upstream.ts';

/** A request under way, as the others see it. */
export interface Underway extends Bagged {
  readonly id: string;
  /** Looked at once a second. */
  tick(now: number): void;
  /** Its story so far. */
  record(now: number): RequestRecord;
  /** Ends it on a person's word. */
  cancel(): void;
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
  readonly affinity: Affinity;
  readonly lot: Lot;
  readonly upstreams: Upstreams;
  readonly budget: BodyBudget;
  readonly rates: Rates;
  readonly tickets: Tickets;
  /** The requests under way, parked ones too. */
  readonly active: Bag<Underway>;
  /** A request ended: it is counted, and told in full (`tell`) while there is room for its story. */
  ended(request: Ended, tell: () => RequestRecord): void;
  /** A slot of this engine was given back. */
  freed(engine: string): void;
}

/** What decisions are made from, now. */
export const sightOf = (plane: Plane): Sight => ({
  compiled: plane.compiled,
  live: plane.live,
  cooldowns: plane.cooldowns,
  now: plane.now(),
});
