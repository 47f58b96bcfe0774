/**
 * One engine's life as `(state, event) → {state, effects}`.
 *
 * | phase     | wish up               | wish down            | exit            | probe bad            |
 * |-----------|-----------------------|----------------------|-----------------|----------------------|
 * | stopped   | identify, then spawn  | –                    | –               | –                    |
 * | starting  | –                     | signal               | backoff/failed  | wait, or time out    |
 * | loading   | –                     | signal               | backoff/failed  | wait, or time out    |
 * | ready     | –                     | drain                | backoff/failed  | count, → unhealthy   |
 * | unhealthy | –                     | drain                | backoff/failed  | restart when unused  |
 * | draining  | back to ready¹        | tighten the deadline | stopped/restart | –                    |
 * | stopping  | start when gone       | –                    | verify          | –                    |
 * | backoff   | user: start now       | stopped              | –               | –                    |
 * | failed    | user: start now       | stopped              | –               | –                    |
 *
 * ¹ unless it drains for a restart. An external engine only ever gets `identify` and `probe`.
 */
import type { Cause } from '../../shared/model.ts';
import type { EngineEffect, EngineEvent, EngineState, PhaseState, StopReason } from './engine-state.ts';

/** Trying again would end the same way, so a person has to act first. */
const FINAL: ReadonlySet<string> = new Set([
  'command_not_found',
  'permission_denied',
  'model_file_missing',
  'model_file_broken',
  'unknown_argument',
  'out_of_memory',
  'secret_unavailable',
  'engine_unsupported',
  'ready_timeout',
  'foreign_server',
]);

/** `unhealthy` needs this long without a byte (design §3). */
const SILENCE = 30_000;
/** An unhealthy engine with requests in flight is restarted after this long. */
const PATIENCE = 120_000;
/** A vanished external engine is given this long to come back. */
const GRACE = 5_000;
/** How long survivors of a run are chased before they are named. */
const CHASE = 10_000;
const VERIFY_EVERY = 250;
const PACE = { first: 100, most: 1_000 };
/** How often a server that is down, or might be started by somebody else, is looked for. */
const LOOKOUT = 10_000;

