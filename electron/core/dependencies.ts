/** What `depends_on` means while engines come and go: what keeps one from starting, and who leans on whom. */
import type { Cause, EnginePhase, Owner } from '../../shared/model.ts';
import { startOrder } from './start-order.ts';

/** As much of an engine as its dependants have to know. */
export interface Leaned {
  readonly depends_on: readonly string[];
  readonly phase: EnginePhase;
  readonly owner: Owner | null;
  readonly held: boolean;
  /** It failed, but is about to be, or may be, tried again. */
  readonly mayRetry: boolean;
  /** Why it failed; `null` when it did not. */
  readonly cause: Cause | null;
}

export type Leaning = Readonly<Record<string, Leaned>>;

/** Something that an engine needs and that no request can bring up. */
export interface Block {
  readonly engine: string;
  /** What the gateway answers with. */
  readonly code: 'engine_failed' | 'engine_held' | 'engine_stopped';
  readonly message: string;
}

/** What keeps an engine that is down from being started by a request, the deepest need first; `null` when nothing does. */
export function blockOf(engines: Leaning, name: string): Block | null {
  for (const needed of needsOf(engines, name)) {
    const at = engines[needed];
    if (at === undefined) continue;
    const block = (code: Block['code'], what: string): Block => ({
      engine: needed,
      code,
      message: `${name} needs ${needed}, ${what}`,
    });
    if (at.phase === 'failed' && !at.mayRetry)
      return block('engine_failed', at.cause === null ? 'which failed.' : `which failed: ${at.cause.message}`);
    if (at.held) return block('engine_held', 'which was stopped by you.');
    if (at.phase === 'stopped' && at.owner === 'external')
      return block('engine_stopped', 'and nothing answers there.');
  }
  return null;
}

/** The same as the cause of an engine that could not be started for it. */
export function blockCause({ engine, code, message }: Block): Cause {
  if (code !== 'engine_failed') return { code: 'dependency_failed', message, hint: `Start ${engine}.` };
  return {
    code: 'dependency_failed',
    message,
    hint: `Mend ${engine}, or start it again: \`stackyard up ${engine}\`.`,
  };
}

/** All that an engine needs, directly or not, each after what it needs itself. */
export function needsOf(engines: Leaning, name: string): readonly string[] {
  return startOrder(engines, [name]).filter((other) => other !== name);
}

/** All that need an engine, directly or not, in the order of the config. */
export function dependantsOf(engines: Leaning, name: string): readonly string[] {
  return Object.keys(engines).filter((other) => other !== name && needsOf(engines, other).includes(name));
}

/** Whether an engine is in use by another one, or that one is `wanted`: it must not be stopped for being idle. */
export function isNeeded(engines: Leaning, name: string, wanted: (name: string) => boolean): boolean {
  return dependantsOf(engines, name).some((other) => isUp(engines[other]) || wanted(other));
}

/** Those of the given engines that can be stopped together: nothing that stays up needs them. */
export function notNeededBeside(engines: Leaning, names: readonly string[]): readonly string[] {
  const going = names.filter((name) =>
    dependantsOf(engines, name).every((other) => names.includes(other) || !isUp(engines[other])),
  );
  return going.length === names.length ? going : notNeededBeside(engines, going);
}

/** Whether an engine that is to stop has to wait, because one that needs it is still on its way down. */
export function isLeanedOn(engines: Leaning, name: string): boolean {
  return dependantsOf(engines, name).some((other) => {
    const phase = engines[other]?.phase;
    return phase === 'draining' || phase === 'stopping';
  });
}

/** The first direct need of an engine that is not ready; `null` when all are. */
export function missingNeed(engines: Leaning, name: string): string | null {
  return engines[name]?.depends_on.find((needed) => engines[needed] && engines[needed].phase !== 'ready') ?? null;
}

const isUp = (engine: Leaned | undefined) => engine !== undefined && !['stopped', 'failed'].includes(engine.phase);
