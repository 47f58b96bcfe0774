/** A group's life in steps of a second: requests come, engines load, work, crash; only `decideGroup` starts and drains. */
import { decideGroup, type GroupMember, isAlive } from '../../../electron/core/groups.ts';
import type { EnginePhase } from '../../../shared/model.ts';

export interface Course {
  /** `load` seconds from start to ready. */
  members: { load: number; external: boolean }[];
  /** `at` which second, for the how many-eth member, and how long it works. */
  requests: { at: number; member: number; seconds: number }[];
  /** Seconds at which the living process, if any, dies. */
  crashes: number[];
  /** Seconds at which the external member comes or goes. */
  toggles?: number[];
}

export interface Outcome {
  mostAlive: number;
  served: number;
  /** Requests that were at work when their engine was stopped (not when it crashed). */
  cut: number;
  longestWait: number;
  startedBesideExternal: number;
}

interface Engine {
  name: string;
  external: boolean;
  load: number;
  phase: EnginePhase;
  /** Seconds until the phase ends by itself. */
  left: number;
  readySince: number | null;
  parked: { since: number; seconds: number }[];
  /** Seconds left of each request at work. */
  working: number[];
}

export function simulate({ members, requests, crashes, toggles = [] }: Course): Outcome {
  const engines = members.map(
    ({ load, external }, index): Engine => ({
      name: `engine-${index}`,
      external,
      load,
      phase: 'stopped',
      left: 0,
      readySince: null,
      parked: [],
      working: [],
    }),
  );
  const outcome: Outcome = { mostAlive: 0, served: 0, cut: 0, longestWait: 0, startedBesideExternal: 0 };
  const end = 900 + 1_200;
  for (let now = 0; now <= end; now++) {
    for (const engine of engines) step(engine, now, outcome);
    if (crashes.includes(now)) for (const engine of engines) crash(engine);
    if (toggles.includes(now)) for (const engine of engines) if (engine.external) toggle(engine, now);
    for (const request of requests) {
      if (request.at !== now) continue;
      engines[request.member % engines.length]?.parked.push({ since: now, seconds: request.seconds });
    }
    for (const engine of engines) dispatch(engine, now, outcome);
    decide(engines, now, outcome);
    const alive = engines.filter((engine) => !engine.external && isAlive({ phase: engine.phase, lingering: false }));
    outcome.mostAlive = Math.max(outcome.mostAlive, alive.length);
  }
  return outcome;
}

function step(engine: Engine, now: number, outcome: Outcome): void {
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
    engine.readySince = null;
  }
}

function crash(engine: Engine): void {
  if (engine.phase !== 'ready') return;
  engine.phase = 'backoff';
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

function decide(engines: readonly Engine[], now: number, outcome: Outcome): void {
  const members = engines.map((engine): GroupMember => {
    const oldest = engine.parked[0];
    return {
      name: engine.name,
      phase: engine.phase,
      owner: engine.external ? 'external' : 'managed',
      pinned: false,
      startable: !engine.external,
      in_flight: engine.working.length,
      waiting: engine.parked.length,
      oldest_ms: oldest ? (now - oldest.since) * 1_000 : null,
      asked_ms: null,
      ready_since: engine.readySince === null ? null : engine.readySince * 1_000,
      lingering: false,
    };
  });
  const decision = decideGroup({ at: now * 1_000, members });
  for (const engine of engines) {
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
