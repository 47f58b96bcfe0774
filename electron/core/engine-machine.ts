/**
 * One engine's life as `(state, event) → {state, effects}`.
 *
 * | phase     | wish up               | wish down            | exit            | probe bad            |
 * |-----------|-----------------------|----------------------|-----------------|----------------------|
 * | stopped   | identify, then spawn² | –                    | –               | –                    |
 * | starting  | –                     | signal               | backoff/failed  | wait, or time out    |
 * | loading   | –                     | signal               | backoff/failed  | wait, or time out    |
 * | ready     | –                     | drain                | backoff/failed  | count, → unhealthy   |
 * | unhealthy | –                     | drain                | backoff/failed  | restart when unused  |
 * | draining  | back to ready¹        | tighten the deadline | stopped/restart | –                    |
 * | stopping  | start when gone       | –                    | verify          | –                    |
 * | backoff   | user: start now       | stopped²             | –               | –                    |
 * | failed    | user: start now³      | stopped²             | –               | –                    |
 *
 * ¹ unless it drains for a restart. ² once nothing of the last run is left: `stopping` until then. ³ a request only when it is
 * an on-demand engine that gave up a while ago; a wish down counts only from a person, the config or at quit.
 * An external engine only ever gets `identify` and `probe` (`engine-external.ts`).
 */
import type { Cause } from '../../shared/model.ts';
import {
  type Draft,
  type Effects,
  type EventOf,
  isExternal,
  LOOKOUT,
  PACE,
  PATIENCE,
  readyBy,
} from './engine-draft.ts';
import { beginStop, clear, ended, exited, verified } from './engine-ends.ts';
import { adopt, becomeExternal, externalProbed, vacated } from './engine-external.ts';
import { becomeReady, extend, lookOut, managedProbed } from './engine-probes.ts';
import type { EngineEffect, EngineEvent, EngineState } from './engine-state.ts';
import { changeSettings, release, restart, wantDown, wantUp } from './engine-wishes.ts';

/** What follows from an event. Never throws; a stale event changes nothing. */
export function step(
  before: EngineState,
  event: EngineEvent,
): { readonly state: EngineState; readonly effects: readonly EngineEffect[] } {
  if (isStale(before, event)) return { state: before, effects: [] };
  const s: Draft = { ...before };
  const effects: EngineEffect[] = [];
  apply(s, event, effects);
  settle(s, event.at, effects);
  if (s.phase.is !== before.phase.is) s.since = event.at;
  return { state: s, effects };
}

