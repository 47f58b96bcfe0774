/** How long to wait between two looks at the cards. */

export interface LookCircumstances {
  /** Somebody watches. */
  readonly watched: boolean;
  /** `gpu.every`, ms; `null` = only when somebody watches or asks. */
  readonly every: number | null;
  readonly onBattery: boolean;
  /** The last look saw no card of any maker. */
  readonly none: boolean;
}

export interface LookTimes {
  /** While somebody watches, ms; never sooner than this. */
  readonly watched: number;
  /** Until it is looked again whether there is a card or a tool now, ms. */
  readonly absent: number;
}

/** On a battery a card that nobody watches is looked at so many times less often: each look may wake it. */
const BATTERY = 6;

/** ms; `null` = not by itself. */
export function lookInterval(
  { watched, every, onBattery, none }: LookCircumstances,
  times: LookTimes,
): number | null {
  if (watched) return times.watched;
  if (every === null) return null;
  return Math.max(every, none ? times.absent : times.watched) * (onBattery ? BATTERY : 1);
}
