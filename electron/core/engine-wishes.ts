/** What people, requests and the config want of an engine. */
import { type Draft, type Effects, type EventOf, isExternal } from './engine-draft.ts';
import { beginStop, clear } from './engine-ends.ts';
import { disown } from './engine-external.ts';
import { lookOut, scheduleLive } from './engine-probes.ts';
import type { StopReason } from './engine-state.ts';

export function wantUp(s: Draft, by: 'user' | 'app' | 'demand', at: number, effects: Effects): void {
  if (by === 'demand' && (s.held || isGivenUp(s, at))) return;
  s.wanted = 'up';
  if (by === 'demand' && s.phase.is === 'failed') clear(s, at, effects);
  if (by !== 'demand') {
    release(s);
    forgive(s);
    if (s.phase.is === 'failed' || s.phase.is === 'backoff') clear(s, at, effects);
    // What it is being stopped for is forgiven: it starts as soon as it is gone.
    if (s.phase.is === 'stopping') s.phase = { ...s.phase, cause: null };
  }
  if (s.phase.is === 'draining' && !s.phase.restart) {
    s.phase = { is: 'ready' };
    scheduleLive(s, at);
  }
  if (isExternal(s) && s.phase.is === 'stopped') {
    // A person waits for how it is now, not for what the last look found.
    if (by !== 'demand') s.phase = { is: 'stopped', cause: null };
    if (!s.probe.pending) s.probe = { ...s.probe, at };
  }
}

/** Failed, and too short a time ago for a request to try again. */
function isGivenUp({ phase: p }: Draft, at: number): boolean {
  return p.is === 'failed' && !p.mayRetry && (p.retryAt === null || at < p.retryAt);
}

/** An external engine is untouched; an `auto` one is only not started by us once its server is gone. */
export function wantDown(s: Draft, by: StopReason, hold: boolean, at: number, effects: Effects): void {
  if (isExternal(s) && s.settings.mode === 'external') return;
  // That it gave up is not forgotten because others want room.
  if (s.phase.is === 'failed' && (by === 'demand' || by === 'idle' || by === 'memory')) return;
  s.wanted = 'down';
  if (isExternal(s)) {
    if (hold) s.heldLater = true;
    return;
  }
  if (hold) s.held = true;
  goDown(s, by, at, effects);
}

/** A person's word, or new settings: what went wrong before no longer counts. */
function forgive(s: Draft): void {
  s.exits = [];
  s.stumbles = 0;
}

/** Ends a hold; nothing is started by it. */
export function release(s: Draft): void {
  s.held = false;
  s.heldLater = false;
}

function goDown(s: Draft, by: StopReason, at: number, effects: Effects): void {
  switch (s.phase.is) {
    case 'failed':
    case 'backoff':
      return clear(s, at, effects);
    case 'starting':
    case 'loading':
      return beginStop(s, at, null, effects);
    case 'ready':
    case 'unhealthy':
    case 'draining':
      return drain(s, by, false, at);
    default:
      return;
  }
}

export function restart(s: Draft, by: 'user' | 'config' | 'memory', at: number, effects: Effects): void {
  if (isExternal(s) || (by === 'memory' && s.phase.is !== 'ready')) return;
  if (by === 'user') {
    s.wanted = 'up';
    release(s);
    forgive(s);
  }
  switch (s.phase.is) {
    case 'ready':
    case 'unhealthy':
    case 'draining':
      return drain(s, by, true, at);
    case 'starting':
    case 'loading':
      return beginStop(s, at, null, effects);
    case 'failed':
    case 'backoff':
      // New settings may have cured it; a person's word always counts.
      forgive(s);
      return clear(s, at, effects);
    case 'stopping':
      s.phase = { ...s.phase, cause: null };
      return;
    default:
      return;
  }
}

/** Another config for the same engine; `restart` when the process can't keep running under it. */
export function changeSettings(s: Draft, event: EventOf<'settings'>, effects: Effects): void {
  const { at } = event;
  const before = s.settings.mode;
  s.settings = event.settings;
  if (before !== s.settings.mode) changeMode(s, at, effects);
  if (event.restart && s.settings.mode !== 'external') restart(s, 'config', at, effects);
  const live = s.phase.is === 'ready' || (s.phase.is === 'unhealthy' && !isExternal(s));
  if (live && !s.probe.pending) scheduleLive(s, at);
}

function changeMode(s: Draft, at: number, effects: Effects): void {
  // What was asked under the old mode no longer says what to do.
  s.asks += 1;
  const { mode } = s.settings;
  if (isExternal(s)) {
    if (mode === 'external' || (mode === 'auto' && s.phase.is !== 'stopped')) return;
    disown(s);
    if (mode === 'managed') s.owner = s.settings.runner;
    s.phase = { is: 'stopped', cause: null };
    return lookOut(s, at);
  }
  if (s.phase.is === 'stopped' || (s.phase.is === 'starting' && s.run === null)) {
    s.phase = { is: 'stopped', cause: s.phase.is === 'stopped' ? s.phase.cause : null };
    return lookOut(s, at);
  }
  // Ours has to make room; `settle` hands it over once it is gone.
  if (mode === 'external') goDown(s, 'config', at, effects);
}

/** Takes nothing new. A later wish may only bring the deadline nearer, and never calls off that the process must go. */
function drain(s: Draft, by: StopReason, restart: boolean, at: number): void {
  const mine = by === 'user' || by === 'quit' ? at + s.settings.stopTimeout : null;
  const p = s.phase;
  if (p.is !== 'draining') {
    s.phase = { is: 'draining', deadline: mine, restart };
    return;
  }
  const both = [p.deadline, mine].filter((t): t is number => t !== null);
  s.phase = { is: 'draining', deadline: both.length === 0 ? null : Math.min(...both), restart: p.restart || restart };
}
