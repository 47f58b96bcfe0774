/**
 * An engine that somebody else runs: it is probed and nothing else, ever.
 *
 * | phase     | ready | loading | answers badly            | silent                     |
 * |-----------|-------|---------|--------------------------|----------------------------|
 * | stopped   | ready | loading | unhealthy after failures | –                          |
 * | loading   | ready | loading | unhealthy after failures | unhealthy, 5 s of grace    |
 * | ready     | ready | loading | unhealthy after failures | unhealthy, 5 s of grace    |
 * | unhealthy | ready | loading | –                        | stopped when grace is over |
 */
import type { Cause } from '../../shared/model.ts';
import {
  type Draft,
  type Effects,
  type EventOf,
  GRACE,
  isExternal,
  LOOKOUT,
  PACE,
  UNANSWERED,
  UNREACHABLE,
} from './engine-draft.ts';
import { becomeReady, lookOut, scheduleLive } from './engine-probes.ts';

/** An answer to a probe of an external engine. */
export function externalProbed(s: Draft, event: EventOf<'probed'>, effects: Effects): void {
  const { at } = event;
  if (event.state === 'ready') {
    s.probe = { ...s.probe, failures: 0, forgive: false };
    becomeReady(s, effects);
    return scheduleLive(s, at);
  }
  if (event.state === 'loading') {
    s.phase = { is: 'loading', progress: event.progress, deadline: null };
    s.probe = { ...s.probe, failures: 0, forgive: false };
    return scheduleLive(s, at);
  }
  if (s.probe.forgive) {
    s.probe = { ...s.probe, forgive: false };
    return soon(s, at);
  }
  if (event.state === 'bad') answersBadly(s, event.cause ?? UNANSWERED, at);
  else silent(s, { ...(event.cause ?? UNREACHABLE), code: 'unreachable' }, at);
}

/** Found at the address of an `auto` engine: from now on it is theirs. */
export function adopt(s: Draft, effects: Effects): void {
  s.owner = 'external';
  s.heldLater = s.held;
  s.held = false;
  s.phase = { is: 'loading', progress: null, deadline: null };
  s.probe = { pending: true, at: null, pace: PACE.first, failures: 0, forgive: false };
  effects.push({ type: 'probe', run: null, probe: 'ready' });
}

/** The config says that somebody else runs it: look at once what they have. */
export function becomeExternal(s: Draft, at: number): void {
  s.owner = 'external';
  s.phase = { is: 'stopped', cause: null };
  s.held = false;
  s.heldLater = false;
  s.exits = [];
  s.stumbles = 0;
  s.probe = { pending: false, at, pace: PACE.first, failures: 0, forgive: false };
}

function answersBadly(s: Draft, cause: Cause, at: number): void {
  const failures = s.probe.failures + 1;
  s.probe = { ...s.probe, failures };
  if (s.phase.is !== 'unhealthy' && failures < (s.settings.health?.failures ?? 1)) return soon(s, at);
  const since = s.phase.is === 'unhealthy' ? s.phase.since : at;
  s.phase = { is: 'unhealthy', since, cause };
  s.probe = { ...s.probe, at: at + (s.settings.health?.every ?? LOOKOUT) };
}

function silent(s: Draft, cause: Cause, at: number): void {
  const p = s.phase;
  if (p.is !== 'stopped') {
    // The grace counts from the first silence, not from an earlier bad answer.
    if (p.is !== 'unhealthy' || p.cause.code !== 'unreachable') s.phase = { is: 'unhealthy', since: at, cause };
    else if (at - p.since >= GRACE) return vanished(s, cause, at);
    return soon(s, at);
  }
  vanished(s, cause, at);
}

/** Gone. An `auto` engine may be started by us from here on; `settle` does so when it is wanted. */
function vanished(s: Draft, cause: Cause, at: number): void {
  s.phase = { is: 'stopped', cause };
  if (s.settings.mode === 'auto') disown(s);
  lookOut(s, at);
}

/** It was ended so that we can run it: it is nobody's at once. Only for an engine that we may run. */
export function vacated(s: Draft, at: number): void {
  if (!isExternal(s) || s.settings.mode !== 'auto') return;
  s.phase = { is: 'stopped', cause: null };
  s.probe = { ...s.probe, pending: false, failures: 0, forgive: false };
  disown(s);
  lookOut(s, at);
}

/** Nobody's any more; a hold that was waiting for this applies again. */
export function disown(s: Draft): void {
  s.owner = null;
  s.held = s.heldLater;
  s.heldLater = false;
}

const soon = (s: Draft, at: number) => {
  s.probe = { ...s.probe, at: at + PACE.most };
};
