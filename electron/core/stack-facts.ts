/** What an engine is among the others: blocked by what it needs, waiting for one, or in one's way. */
import type { Cause, EnginePhase } from '../../shared/model.ts';
import { blockCause, blockOf, type Leaned, type Leaning, missingNeed } from './dependencies.ts';
import type { EngineFacts, UnitFacts } from './engine-facts.ts';
import { isOver } from './engine-machine.ts';

/** All engines in file order. */
export type AllFacts = readonly (readonly [name: string, facts: EngineFacts])[];

/** The engines as their dependants see them. `coming` names those that are to be started although they failed before. */
export function leaning(
  all: readonly (readonly [name: string, facts: Pick<UnitFacts, 'config' | 'state'>])[],
  coming: (name: string) => boolean = () => false,
): Leaning {
  return Object.fromEntries(
    all.map(([name, { config, state }]): [string, Leaned] => {
      const p = state.phase;
      const cause = p.is === 'failed' ? p.cause : null;
      const mayRetry = p.is === 'failed' && (p.mayRetry || coming(name));
      const { owner, held } = state;
      return [name, { depends_on: config.depends_on, phase: p.is, owner, held, mayRetry, cause }];
    }),
  );
}

/**
 * Fills in what keeps each engine that is down from being started. One whose need has failed counts as failed itself, with the
 * cause that names it, for as long as that lasts: nobody has to wait for what will not come.
 */
export function withBlocks(all: AllFacts): AllFacts {
  const engines = leaning(all);
  return all.map(([name, facts]) => {
    const { phase, owner } = facts.state;
    const down = phase.is === 'stopped' || (phase.is === 'failed' && phase.mayRetry);
    const block = down && owner !== 'external' ? blockOf(engines, name) : null;
    if (block === null) return [name, facts];
    if (block.code !== 'engine_failed' || phase.is !== 'stopped' || facts.state.held)
      return [name, { ...facts, block }];
    const failed = { is: 'failed', cause: blockCause(block), retryAt: null, mayRetry: false } as const;
    return [name, { ...facts, block, state: { ...facts.state, phase: failed } }];
  });
}

/** Which engine a wanted one waits for; `null` when it is not wanted, or waits for none. */
export function waitsFor(
  name: string,
  facts: EngineFacts,
  all: AllFacts,
): { readonly engine: string; readonly why: 'group' | 'depends_on' } | null {
  const wanted = facts.wished || facts.waiting > 0;
  if (!wanted || facts.block !== null || !DOWN.has(facts.state.phase.is)) return null;
  const needed = missingNeed(leaning(all), name);
  if (needed !== null) return { engine: needed, why: 'depends_on' };
  const rival = rivalsOf(name, facts, all)[0];
  return rival === undefined ? null : { engine: rival[0], why: 'group' };
}

/** Members of the same group that are not down. */
export function rivalsOf(name: string, { config }: EngineFacts, all: AllFacts): AllFacts {
  return config.group === null
    ? []
    : all.filter(
        ([other, facts]) =>
          other !== name &&
          facts.config.group === config.group &&
          (facts.state.run !== null || !DOWN.has(facts.state.phase.is)),
      );
}

/** The member that keeps the group whoever waits: somebody else's, a pinned one, or what could not be ended. */
export function groupHolder(name: string, all: AllFacts): string | null {
  const group = all.find(([one]) => one === name)?.[1].config.group ?? null;
  if (group === null) return null;
  const stays = ([other, { config, state, pinned }]: AllFacts[number]) => {
    if (other === name || config.group !== group) return false;
    if (state.owner === 'external') return state.phase.is !== 'stopped';
    if (pinned && STAYING.has(state.phase.is)) return true;
    return state.run !== null && isOver(state);
  };
  return all.find(stays)?.[0] ?? null;
}

/** Why an engine is not as wanted, wherever its phase keeps it. */
export function causeOf(facts: EngineFacts): Cause | null {
  const p = facts.state.phase;
  return 'cause' in p ? p.cause : null;
}

const DOWN: ReadonlySet<EnginePhase> = new Set(['stopped', 'failed', 'backoff']);
const STAYING: ReadonlySet<EnginePhase> = new Set(['starting', 'loading', 'ready', 'unhealthy', 'backoff']);
