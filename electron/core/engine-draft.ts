/**
 * What the parts of the engine machine share: the state while an event is being worked into it, the machine's fixed
 * times, and its two words for "nobody answers".
 */
import type { Cause } from '../../shared/model.ts';
import type { EngineEffect, EngineEvent, EngineState } from './engine-state.ts';

/** A copy of the state that one event may write to; the machine's parts never keep it. */
export type Draft = { -readonly [K in keyof EngineState]: EngineState[K] };

export type Effects = EngineEffect[];
export type EventOf<T extends EngineEvent['type']> = EngineEvent & { readonly type: T };

/** `unhealthy` needs this long without a byte (design §3). */
export const SILENCE = 30_000;
/** An unhealthy engine with requests in flight is restarted after this long. */
export const PATIENCE = 120_000;
/** A vanished external engine is given this long to come back. */
export const GRACE = 5_000;
/** How long survivors of a run are chased before they are named. */
export const CHASE = 10_000;
export const VERIFY_EVERY = 250;
/** What is this late did not take so long: the computer slept, or the host was stopped. */
export const SLEPT = 10_000;
/** Distance between probes while an engine comes up. */
export const PACE = { first: 100, most: 1_000, grows: 1.5 } as const;
/** How often a server that is down, one that others might start, or a named survivor is looked for. */
export const LOOKOUT = 10_000;

export const UNANSWERED: Cause = {
  code: 'probe_failed',
  message: 'The engine does not answer its health probe.',
  hint: 'Look into its log.',
};

export const UNREACHABLE: Cause = {
  code: 'unreachable',
  message: 'Nothing answers at the engine’s address.',
  hint: 'Start it where it is run, or check its url.',
};

/** Somebody else runs it: it is only ever probed. */
export const isExternal = (s: Draft): boolean => s.owner === 'external';

/** The last moment at which an engine that makes no progress may become ready. */
export const readyBy = (s: Draft, at: number): number | null =>
  s.settings.readyTimeout === null ? null : at + s.settings.readyTimeout;
