/** Failures older than this don't count towards a cooldown, ms. */
const WINDOW = 60_000;

export interface Cooling {
  readonly left_ms: number;
  readonly why: string;
}

/** Which targets rest after too many failures. Times are monotonic ms, passed in. */
export interface Cooldowns {
  /** Notes a failure; the target cools once more than `allowed` fell into the last minute. `null` cooldown = never. */
  fail(key: string, now: number, allowed: number, cooldown: number | null, why: string): void;
  /** Notes an answer: earlier failures are forgotten. */
  succeed(key: string): void;
  /** When the target returns; `null` when it isn't cooling. */
  until(key: string, now: number): number | null;
  /** All that cool now: key → ms left, and the failure that was one too many. */
  list(now: number): Map<string, Cooling>;
  /** Lets a target, or all (`null`), return at once; earlier failures are forgotten. */
  thaw(key: string | null): void;
}

/** An empty set of cooldowns. */
export function createCooldowns(): Cooldowns {
  const fails = new Map<string, number[]>();
  const resting = new Map<string, { until: number; why: string }>();
  return {
    fail(key, now, allowed, cooldown, why) {
      if (cooldown === null) return;
      const recent = [...(fails.get(key) ?? []).filter((at) => now - at < WINDOW), now];
      if (recent.length > allowed) {
        resting.set(key, { until: now + cooldown, why });
        fails.delete(key);
      } else {
        fails.set(key, recent);
      }
    },
    succeed(key) {
      fails.delete(key);
    },
    until(key, now) {
      const until = resting.get(key)?.until;
      if (until === undefined) return null;
      if (until > now) return until;
      resting.delete(key);
      return null;
    },
    list(now) {
      const left = new Map<string, Cooling>();
      for (const [key, { until, why }] of resting) {
        if (until > now) left.set(key, { left_ms: Math.round(until - now), why });
        else resting.delete(key);
      }
      return left;
    },
    thaw(key) {
      for (const one of key === null ? [...resting.keys(), ...fails.keys()] : [key]) {
        resting.delete(one);
        fails.delete(one);
      }
    },
  };
}
