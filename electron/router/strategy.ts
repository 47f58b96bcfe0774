import type { ModelRoute } from '../../shared/contract/router.ts';
import type { Candidate } from './candidates.ts';
import { type Live, targetKey } from './live.ts';

/** What `weighted` remembers between requests: entry id → target → its running credit. */
export type Credits = Map<string, Map<string, number>>;

/** The candidates of one tier, in the order in which the entry's strategy would take them. Ties keep file order. */
export function order(
  entry: ModelRoute,
  tier: readonly Candidate[],
  live: Live,
  credits: Credits,
  now: number,
): Candidate[] {
  const rank = ranking(entry, live, credits, now);
  // Array.prototype.sort is stable, so equal ranks stay in file order.
  return rank ? [...tier].sort((a, b) => rank(a) - rank(b)) : [...tier];
}

/**
 * Tells `weighted` which candidate was taken out of which: everyone earns its weight, the taken one pays the sum. Over time
 * each gets its share, and never in bursts (nginx calls this "smooth").
 */
export function taken(entry: ModelRoute, tier: readonly Candidate[], chosen: Candidate, credits: Credits): void {
  if (entry.strategy !== 'weighted') return;
  const mine = credits.get(entry.id) ?? new Map<string, number>();
  credits.set(entry.id, mine);
  let sum = 0;
  for (const { target } of tier) {
    mine.set(targetKey(target), (mine.get(targetKey(target)) ?? 0) + target.weight);
    sum += target.weight;
  }
  const key = targetKey(chosen.target);
  mine.set(key, (mine.get(key) ?? 0) - sum);
}

function ranking(
  entry: ModelRoute,
  live: Live,
  credits: Credits,
  now: number,
): ((candidate: Candidate) => number) | null {
  switch (entry.strategy) {
    case 'priority':
      return null;
    case 'weighted': {
      const mine = credits.get(entry.id);
      return ({ target }) => -((mine?.get(targetKey(target)) ?? 0) + target.weight);
    }
    case 'least-busy':
      return ({ target }) => live.engineInFlight(target.engine);
    case 'lowest-latency':
      // One that was never measured goes first, so that it gets measured.
      return ({ target }) => live.latency(target) ?? -1;
    case 'usage':
      return ({ target }) => live.usage(target, now);
  }
}
