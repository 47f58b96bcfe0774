import type { ModelRoute, TicketTerms } from '../../shared/contract/router.ts';
import type { Protocol } from '../../shared/model.ts';
import { type Candidate, candidates, type Sight, type Skip } from './candidates.ts';
import { targetKey } from './live.ts';
import { type Credits, order } from './strategy.ts';

/** One request's standing: which entries it may use, and what it has used up. */
export interface Ask {
  /** In which the request can be put, best first. */
  readonly protocols: readonly Protocol[];
  /** The entry that was asked for, then its fallbacks. */
  readonly entries: readonly ModelRoute[];
  /** Entries before this one are used up. */
  floor: number;
  /** Target that read this conversation before: taken first within its tier. */
  readonly prefers: string | null;
  /** Targets that would fail this request again: out of memory. */
  banned: ReadonlySet<string>;
  /** Tokens that did not suffice: only targets known to take more come into question. */
  outgrown: number | null;
  /** Targets that failed this request: taken again only after the others of their tier. */
  failed: ReadonlySet<string>;
  /** Entry → the one engine that this request may have started for it. */
  started: ReadonlyMap<ModelRoute, string>;
  /** The one engine for which this request may have caused a group switch. */
  switched: string | null;
  /** True once `max_wait` is over: only what is ready now counts. */
  expired: boolean;
  /** What the host ordered for this one request; `null` = nothing. */
  readonly terms: TicketTerms | null;
}

export type Choice =
  | {
      readonly kind: 'grant';
      readonly entry: ModelRoute;
      readonly candidate: Candidate;
      readonly among: readonly Candidate[];
      /** Those that were left out before, in the order met. */
      readonly skips: readonly Skip[];
    }
  | {
      readonly kind: 'wait';
      readonly entry: ModelRoute;
      readonly engine: string;
      /** When to look again by itself; `null` = something else will tell. */
      readonly again: number | null;
      readonly why: 'busy' | 'loading' | 'start' | 'switch' | 'cooling';
      readonly skips: readonly Skip[];
    }
  | { readonly kind: 'none'; readonly skips: readonly Skip[] };

/**
 * Where the request goes now (design §4): the best tier of the first entry that has any candidate. Fallback entries come in
 * only when those before have none, and never cause a group switch. A wait for a start is written down in `ask`, because a
 * request may cause one start per entry and one switch in all.
 */
export function choose(sight: Sight, ask: Ask, credits: Credits): Choice {
  const skips: Skip[] = [];
  for (let index = ask.floor; index < ask.entries.length; index += 1) {
    const entry = ask.entries[index] as ModelRoute;
    const found = candidates(sight, entry, ask.protocols);
    // The host may have named the only target; of the others there is nothing to say.
    const only = ask.terms?.only ?? null;
    for (const skip of found.skips) if (only === null || targetKey(skip.target) === only) skips.push(skip);
    const allowed: Candidate[] = [];
    for (const candidate of found.candidates) {
      if (only !== null && targetKey(candidate.target) !== only) continue;
      const refused = refuse(ask, entry, index, candidate);
      if (refused) skips.push(refused);
      else allowed.push(candidate);
    }
    const best = pick(sight, ask, entry, allowed, credits);
    if (!best) continue;
    const { candidate, among } = best;
    if (candidate.tier === 1) return { kind: 'grant', entry, candidate, among, skips };
    if (candidate.tier >= 4) {
      ask.started = new Map(ask.started).set(entry, candidate.engine.name);
      if (candidate.tier === 5) ask.switched = candidate.engine.name;
    }
    return {
      kind: 'wait',
      entry,
      engine: candidate.engine.name,
      again: candidate.again,
      why: WAITS[candidate.tier],
      skips,
    };
  }
  return (ask.expired ? null : firstToReturn(ask, skips)) ?? { kind: 'none', skips };
}

const WAITS = { 2: 'busy', 3: 'loading', 4: 'start', 5: 'switch' } as const;

