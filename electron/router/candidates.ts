import type { EngineRoute, ModelRoute, TargetRoute } from '../../shared/contract/router.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Protocol } from '../../shared/model.ts';
import type { Cooldowns } from './cooldown.ts';
import { type Live, targetKey } from './live.ts';
import type { Compiled } from './resolve.ts';

/** Design §4: 1 ready with a free slot · 2 ready but busy · 3 on its way · 4 can be started · 5 needs a group switch. */
export type Tier = 1 | 2 | 3 | 4 | 5;

export interface Candidate {
  readonly target: TargetRoute;
  readonly engine: EngineRoute;
  readonly tier: Tier;
  /** Which of the protocols asked for it is asked in. */
  readonly protocol: Protocol;
  /** Monotonic ms at which it should be looked at again although no table arrives; `null` = a table will tell. */
  readonly again: number | null;
}

/** A target that can't take the request now, with the code that says why. */
export interface Skip {
  readonly target: TargetRoute;
  readonly code: ErrorCode;
  readonly message: string;
  /** When it returns, for a cooling one; monotonic ms. */
  readonly until: number | null;
}

export interface Sight {
  readonly compiled: Compiled;
  readonly live: Live;
  readonly cooldowns: Cooldowns;
  readonly now: number;
}

/**
 * Sorts an entry's targets into candidates and skipped ones, both in file order. `protocols` are those in which the request can
 * be put, best first.
 */
export function candidates(
  sight: Sight,
  entry: ModelRoute,
  protocols: readonly Protocol[],
): { candidates: Candidate[]; skips: Skip[] } {
  const found: Candidate[] = [];
  const skips: Skip[] = [];
  for (const target of entry.targets) {
    const verdict = judge(sight, entry, target, protocols);
    if ('tier' in verdict) found.push(verdict);
    else skips.push(verdict);
  }
  return { candidates: found, skips };
}

function judge(
  sight: Sight,
  entry: ModelRoute,
  target: TargetRoute,
  protocols: readonly Protocol[],
): Candidate | Skip {
  const name = target.engine;
  const engine = sight.compiled.engines.get(name);
  const skip = (code: ErrorCode, message: string, until: number | null = null): Skip => ({
    target,
    code,
    message,
    until,
  });
  if (!engine) return skip('engine_failed', `There is no engine ${name}.`);
  const protocol = protocols.find((one) => engine.speaks.includes(one));
  if (protocol === undefined) {
    return skip('not_supported_by_engine', `${name} does not speak ${protocols.join(' or ')}.`);
  }
  if (engine.held) {
    return skip('engine_held', `${name} was stopped by you; start it from the tray or with \`stackyard up\`.`);
  }
  if (engine.block !== null) return skip(engine.block.code, engine.block.message);
  if (engine.phase === 'failed' && !engine.may_retry) {
    const why = engine.cause ? `: ${engine.cause.message}` : '.';
    const code = engine.cause?.code === 'secret_unavailable' ? 'secret_unavailable' : 'engine_failed';
    return skip(code, `${name} has failed${why}`);
  }
  if (engine.models[target.model] === 'failed') {
    return skip('engine_failed', `${name} could not load ${target.model}.`);
  }
  const cooling = entry.targets.length > 1 ? sight.cooldowns.until(targetKey(target), sight.now) : null;
  if (cooling !== null) return skip('cooling', `${name} rests after failures.`, cooling);
  const at = (tier: Tier, again: number | null = null): Candidate => ({ target, engine, tier, protocol, again });
  switch (engine.phase) {
    case 'ready': {
      if (engine.base_url === null) return at(3);
      const loading = sight.live.loadingUntil(name, sight.now);
      if (loading !== null) return at(3, loading);
      return at(full(sight.live, engine, target) ? 2 : 1);
    }
    case 'starting':
    case 'loading':
    case 'backoff':
    case 'unhealthy':
      return at(3);
    case 'draining':
    case 'stopping':
      // It ends, or it restarts: which one, only the next table tells. An on-demand engine may be asked back.
      if (engine.start !== 'on-demand' || engine.owner === 'external') return at(3);
      break;
    case 'stopped':
    case 'failed':
      if (engine.owner === 'external') return skip('engine_stopped', `Nothing answers at ${name}'s address.`);
      if (engine.start === 'manual') return skip('engine_stopped', `${name} is stopped and starts only by hand.`);
      break;
  }
  if (engine.group_holder !== null) {
    return skip('group_held', `${name} can't start: ${engine.group_holder} holds its group and is never stopped.`);
  }
  return at(engine.free_to_start ? 4 : 5);
}

function full(live: Live, engine: EngineRoute, target: TargetRoute): boolean {
  return (
    (engine.max_concurrent !== null && live.engineInFlight(engine.name) >= engine.max_concurrent) ||
    (target.max_concurrent !== null && live.targetInFlight(target) >= target.max_concurrent)
  );
}
