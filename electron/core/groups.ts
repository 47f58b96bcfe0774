/**
 * Who of a group may be alive. A level, not an edge: the host asks on every change and at `check_at`, and asking twice changes
 * nothing. The rule is design §3: the holder keeps the group while it works or is fresh, then the oldest waiter gets it.
 */
import type { EnginePhase, Owner } from '../../shared/model.ts';

export interface GroupMember {
  readonly name: string;
  readonly phase: EnginePhase;
  readonly owner: Owner | null;
  /** Must not be stopped for another member's sake. */
  readonly pinned: boolean;
  /** Whether demand or a person may start it now: not held, not given up, not external, secrets there. */
  readonly startable: boolean;
  readonly in_flight: number;
  /** Requests parked for it. */
  readonly waiting: number;
  /** Age of the oldest of those, ms; `null` when none waits. */
  readonly oldest_ms: number | null;
  /** How long ago a person (or the stack) asked for it to run, while that is not fulfilled, ms; else `null`. */
  readonly asked_ms: number | null;
  /** When it became ready, on the clock of `at`; `null` when it is not. */
  readonly ready_since: number | null;
  /** Processes of a stopped run are still there, so its memory may still be taken. */
  readonly lingering: boolean;
}

export interface GroupState {
  /** Monotonic, ms. */
  readonly at: number;
  /** In file order. */
  readonly members: readonly GroupMember[];
}

export interface GroupDecision {
  /** Who is alive, or is being started or stopped; `null` when the group is free. */
  readonly holder: string | null;
  /** The one that waits longest, if any may be started. */
  readonly next: string | null;
  /** Start this one now: nobody else is alive. */
  readonly start: string | null;
  /** Let these finish what they have, without a deadline, then stop them. Their new requests park. */
  readonly drain: readonly string[];
  /** The holder that will not make room, since it must not be stopped or could not be: requests for the others get `group_held` naming it. */
  readonly blocked_by: string | null;
  /** When time alone may change the answer, on the clock of `at`; `null` when only an event can. */
  readonly check_at: number | null;
}

/** A holder that became ready keeps the group this long, ms. */
export const MIN_HOLD = 30_000;
/** Once a waiter is this old, the holder takes nothing new, ms. */
export const PATIENCE = 120_000;

/** Decides for one group. At most one member is ever alive through it; what a person or somebody else started is respected. */
export function decideGroup({ at, members }: GroupState): GroupDecision {
  const living = members.filter(isAlive);
  const holder = holderOf(living);
  const next = oldestWaiter(members.filter((member) => member !== holder));
  if (holder === null) {
    const first = next?.name ?? null;
    return { holder: null, next: first, start: first, drain: [], blocked_by: null, check_at: null };
  }
  // Somebody else started one beside ours, or a config change joined two groups: the others finish and go.
  const surplus = living.filter((member) => member !== holder && mayDrain(member)).map((member) => member.name);
  const base = {
    holder: holder.name,
    next: next?.name ?? null,
    start: null,
    drain: surplus,
    blocked_by: null,
    check_at: null,
  };
  if (isUntouchable(holder) || isStuck(holder)) return { ...base, blocked_by: holder.name };
  if (next === null || !mayDrain(holder)) return base;
  const due = yieldsAt(holder, waitedFor(next) ?? 0, at);
  if (due !== null && due <= at) return { ...base, drain: [...surplus, holder.name] };
  return { ...base, check_at: due };
}

/** Whether a member has, or is about to have, a process: what counts for "at most one". */
export function isAlive(member: Pick<GroupMember, 'phase' | 'lingering'>): boolean {
  return member.lingering || isPhaseAlive(member.phase);
}

/** External and pinned ones first: they stay, so they are the holder that the others have to go for. */
function holderOf(living: readonly GroupMember[]): GroupMember | null {
  return (
    living.find((member) => member.owner === 'external') ??
    living.find((member) => member.pinned && !isLeaving(member)) ??
    living.find((member) => !isLeaving(member)) ??
    living[0] ??
    null
  );
}

function isUntouchable(member: GroupMember): boolean {
  return member.owner === 'external' || (member.pinned && !isLeaving(member));
}

/** Stopped, but what is left of it was not to be ended. */
function isStuck(member: GroupMember): boolean {
  return member.lingering && !isPhaseAlive(member.phase);
}

function isLeaving(member: GroupMember): boolean {
  return member.phase === 'draining' || member.phase === 'stopping' || !isPhaseAlive(member.phase);
}

function isPhaseAlive(phase: EnginePhase): boolean {
  return phase !== 'stopped' && phase !== 'failed';
}

function mayDrain(member: GroupMember): boolean {
  return !isUntouchable(member) && !isLeaving(member);
}

function waitedFor(member: GroupMember): number | null {
  const ages = [member.waiting > 0 ? (member.oldest_ms ?? 0) : null, member.asked_ms].filter((age) => age !== null);
  return ages.length === 0 ? null : Math.max(...ages);
}

function oldestWaiter(members: readonly GroupMember[]): GroupMember | null {
  let oldest: GroupMember | null = null;
  for (const member of members) {
    if (!member.startable || member.owner === 'external' || isAlive(member)) continue;
    const age = waitedFor(member);
    if (age !== null && (oldest === null || age > (waitedFor(oldest) ?? 0))) oldest = member;
  }
  return oldest;
}

/** When the holder has to make room for a waiter of this age; `null` while that depends on events only. */
function yieldsAt(holder: GroupMember, age: number, at: number): number | null {
  const patienceEnds = at + Math.max(0, PATIENCE - age);
  const wanted = waitedFor(holder) !== null;
  if (holder.phase === 'starting' || holder.phase === 'loading') {
    // Those it is started for are served first. When they all left, it is not stopped half-way without need.
    return wanted ? null : patienceEnds;
  }
  // In `backoff` there is no process to be fresh; an unhealthy one serves nobody.
  const fresh = holder.phase === 'ready' && holder.ready_since !== null ? holder.ready_since + MIN_HOLD : at;
  if (servesItsParked(holder, at)) return null;
  const busy = holder.in_flight > 0 || wanted;
  return Math.max(fresh, busy ? patienceEnds : at);
}

/** Requests that were parked before it became ready come before the next switch; those that came later do not. */
function servesItsParked(holder: GroupMember, at: number): boolean {
  if (holder.phase !== 'ready' || holder.ready_since === null || holder.waiting === 0) return false;
  return (holder.oldest_ms ?? 0) > at - holder.ready_since;
}
