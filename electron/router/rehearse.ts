import type { Sight } from './candidates.ts';
import { choose } from './choose.ts';
import { targetKey } from './live.ts';
import { resolveName } from './resolve.ts';
import { type Credits, taken } from './strategy.ts';

/**
 * Where so many chat requests for a model would go, one after the other, as things stand: the real choice over the live table.
 * Nothing is sent, woken or remembered. Runs that no ready target could take are in no share.
 */
export function rehearse(sight: Sight, model: string, runs: number, credits: Credits): Record<string, number> {
  const entry = resolveName(sight.compiled, model);
  const shares: Record<string, number> = {};
  if (entry === null) return shares;
  const mine: Credits = new Map([[entry.id, new Map(credits.get(entry.id))]]);
  for (let run = 0; run < runs; run += 1) {
    const ask = {
      protocols: ['chat', 'completions', 'embeddings'] as const,
      entries: [entry],
      floor: 0,
      prefers: null,
      banned: new Set<string>(),
      outgrown: null,
      failed: new Set<string>(),
      started: new Map(),
      switched: null,
      expired: false,
      terms: { refuse: 0, only: null, wake: false },
    };
    const choice = choose(sight, ask, mine);
    if (choice.kind !== 'grant') continue;
    taken(choice.entry, choice.among, choice.candidate, mine);
    const key = targetKey(choice.candidate.target);
    shares[key] = (shares[key] ?? 0) + 1;
  }
  return shares;
}