/** When the machine next wants a `tick`; `null` = not before something happens. */
export function nextWake(s: EngineState): number | null {
  const times: (number | null)[] = [s.probe.pending ? null : s.probe.at, s.run?.verifyAt ?? null];
  const p = s.phase;
  if (p.is === 'starting' || p.is === 'loading' || p.is === 'draining') times.push(p.deadline);
  if (p.is === 'stopping' && !p.killed) times.push(p.killAt);
  if (p.is === 'backoff' && s.run === null) times.push(p.until);
  if (p.is === 'unhealthy' && restartsWhenUnhealthy(s)) times.push(p.since + PATIENCE);
  if (p.is === 'failed') times.push(p.retryAt);
  const set = times.filter((t): t is number => t !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** Unwanted ends within the present window, for `status`. */
export function restartsInWindow(s: EngineState, at: number): number {
  const window = s.settings.restart?.window ?? 0;
  const ends = s.exits.filter((t) => at - t <= window).length;
  // The end after which it gave up was not followed by a restart.
  return s.phase.is === 'failed' ? Math.max(0, ends - 1) : ends;
}

/** Nothing of the last run is left, or what is left was named and is only watched: waiting for more would be in vain. */
export function isOver(s: EngineState): boolean {
  return s.run === null || (s.run.exited && s.run.giveUpAt === null);
}

function isStale(s: EngineState, event: EngineEvent): boolean {
  if ('run' in event) return event.run !== (s.run?.id ?? null);
  if (event.type === 'identified') return event.ask !== s.asks;
  return false;
}

function apply(s: Draft, event: EngineEvent, effects: Effects): void {
  const { at } = event;
  switch (event.type) {
    case 'begin':
      if (s.settings.mode !== 'managed') s.probe = { ...s.probe, at };
      return;
    case 'want-up':
      return wantUp(s, event.by, at, effects);
    case 'want-down':
      return wantDown(s, event.by, event.hold, at, effects);
    case 'restart':
      return restart(s, event.by, at, effects);
    case 'release':
      return release(s);
    case 'force':
    case 'drained':
      if (s.phase.is === 'draining') beginStop(s, at, null, effects);
      return;
    case 'settings':
      return changeSettings(s, event, effects);
    case 'identified':
      return identified(s, event, effects);
    case 'spawned':
      return;
    case 'spawn-failed':
      return spawnFailed(s, event.cause, at, effects);
    case 'probed':
      return probed(s, event, effects);
    case 'output':
      s.heardAt = at;
      return extend(s, at);
    case 'heard':
      s.heardAt = at;
      s.probe = { ...s.probe, failures: 0 };
      if (s.phase.is === 'unhealthy') becomeReady(s, effects);
      return;
    case 'flight':
      s.inFlight = event.inFlight;
      return;
    case 'exited':
      return exited(s, event.cause, at, effects);
    case 'verified':
      return verified(s, event.survivors, at, effects);
    case 'woke':
      s.probe = { ...s.probe, failures: 0, forgive: true, at: s.probe.at === null ? null : at };
      s.heardAt = at;
      // Its patience did not run meanwhile.
      if (s.phase.is === 'unhealthy') s.phase = { ...s.phase, since: at };
      return extend(s, at);
    case 'vacated':
      return vacated(s, at);
    case 'tick':
      return tick(s, at, effects);
  }
}

/** What must follow from the state itself, however it came about. */
function settle(s: Draft, at: number, effects: Effects): void {
  if (s.settings.mode === 'external' && !isExternal(s) && s.run === null) becomeExternal(s, at);
  if (s.wanted === 'up' && !isExternal(s) && s.settings.mode !== 'external') comeUp(s, at, effects);
  if (s.phase.is === 'starting' && s.phase.step === 'identify' && !s.phase.asked && s.run === null) {
    s.phase = { ...s.phase, asked: true };
    ask(s, effects);
  }
  if (s.phase.is === 'unhealthy' && restartsWhenUnhealthy(s)) {
    if (s.inFlight === 0 || at - s.phase.since >= PATIENCE) beginStop(s, at, s.phase.cause, effects);
  }
}

function comeUp(s: Draft, at: number, effects: Effects): void {
  if (s.phase.is === 'stopped' && s.run !== null) return clear(s, at, effects);
  if (s.run !== null) return;
  if (s.phase.is === 'stopped' || (s.phase.is === 'backoff' && at >= s.phase.until))
    s.phase = { is: 'starting', step: 'identify', asked: false, again: false, deadline: null };
}

/** With restarts switched off, ending it would only take away the chance that it recovers. */
const restartsWhenUnhealthy = (s: EngineState) => s.owner !== 'external' && s.settings.restart !== null;

function ask(s: Draft, effects: Effects): void {
  s.asks += 1;
  s.probe = { ...s.probe, at: null, pending: false };
  effects.push({ type: 'identify', ask: s.asks });
}

function identified(s: Draft, event: EventOf<'identified'>, effects: Effects): void {
  const { at } = event;
  const p = s.phase;
  const starting = p.is === 'starting' && p.step === 'identify' && p.asked;
  // A second answer to the same question, or one that nothing waits for.
  if (isExternal(s) || s.run !== null || !(starting || p.is === 'stopped')) return;
  if (event.result === 'match' && s.settings.mode === 'auto') return adopt(s, effects);
  if (starting && event.result === 'free') return spawn(s, p.again, at, effects);
  if (starting) return ended(s, event.result === 'foreign' ? event.cause : SAME_KIND, at, effects);
  // Only looking out for somebody else's server.
  if (s.owner === null) s.owner = s.settings.runner;
  lookOut(s, at);
}

const SAME_KIND: Cause = {
  code: 'port_busy',
  message: 'A server that Stackyard does not run already answers on the engine’s port.',
  hint: 'Use `mode: auto` to adopt it, stop it, or give the engine another port.',
};

function spawn(s: Draft, again: boolean, at: number, effects: Effects): void {
  s.owner = s.settings.runner;
  s.runs += 1;
  s.run = { id: `${s.settings.name}.${s.runs}`, exited: false, giveUpAt: null, verifyAt: null };
  s.phase = { is: 'starting', step: 'spawned', asked: false, again, deadline: readyBy(s, at) };
  s.heardAt = null;
  s.probe = { pending: false, at: at + PACE.first, pace: PACE.first, failures: 0, forgive: false };
  effects.push({ type: 'spawn', run: s.run.id });
}

/** No process came of it, so there is nothing to verify. */
function spawnFailed(s: Draft, cause: Cause, at: number, effects: Effects): void {
  const wasStopping = s.phase.is === 'stopping' && s.phase.cause === null;
  s.run = null;
  ended(s, wasStopping ? null : cause, at, effects);
}

function probed(s: Draft, event: EventOf<'probed'>, effects: Effects): void {
  if (!s.probe.pending) return;
  s.probe = { ...s.probe, pending: false };
  if (isExternal(s)) externalProbed(s, event, effects);
  else managedProbed(s, event, effects);
}

function tick(s: Draft, at: number, effects: Effects): void {
  if (s.run?.verifyAt != null && at >= s.run.verifyAt) {
    s.run = { ...s.run, verifyAt: null };
    effects.push({ type: 'verify', run: s.run.id });
  }
  const p = s.phase;
  if ((p.is === 'starting' || p.is === 'loading') && p.deadline !== null && at >= p.deadline)
    return beginStop(s, at, notReady(s), effects);
  if (p.is === 'failed' && p.retryAt !== null && at >= p.retryAt) s.phase = { ...p, retryAt: null, mayRetry: true };
  if (p.is === 'draining' && p.deadline !== null && at >= p.deadline) return beginStop(s, at, null, effects);
  if (p.is === 'stopping' && !p.killed && at >= p.killAt && s.run !== null) {
    s.phase = { ...p, killed: true };
    effects.push({ type: 'signal', run: s.run.id, how: 'kill' });
  }
  if (s.probe.at !== null && !s.probe.pending && at >= s.probe.at) probeNow(s, at, effects);
}

function notReady(s: Draft): Cause {
  const seconds = Math.round((s.settings.readyTimeout ?? 0) / 1000);
  return {
    code: 'ready_timeout',
    message: `The engine did not become ready within ${seconds} s without progress.`,
    hint: 'Raise ready_timeout, or look into its log.',
  };
}

function probeNow(s: Draft, at: number, effects: Effects): void {
  const p = s.phase;
  s.probe = { ...s.probe, at: null };
  if (!isExternal(s) && s.run === null) {
    // Nothing of ours runs: look whether somebody else started it.
    if (s.settings.mode === 'auto' && p.is === 'stopped') ask(s, effects);
    return;
  }
  const probing =
    isExternal(s) || p.is === 'starting' || p.is === 'loading' || p.is === 'ready' || p.is === 'unhealthy';
  if (!probing) return;
  const every = s.settings.health?.every ?? LOOKOUT;
  if (p.is === 'ready' && s.heardAt !== null && at - s.heardAt < every) {
    // Bytes are the heartbeat: probe only after `every` of silence.
    s.probe = { ...s.probe, at: s.heardAt + every };
    return;
  }
  s.probe = { ...s.probe, pending: true };
  const usable = p.is === 'ready' || p.is === 'unhealthy';
  effects.push({ type: 'probe', run: s.run?.id ?? null, probe: usable ? 'live' : 'ready' });
}