/** Why a candidate is out of reach for this request, though not for others. */
function refuse(ask: Ask, entry: ModelRoute, index: number, candidate: Candidate): Skip | null {
  const { target, tier, engine } = candidate;
  // The most common case first, without a look at anything.
  if (tier === 1 && ask.banned.size === 0 && ask.outgrown === null && ask.terms === null) return null;
  const skip = (code: Skip['code'], message: string): Skip => ({ target, code, message, until: null });
  if (ask.banned.has(targetKey(target))) return skip('out_of_memory', `${engine.name} has not enough memory for it.`);
  if (ask.outgrown !== null && !((contextOf(candidate) ?? 0) > ask.outgrown)) {
    return skip('context_too_small', `${engine.name} is not known to take more than ${ask.outgrown} tokens.`);
  }
  const ordered = ask.terms === null ? null : outOfTerms(ask.terms, index, candidate);
  if (ordered !== null) return skip(ordered[0], ordered[1]);
  if (ask.expired && tier > 1) return skip('wait_timeout', `${engine.name} did not become ready in time.`);
  if (tier < 4) return null;
  if (entry.wake === 'never') return skip('engine_stopped', `${engine.name} is stopped and \`wake\` is never.`);
  if (tier === 5 && index > 0) {
    return skip('group_held', `A fallback may not stop another engine to start ${engine.name}.`);
  }
  const started = ask.started.get(entry);
  if (started !== undefined && started !== engine.name) {
    return skip('engine_stopped', `${engine.name} was not started: this request already asked for ${started}.`);
  }
  if (tier === 5 && ask.switched !== null && ask.switched !== engine.name) {
    return skip('group_held', `${engine.name} was not started: this request already switched a group.`);
  }
  return null;
}

/** Why the host's own request may not go there. */
function outOfTerms(terms: TicketTerms, index: number, { tier, engine }: Candidate): [Skip['code'], string] | null {
  if (index < terms.refuse) return ['upstream_error', `${engine.name} was left out on Stackyard’s own order.`];
  if (!terms.wake && tier >= 4) return ['engine_stopped', `${engine.name} is stopped, and was not to be woken.`];
  return null;
}

function pick(
  sight: Sight,
  ask: Ask,
  entry: ModelRoute,
  allowed: readonly Candidate[],
  credits: Credits,
): { candidate: Candidate; among: readonly Candidate[] } | null {
  if (entry.strategy === 'priority' && entry.wake === 'always') {
    const candidate = unfailedFirst(ask, allowed)[0];
    return candidate ? { candidate, among: allowed } : null;
  }
  // One target, or one that is left, is the best of its tier whatever the strategy says.
  const [first] = allowed;
  if (first && allowed.length === 1) return { candidate: first, among: allowed };
  for (let tier = 1; tier <= 5; tier += 1) {
    const among = allowed.filter((candidate) => candidate.tier === tier);
    const ordered = unfailedFirst(ask, preferred(ask, order(entry, among, sight.live, credits, sight.now)));
    // The engine that this request already waits for keeps it, or two half-started engines would take turns.
    const started = ask.started.get(entry);
    const sticky = tier < 3 ? undefined : ordered.find((candidate) => candidate.engine.name === started);
    const candidate = sticky ?? ordered[0];
    if (candidate) return { candidate, among };
  }
  return null;
}

const preferred = (ask: Ask, ordered: readonly Candidate[]): readonly Candidate[] =>
  ask.prefers === null
    ? ordered
    : [
        ...ordered.filter(({ target }) => targetKey(target) === ask.prefers),
        ...ordered.filter(({ target }) => targetKey(target) !== ask.prefers),
      ];

/** Tokens that a target takes: as config says, else as its engine tells; `null` = not known. */
export const contextOf = ({ target, engine }: Pick<Candidate, 'target' | 'engine'>): number | null =>
  target.context_length ?? engine.contexts[target.model] ?? null;

const unfailedFirst = (ask: Ask, ordered: readonly Candidate[]): readonly Candidate[] =>
  ask.failed.size === 0
    ? ordered
    : [
        ...ordered.filter((candidate) => !ask.failed.has(targetKey(candidate.target))),
        ...ordered.filter((candidate) => ask.failed.has(targetKey(candidate.target))),
      ];

/** When nobody can answer but somebody cools, the first to return is waited for. */
function firstToReturn(ask: Ask, skips: readonly Skip[]): Choice | null {
  let first: Skip | null = null;
  for (const skip of skips) {
    if (skip.until !== null && (first?.until == null || skip.until < first.until)) first = skip;
  }
  const entry = ask.entries[ask.floor];
  if (!first || !entry) return null;
  return { kind: 'wait', entry, engine: first.target.engine, again: first.until, why: 'cooling', skips };
}
