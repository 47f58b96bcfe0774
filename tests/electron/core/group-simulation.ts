/** A group's life in steps of a second: requests come, engines load, work, crash; only `decideGroup` starts and drains. */
import { decideGroup, type GroupMember, isAlive } from '../../../electron/core/groups.ts';
import type { EnginePhase } from '../../../shared/model.ts';

export interface Course {
  /**
   * `load` seconds from start to ready; `pinned` by a person; `dies` at which crash it gives up; `lingers` so many seconds after
   * its stop before nothing of it is left.
   */
  members: { load: number; external: boolean; pinned?: boolean; dies?: number; lingers?: number }[];
  /** `at` which second, for the how many-eth member, and how long it works. */
  requests: { at: number; member: number; seconds: number }[];
  /** Seconds at which the living process, if any, dies. */
  crashes: number[];
  /** Seconds at which the external member comes or goes. */
  toggles?: number[];
  /** Seconds after which a parked request is given up. */
  maxWait?: number;
}

export interface Outcome {
  mostAlive: number;
  /** Length of the course. */
  seconds: number;
  served: number;
  /** Requests that were at work when their engine was stopped (not when it crashed). */
  cut: number;
  longestWait: number;
  startedBesideExternal: number;
  /** Answered at once: its engine gave up, or a member that stays holds the group. */
  refused: number;
  timedOut: number;
  /** Holders that were made to go for another one. */
  switches: number;
  /** Drains of a pinned member. */
  pinnedDrained: number;
}

interface Engine {
  name: string;
  external: boolean;
  pinned: boolean;
  dies: number;
  crashes: number;
  lingers: number;
  /** Seconds for which something of its last run is still there. */
  lingering: number;
  load: number;
  phase: EnginePhase;
  /** Seconds until the phase ends by itself. */
  left: number;
  readySince: number | null;
  parked: { since: number; seconds: number }[];
  /** Seconds left of each request at work. */
  working: number[];
}

export function simulate({
  members,
  requests,
  crashes,
  toggles = [],
  maxWait = Number.POSITIVE_INFINITY,
}: Course): Outcome {
  const engines = members.map(
    ({ load, external, pinned = false, dies = Number.POSITIVE_INFINITY, lingers = 0 }, index): Engine => ({
      name: `engine-${index}`,
      external,
      pinned,
      dies,
      crashes: 0,
      lingers,
      lingering: 0,
      load,
      phase: 'stopped',
      left: 0,
      readySince: null,
      parked: [],
      working: [],
    }),
  );
  const end = 900 + 1_200;
  const outcome: Outcome = {
    seconds: end,
    mostAlive: 0,
    served: 0,
    cut: 0,
    longestWait: 0,
    startedBesideExternal: 0,
    refused: 0,
    timedOut: 0,
    switches: 0,
    pinnedDrained: 0,
  };
  for (let now = 0; now <= end; now++) {
    for (const engine of engines) step(engine, now, outcome);
    if (crashes.includes(now)) for (const engine of engines) crash(engine);
    if (toggles.includes(now)) for (const engine of engines) if (engine.external) toggle(engine, now);
    for (const request of requests) {
      if (request.at !== now) continue;
      engines[request.member % engines.length]?.parked.push({ since: now, seconds: request.seconds });
    }
    for (const engine of engines) dispatch(engine, now, outcome);
    for (const engine of engines) giveUpWaiting(engine, now, maxWait, outcome);
    decide(engines, now, outcome);
    const alive = engines.filter(
      (engine) => !engine.external && isAlive({ phase: engine.phase, lingering: engine.lingering > 0 }),
    );
    outcome.mostAlive = Math.max(outcome.mostAlive, alive.length);
  }
  return outcome;
}

function step(engine: Engine, now: number, outcome: Outcome): void {
  engine.lingering = Math.max(0, engine.lingering - 1);
  engine.working = engine.working.map((left) => left - 1).filter((left) => left > 0);
  if (engine.left > 0) engine.left -= 1;
  if (engine.left > 0) return;
  if (engine.phase === 'starting') {
    engine.phase = 'ready';
    engine.readySince = now;
  } else if (engine.phase === 'backoff') {
    engine.phase = 'starting';
    engine.left = engine.load;
  } else if (engine.phase === 'draining' && engine.working.length === 0) {
    engine.phase = 'stopping';
    engine.left = 1;
  } else if (engine.phase === 'stopping') {
    outcome.cut += engine.working.length;
    engine.phase = 'stopped';
    engine.lingering = engine.lingers;
    engine.readySince = null;
  }
}

function crash(engine: Engine): void {
  if (engine.phase !== 'ready') return;
  engine.crashes += 1;
  engine.phase = engine.crashes >= engine.dies ? 'failed' : 'backoff';
  engine.left = 2;
  engine.readySince = null;
  engine.working = [];
}

function toggle(engine: Engine, now: number): void {
  engine.phase = engine.phase === 'stopped' ? 'ready' : 'stopped';
  engine.readySince = engine.phase === 'ready' ? now : null;
}

function dispatch(engine: Engine, now: number, outcome: Outcome): void {
  if (engine.phase !== 'ready') return;
  for (const { since, seconds } of engine.parked.splice(0)) {
    engine.working.push(seconds);
    outcome.served += 1;
    outcome.longestWait = Math.max(outcome.longestWait, now - since);
  }
}

function giveUpWaiting(engine: Engine, now: number, maxWait: number, outcome: Outcome): void {
  if (engine.phase === 'failed') outcome.refused += engine.parked.splice(0).length;
  const patient = engine.parked.filter(({ since }) => now - since < maxWait);
  outcome.timedOut += engine.parked.length - patient.length;
  engine.parked = patient;
}

function decide(engines: readonly Engine[], now: number, outcome: Outcome): void {
  const members = engines.map((engine): GroupMember => {
    const oldest = engine.parked[0];
    return {
      name: engine.name,
      phase: engine.phase,
      owner: engine.external ? 'external' : 'managed',
      pinned: engine.pinned,
      startable: !engine.external && engine.phase !== 'failed',
      in_flight: engine.working.length,
      waiting: engine.parked.length,
      oldest_ms: oldest ? (now - oldest.since) * 1_000 : null,
      asked_ms: null,
      ready_since: engine.readySince === null ? null : engine.readySince * 1_000,
      lingering: engine.lingering > 0,
    };
  });
  const decision = decideGroup({ at: now * 1_000, members });
  for (const engine of engines) {
    if (decision.drain.includes(engine.name) && engine.name === decision.holder) outcome.switches += 1;
    if (decision.drain.includes(engine.name) && engine.pinned) outcome.pinnedDrained += 1;
    if (decision.blocked_by !== null && engine.name !== decision.blocked_by)
      outcome.refused += engine.parked.splice(0).length;
    if (decision.start === engine.name) {
      if (engines.some((other) => other.external && other.phase !== 'stopped')) outcome.startedBesideExternal += 1;
      engine.phase = 'starting';
      engine.left = engine.load;
    }
    if (decision.drain.includes(engine.name)) {
      engine.phase = 'draining';
      engine.left = 0;
    }
  }
}
