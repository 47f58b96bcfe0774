/** Failures older than this don't count towards a cooldown, ms. */
const WINDOW = 60_000;

/** Which targets rest after too many failures. Times are monotonic ms, passed in. */
export interface Cooldowns {
  /** Notes a failure; the target cools once more than `allowed` fell into the last minute. `null` cooldown = never. */
  fail(key: string, now: number, allowed: number, cooldown: number | null): void;
  /** Notes an answer: earlier failures are forgotten. */
  succeed(key: string): void;
  /** When the target returns; `null` when it isn't cooling. */
  until(key: string, now: number): number | null;
  /** All that cool now: key → ms left. */
  list(now: number): Map<string, number>;
}

/** An empty set of cooldowns. */
export function createCooldowns(): Cooldowns {
  const fails = new Map<string, number[]>();
  const resting = new Map<string, number>();
  return {
    fail(key, now, allowed, cooldown) {
      if (cooldown === null) return;
      const recent = [...(fails.get(key) ?? []).filter((at) => now - at < WINDOW), now];
      if (recent.length > allowed) {
        resting.set(key, now + cooldown);
        fails.delete(key);
      } else {
        fails.set(key, recent);
      }
    },
    succeed(key) {
      fails.delete(key);
    },
    until(key, now) {
      const until = resting.get(key);
      if (until === undefined) return null;
      if (until > now) return until;
      resting.delete(key);
      return null;
    },
    list(now) {
      const left = new Map<string, number>();
      for (const [key, until] of resting) {
        if (until > now) left.set(key, until - now);
        else resting.delete(key);
      }
      return left;
    },
  };
}
