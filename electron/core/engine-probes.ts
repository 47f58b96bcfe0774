/** What probes and other signs of life mean for one of our own engines. (Somebody else's: `engine-external.ts`.) */
import {
  type Draft,
  type Effects,
  type EventOf,
  LOOKOUT,
  PACE,
  readyBy,
  SILENCE,
  UNANSWERED,
} from './engine-draft.ts';

/** An answer to a probe of our own run. */
export function managedProbed(s: Draft, event: EventOf<'probed'>, effects: Effects): void {
  const { at } = event;
  if (event.state !== 'silent') s.heardAt = at;
  const p = s.phase;
  if (p.is === 'starting' || p.is === 'loading') {
    if (event.state === 'ready') becomeReady(s, effects);
    else if (event.state === 'loading') showLoading(s, event.progress, at);
    return paceUp(s, at);
  }
  if (p.is !== 'ready' && p.is !== 'unhealthy') return;
  if (event.state === 'ready') {
    s.probe = { ...s.probe, failures: 0, forgive: false };
    becomeReady(s, effects);
  } else if (event.state === 'loading') showLoading(s, event.progress, at);
  else countFailure(s, event, at);
  scheduleLive(s, at);
}

/** It takes requests; whoever was told of trouble is told of its end. */
export function becomeReady(s: Draft, effects: Effects): void {
  s.phase = { is: 'ready' };
  s.stumbles = 0;
  if (!s.troubled) return;
  s.troubled = false;
  effects.push({ type: 'notice', notice: 'recovered', cause: null });
}

/**
 * When a usable engine is asked again. With health checks off never, but for a server that was adopted: that it is gone must
 * be noticed, or ours could never take its place.
 */
export function scheduleLive(s: Draft, at: number): void {
  const adopted = s.owner === 'external' && s.settings.mode === 'auto';
  const every = s.phase.is === 'loading' ? PACE.most : (s.settings.health?.every ?? (adopted ? LOOKOUT : null));
  s.probe = { ...s.probe, at: every === null ? null : at + every };
}

/** While nothing of ours runs, an `auto` or `external` engine's address is looked at now and then. */
export function lookOut(s: Draft, at: number): void {
  const next = s.settings.mode === 'managed' ? null : at + (s.settings.health?.every ?? LOOKOUT);
  s.probe = { ...s.probe, pending: false, failures: 0, at: next };
}

/** Progress or output moves the deadline of an engine that is coming up. */
export function extend(s: Draft, at: number): void {
  const p = s.phase;
  if ((p.is === 'loading' || (p.is === 'starting' && p.step === 'spawned')) && p.deadline !== null)
    s.phase = { ...p, deadline: readyBy(s, at) };
}

function showLoading(s: Draft, progress: number | null, at: number): void {
  const p = s.phase;
  const moved = p.is !== 'loading' || p.progress !== progress;
  const old = p.is === 'loading' || p.is === 'starting' ? p.deadline : null;
  s.phase = { is: 'loading', progress, deadline: moved || old === null ? readyBy(s, at) : old };
}

function countFailure(s: Draft, event: EventOf<'probed'>, at: number): void {
  if (s.probe.forgive) {
    s.probe = { ...s.probe, forgive: false };
    return;
  }
  s.probe = { ...s.probe, failures: s.probe.failures + 1 };
  const enough = s.settings.health !== null && s.probe.failures >= s.settings.health.failures;
  // An engine that answers "I am broken" need not be silent as well.
  const quiet = event.state === 'bad' || s.heardAt === null || at - s.heardAt >= SILENCE;
  if (s.phase.is === 'ready' && enough && quiet)
    s.phase = { is: 'unhealthy', since: at, cause: event.cause ?? UNANSWERED };
}

/** While it comes up: 100 ms to 1 s apart. */
function paceUp(s: Draft, at: number): void {
  if (s.phase.is === 'ready') return scheduleLive(s, at);
  const pace = Math.min(PACE.most, s.probe.pace * PACE.grows);
  s.probe = { ...s.probe, pace, at: at + pace };
}
