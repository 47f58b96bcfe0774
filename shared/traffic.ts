/** What went through the gateway of late, in figures. */

/** How one target answered, since Stackyard started. */
export interface TargetTraffic {
  readonly engine: string;
  readonly model: string;
  /** When its last request ended, ISO. */
  readonly last_used: string;
  /** Median of its last answers that were streamed, ms; `null` when none was. */
  readonly first_token_ms: number | null;
  /** Median of its last answers that were streamed, from the first token on; `null` when none was. */
  readonly tokens_per_second: number | null;
}

export interface Traffic {
  /** Requests that ended, a second: over the last minute, or since Stackyard started while that is shorter. */
  readonly per_second: number;
  /** Requests that ended in the last five minutes, and how many of them badly. A client that left is nobody's failure. */
  readonly ended: number;
  readonly failed: number;
  /** The targets that answered, used last first. */
  readonly targets: readonly TargetTraffic[];
}