type Draft = { -readonly [K in keyof EngineState]: EngineState[K] };

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
  if (p.is === 'unhealthy' && s.owner !== 'external') times.push(p.since + PATIENCE);
  const set = times.filter((t): t is number => t !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** Unwanted ends within the present window, for `status`. */
export function restartsInWindow(s: EngineState, at: number): number {
  const window = s.settings.restart?.window ?? 0;
  return s.exits.filter((t) => at - t <= window).length;
}

function isStale(s: EngineState, event: EngineEvent): boolean {
  if ('run' in event) return event.run !== (s.run?.id ?? null);
  if (event.type === 'identified') return event.ask !== s.asks;
  return false;
}

const isExternal = (s: Draft) => s.owner === 'external';

function apply(s: Draft, event: EngineEvent, effects: EngineEffect[]): void {
  const { at } = event;
  switch (event.type) {
    case 'begin':
      if (s.settings.mode !== 'managed') s.probe = { ...s.probe, at };
      return;
    case 'want-up':
      return wantUp(s, event.by, at);
    case 'want-down':
      return wantDown(s, event.by, event.hold, at, effects);
    case 'restart':
      return restart(s, event.by, at, effects);
    case 'release':
      s.held = false;
      return;
    case 'force':
      if (s.phase.is === 'draining') beginStop(s, at, null, effects);
      return;
    case 'settings':
      s.settings = event.settings;
      if (event.restart) restart(s, 'config', at, effects);
      return;
    case 'identified':
      return identified(s, event, effects);
    case 'spawned':
      return;
    case 'spawn-failed':
      s.run = null;
      return ended(s, event.cause, at, effects);
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
    case 'drained':
      if (s.phase.is === 'draining') beginStop(s, at, null, effects);
      return;
    case 'exited':
      return exited(s, event.cause, at, effects);
    case 'verified':
      return verified(s, event.survivors, at, effects);
    case 'woke':
      s.probe = { ...s.probe, failures: 0, forgive: true, at: s.probe.at === null ? null : at };
      s.heardAt = at;
      return extend(s, at);
    case 'tick':
      return tick(s, at, effects);
  }
}

/** What must follow from the state itself, however it came about. */
function settle(s: Draft, at: number, effects: EngineEffect[]): void {
  const comesUp = s.wanted === 'up' && s.settings.mode !== 'external' && !isExternal(s) && s.run === null;
  if (comesUp && (s.phase.is === 'stopped' || (s.phase.is === 'backoff' && at >= s.phase.until)))
    s.phase = { is: 'starting', step: 'identify', asked: false, again: false, deadline: null };
  if (s.phase.is === 'starting' && s.phase.step === 'identify' && !s.phase.asked && s.run === null) {
    s.phase = { ...s.phase, asked: true };
    ask(s, effects);
  }
  if (s.phase.is === 'unhealthy' && !isExternal(s) && (s.inFlight === 0 || at - s.phase.since >= PATIENCE))
    beginStop(s, at, s.phase.cause, effects);
}

function ask(s: Draft, effects: EngineEffect[]): void {
  s.asks += 1;
  s.probe = { ...s.probe, at: null, pending: false };
  effects.push({ type: 'identify', ask: s.asks });
}

function wantUp(s: Draft, by: 'user' | 'app' | 'demand', at: number): void {
  if (by === 'demand' && (s.held || s.phase.is === 'failed')) return;
  s.wanted = 'up';
  if (by !== 'demand') {
    s.held = false;
    s.exits = [];
    if (s.phase.is === 'failed' || s.phase.is === 'backoff') s.phase = { is: 'stopped', cause: null };
  }
  if (s.phase.is === 'draining' && !s.phase.restart) {
    s.phase = { is: 'ready' };
    scheduleLive(s, at);
  }
  if (s.settings.mode === 'external' && s.phase.is === 'stopped' && !s.probe.pending) s.probe = { ...s.probe, at };
}

function wantDown(s: Draft, by: StopReason, hold: boolean, at: number, effects: EngineEffect[]): void {
  if (isExternal(s) || s.settings.mode === 'external') return;
  s.wanted = 'down';
  if (hold) s.held = true;
  const p = s.phase;
  switch (p.is) {
    case 'failed':
    case 'backoff':
      s.phase = { is: 'stopped', cause: null };
      return;
    case 'starting':
    case 'loading':
      if (s.run === null) s.phase = { is: 'stopped', cause: null };
      else beginStop(s, at, null, effects);
      return;
    case 'ready':
    case 'unhealthy':
      drain(s, by, false, at);
      return;
    case 'draining': {
      const mine = drainDeadline(s, by, at);
      const deadline = p.deadline === null ? mine : mine === null ? p.deadline : Math.min(p.deadline, mine);
      s.phase = { is: 'draining', deadline, restart: false };
      return;
    }
    default:
      return;
  }
}

function restart(s: Draft, by: 'user' | 'config', at: number, effects: EngineEffect[]): void {
  if (isExternal(s) || s.settings.mode === 'external') return;
  if (by === 'user') {
    s.wanted = 'up';
    s.held = false;
    s.exits = [];
  }
  switch (s.phase.is) {
    case 'ready':
    case 'unhealthy':
      return drain(s, by, true, at);
    case 'draining':
      s.phase = { ...s.phase, restart: s.wanted === 'up' };
      return;
    case 'starting':
    case 'loading':
      if (s.run !== null) beginStop(s, at, null, effects);
      else s.phase = { is: 'stopped', cause: null };
      return;
    case 'failed':
    case 'backoff':
      // New settings may have cured it; a person's word always counts.
      s.exits = [];
      s.phase = { is: 'stopped', cause: null };
      return;
    default:
      return;
  }
}

const drainDeadline = (s: Draft, by: StopReason, at: number) =>
  by === 'user' || by === 'quit' ? at + s.settings.stopTimeout : null;

function drain(s: Draft, by: StopReason, restart: boolean, at: number): void {
  s.phase = { is: 'draining', deadline: drainDeadline(s, by, at), restart };
}

function beginStop(s: Draft, at: number, cause: Cause | null, effects: EngineEffect[]): void {
  if (s.run === null) return ended(s, cause, at, effects);
  s.phase = { is: 'stopping', killAt: at + s.settings.stopTimeout, killed: false, cause };
  s.probe = { ...s.probe, at: null, pending: false };
  if (!s.run.exited) effects.push({ type: 'signal', run: s.run.id, how: 'stop' });
}

function identified(s: Draft, event: EngineEvent & { type: 'identified' }, effects: EngineEffect[]): void {
  const { at } = event;
  if (event.result === 'match') {
    if (s.settings.mode !== 'auto') return;
    s.owner = 'external';
    s.held = false;
    s.phase = { is: 'loading', progress: null, deadline: null };
    s.probe = { pending: true, at: null, pace: PACE.first, failures: 0, forgive: false };
    effects.push({ type: 'probe', run: null, probe: 'ready' });
    return;
  }
  if (s.phase.is !== 'starting') {
    // Only looking out for somebody else's server.
    if (s.owner === null) s.owner = 'managed';
    lookOut(s, at);
    return;
  }
  if (event.result === 'foreign') return ended(s, event.cause, at, effects, true);
  s.owner = 'managed';
  s.runs += 1;
  s.run = { id: `${s.settings.name}.${s.runs}`, exited: false, giveUpAt: null, verifyAt: null };
  s.phase = { is: 'starting', step: 'spawned', asked: false, again: s.phase.again, deadline: readyBy(s, at) };
  s.heardAt = null;
  s.probe = { pending: false, at: at + PACE.first, pace: PACE.first, failures: 0, forgive: false };
  effects.push({ type: 'spawn', run: s.run.id });
}

const readyBy = (s: Draft, at: number) => (s.settings.readyTimeout === null ? null : at + s.settings.readyTimeout);

/** Progress or output moves the deadline of an engine that is coming up. */
function extend(s: Draft, at: number): void {
  const p = s.phase;
  if ((p.is === 'loading' || (p.is === 'starting' && p.step === 'spawned')) && p.deadline !== null)
    s.phase = { ...p, deadline: readyBy(s, at) };
}

function lookOut(s: Draft, at: number): void {
  s.probe = {
    ...s.probe,
    pending: false,
    failures: 0,
    at: s.settings.mode === 'managed' ? null : at + (s.settings.health?.every ?? LOOKOUT),
  };
}

function becomeReady(s: Draft, effects: EngineEffect[]): void {
  s.phase = { is: 'ready' };
  if (!s.troubled) return;
  s.troubled = false;
  effects.push({ type: 'notice', notice: 'recovered', cause: null });
}

function probed(s: Draft, event: EngineEvent & { type: 'probed' }, effects: EngineEffect[]): void {
  const { at } = event;
  if (!s.probe.pending) return;
  s.probe = { ...s.probe, pending: false };
  if (isExternal(s)) return externalProbed(s, event, effects);
  if (event.state !== 'silent') s.heardAt = at;
  const p = s.phase;
  if (p.is === 'starting' || p.is === 'loading') {
    if (event.state === 'ready') becomeReady(s, effects);
    else if (event.state === 'loading') showLoading(s, event.progress, at);
    paceUp(s, at);
    return;
  }
  if (p.is !== 'ready' && p.is !== 'unhealthy') return;
  if (event.state === 'ready') {
    s.probe = { ...s.probe, failures: 0, forgive: false };
    becomeReady(s, effects);
  } else if (event.state === 'loading') {
    showLoading(s, event.progress, at);
  } else countFailure(s, event, at);
  scheduleLive(s, at);
}

function showLoading(s: Draft, progress: number | null, at: number): void {
  const p = s.phase;
  const moved = p.is !== 'loading' || p.progress !== progress;
  const old = p.is === 'loading' || p.is === 'starting' ? p.deadline : null;
  s.phase = { is: 'loading', progress, deadline: moved || old === null ? readyBy(s, at) : old };
}

function countFailure(s: Draft, event: EngineEvent & { type: 'probed' }, at: number): void {
  if (s.probe.forgive) {
    s.probe = { ...s.probe, forgive: false };
    return;
  }
  s.probe = { ...s.probe, failures: s.probe.failures + 1 };
  const quiet = s.heardAt === null || event.state === 'bad' || at - s.heardAt >= SILENCE;
  if (
    s.phase.is === 'ready' &&
    s.probe.failures >= (s.settings.health?.failures ?? Number.POSITIVE_INFINITY) &&
    quiet
  )
    s.phase = { is: 'unhealthy', since: at, cause: event.cause ?? UNANSWERED };
}

const UNANSWERED: Cause = {
  code: 'probe_failed',
  message: 'The engine does not answer its health probe.',
  hint: 'Look into its log.',
};

const UNREACHABLE: Cause = {
  code: 'unreachable',
  message: 'Nothing answers at the engine’s address.',
  hint: 'Start it where it is run, or check its url.',
};

/** While it comes up: 100 ms to 1 s apart. */
function paceUp(s: Draft, at: number): void {
  if (s.phase.is === 'ready') return scheduleLive(s, at);
  const pace = Math.min(PACE.most, s.probe.pace * 1.5);
  s.probe = { ...s.probe, pace, at: at + pace };
}

function scheduleLive(s: Draft, at: number): void {
  const every = s.settings.health?.every ?? null;
  const next = s.phase.is === 'loading' ? PACE.most : every;
  s.probe = { ...s.probe, at: next === null ? null : at + next };
}

function externalProbed(s: Draft, event: EngineEvent & { type: 'probed' }, effects: EngineEffect[]): void {
  const { at } = event;
  const soon = { ...s.probe, at: at + PACE.most };
  if (event.state === 'ready') {
    s.probe = { ...s.probe, failures: 0, forgive: false };
    becomeReady(s, effects);
    return scheduleLive(s, at);
  }
  if (event.state === 'loading') {
    s.phase = { is: 'loading', progress: event.progress, deadline: null };
    s.probe = soon;
    return;
  }
  const p = s.phase;
  if (event.state === 'bad' && p.is !== 'unhealthy' && s.probe.failures + 1 < (s.settings.health?.failures ?? 1)) {
    s.probe = { ...soon, failures: s.probe.failures + 1 };
    return;
  }
  if (
    p.is === 'ready' ||
    (p.is === 'loading' && event.state === 'bad') ||
    (p.is === 'stopped' && event.state === 'bad')
  ) {
    s.phase = { is: 'unhealthy', since: at, cause: event.cause ?? UNREACHABLE };
    s.probe = soon;
    return;
  }
  if (event.state === 'bad') {
    s.probe = soon;
    return scheduleLive(s, at);
  }
  const gone = p.is !== 'unhealthy' || at - p.since >= GRACE;
  if (!gone) {
    s.probe = soon;
    return;
  }
  s.phase = { is: 'stopped', cause: event.cause ?? UNREACHABLE };
  if (s.settings.mode === 'auto') s.owner = null;
  lookOut(s, at);
}

/** The process ended: it is then verified that nothing of it is left, whatever the reason. */
function exited(s: Draft, cause: Cause, at: number, effects: EngineEffect[]): void {
  if (s.run === null || s.run.exited) return;
  s.run = { ...s.run, exited: true, giveUpAt: at + CHASE, verifyAt: null };
  s.probe = { ...s.probe, at: null, pending: false };
  effects.push({ type: 'verify', run: s.run.id });
  const p = s.phase;
  if (p.is === 'stopping') return;
  if (p.is === 'draining') {
    s.phase = { is: 'stopping', killAt: at, killed: true, cause: null };
    return;
  }
  const lostPort = cause.code === 'port_in_use' && p.is === 'starting' && !p.again;
  if (lostPort) {
    s.phase = { is: 'starting', step: 'identify', asked: false, again: true, deadline: null };
    return;
  }
  ended(s, cause, at, effects);
}

function verified(s: Draft, survivors: Cause | null, at: number, effects: EngineEffect[]): void {
  if (s.run === null || !s.run.exited) return;
  if (survivors !== null && at < (s.run.giveUpAt ?? at)) {
    effects.push({ type: 'signal', run: s.run.id, how: 'kill' });
    s.run = { ...s.run, verifyAt: at + VERIFY_EVERY };
    return;
  }
  s.run = null;
  if (s.phase.is === 'stopping') {
    const cause = s.phase.cause ?? survivors;
    if (cause !== null && s.wanted === 'up') return ended(s, cause, at, effects, survivors !== null);
    s.phase = { is: 'stopped', cause: survivors };
    lookOut(s, at);
  } else if (survivors !== null && s.phase.is !== 'stopped') ended(s, survivors, at, effects, true);
}

/** A run is over, or never began, without being asked to: again later, or give up. */
function ended(s: Draft, cause: Cause | null, at: number, effects: EngineEffect[], final = false): void {
  s.probe = { ...s.probe, at: null, pending: false };
  if (s.wanted === 'down' || cause === null) {
    s.phase = { is: 'stopped', cause };
    return lookOut(s, at);
  }
  const policy = s.settings.restart;
  s.exits = [...s.exits.filter((t) => at - t <= (policy?.window ?? 0)), at];
  s.troubled = true;
  if (final || FINAL.has(cause.code) || policy === null || s.exits.length > policy.max) {
    s.phase = { is: 'failed', cause };
    effects.push({ type: 'notice', notice: 'failed', cause });
    return;
  }
  const wait = Math.min(policy.backoffMax, policy.backoff * 2 ** (s.exits.length - 1));
  s.phase = { is: 'backoff', until: at + wait, cause };
  effects.push({ type: 'notice', notice: 'crashed', cause });
}

function tick(s: Draft, at: number, effects: EngineEffect[]): void {
  if (s.run !== null && s.run.exited && s.run.verifyAt !== null && at >= s.run.verifyAt) {
    s.run = { ...s.run, verifyAt: null };
    effects.push({ type: 'verify', run: s.run.id });
  }
  const p = s.phase;
  if ((p.is === 'starting' || p.is === 'loading') && p.deadline !== null && at >= p.deadline && s.run !== null)
    return beginStop(s, at, notReady(s), effects);
  if (p.is === 'draining' && p.deadline !== null && at >= p.deadline) return beginStop(s, at, null, effects);
  if (p.is === 'stopping' && !p.killed && at >= p.killAt && s.run !== null) {
    s.phase = { ...p, killed: true };
    effects.push({ type: 'signal', run: s.run.id, how: 'kill' });
    return;
  }
  if (s.probe.at === null || s.probe.pending || at < s.probe.at) return;
  probeNow(s, at, effects);
}

function notReady(s: Draft): Cause {
  const seconds = Math.round((s.settings.readyTimeout ?? 0) / 1000);
  return {
    code: 'ready_timeout',
    message: `The engine did not become ready within ${seconds} s without progress.`,
    hint: 'Raise ready_timeout, or look into its log.',
  };
}

function probeNow(s: Draft, at: number, effects: EngineEffect[]): void {
  const p = s.phase;
  if (!isExternal(s) && s.run === null) {
    // Nothing of ours runs: look whether somebody else started it.
    if (s.settings.mode === 'auto' && p.is === 'stopped') return ask(s, effects);
    s.probe = { ...s.probe, at: null };
    return;
  }
  const every = s.settings.health?.every ?? LOOKOUT;
  if (p.is === 'ready' && s.heardAt !== null && at - s.heardAt < every) {
    // Bytes are the heartbeat: probe only after `every` of silence.
    s.probe = { ...s.probe, at: s.heardAt + every };
    return;
  }
  if (p.is === 'draining' || p.is === 'stopping') {
    s.probe = { ...s.probe, at: null };
    return;
  }
  s.probe = { ...s.probe, pending: true, at: null };
  effects.push({
    type: 'probe',
    run: s.run?.id ?? null,
    probe: p.is === 'ready' || p.is === 'unhealthy' ? 'live' : 'ready',
  });
}

export type { PhaseState };
