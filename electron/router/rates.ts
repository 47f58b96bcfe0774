import type { ClientKey } from '../../shared/contract/router.ts';
import type { Failure } from './failure.ts';

const MINUTE = 60_000;

/** What each key used within the last minute. Kept by the key's name, so that a new table does not give it a fresh minute. */
export interface Rates {
  /** Counts a request of this key, or says when the next one may come. */
  admit(key: ClientKey, now: number): Failure | null;
  /** Counts tokens that an answer turned out to take. */
  spend(key: ClientKey, tokens: number, now: number): void;
}

interface Use {
  readonly at: number;
  readonly amount: number;
}

/** Nothing used yet. */
export function createRates(): Rates {
  const requests = new Map<string, Use[]>();
  const tokens = new Map<string, Use[]>();
  const add = (uses: Map<string, Use[]>, key: ClientKey, amount: number, now: number): void => {
    const mine = uses.get(key.name) ?? [];
    mine.push({ at: now, amount });
    uses.set(key.name, mine);
  };
  return {
    admit(key, now) {
      const refused =
        check(key.name, 'requests', requests.get(key.name), key.requests_per_minute, now) ??
        check(key.name, 'tokens', tokens.get(key.name), key.tokens_per_minute, now);
      if (!refused && key.requests_per_minute !== null) add(requests, key, 1, now);
      return refused;
    },
    spend(key, amount, now) {
      if (key.tokens_per_minute !== null) add(tokens, key, amount, now);
    },
  };
}

function check(
  name: string,
  what: 'requests' | 'tokens',
  uses: Use[] | undefined,
  limit: number | null,
  now: number,
): Failure | null {
  if (limit === null || !uses) return null;
  while (uses[0] && now - uses[0].at >= MINUTE) uses.shift();
  let used = uses.reduce((sum, use) => sum + use.amount, 0);
  if (used < limit) return null;
  // It may come again once enough of the oldest uses are a minute old.
  const free = uses.find((use) => {
    used -= use.amount;
    return used < limit;
  });
  return {
    code: 'rate_limited',
    message: `The key "${name}" has used its ${limit} ${what} of this minute.`,
    retryAfter: ((free?.at ?? now) + MINUTE - now) / 1000,
  };
}
