/**
 * Ending somebody else's server because a person said so, to run the engine ourselves. The only code that may signal a process
 * which Stackyard did not start.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { StackyardError } from '../../shared/errors.ts';
import type { Cause, ForeignOwner } from '../../shared/model.ts';
import { cameBack, cantAsk, changedHands, notOurs, takeoverOf, unitRefused, wontEnd } from '../core/takeover.ts';
import { reachable } from '../engines/address.ts';
import type { EngineUnit } from './engine-unit.ts';
import { ownerOfPort } from './foreign-owner.ts';
import { isListening, portHolder } from './ports.ts';
import { startTime } from './processes.ts';
import { systemctl } from './systemd-control.ts';

/** Makes room for the engine's own process; nothing to do when nobody else runs it. `expected`: the pid that the person was shown. */
export async function takeOver(unit: EngineUnit, expected: number | null): Promise<void> {
  const { name: engine, config } = unit;
  if (config.mode === 'external') throw refused(notOurs(engine));
  if (unit.state.owner !== 'external') return;
  if (config.port !== null) {
    const patience = Math.max(config.stop_timeout, PATIENCE);
    await vacate({ engine, host: reachable(config.host), port: config.port, expected, patience });
  }
  unit.log.append('Taken over from whoever ran it.', 'info');
  unit.post({ type: 'vacated' });
}

/** A server may be in the middle of a long answer. */
const PATIENCE = 10_000;

/** A server that is to make room. */
export interface Occupied {
  readonly engine: string;
  /** Where it listens; an address that can be connected to. */
  readonly host: string;
  readonly port: number;
  /** The process that the person was shown; `null` when none was. */
  readonly expected: number | null;
  /** How long it may take to end by itself, ms. */
  readonly patience: number;
}

/**
 * Makes the port free, or says why it may not be: `takeover_refused`. Resolves as soon as nobody listens there any more.
 *
 * @throws StackyardError
 */
export async function vacate(place: Occupied): Promise<void> {
  const owner = await ownerOfPort(place.port);
  if (owner === null && !(await isListening(place.host, place.port))) return;
  await endServer(place, owner);
}

/** As `vacate`, for an owner that is known already. */
export async function endServer(place: Occupied, owner: ForeignOwner | null): Promise<void> {
  const { engine, expected, patience } = place;
  const way = takeoverOf(engine, owner);
  if (way.do === 'refuse' || owner === null) throw refused(way.do === 'refuse' ? way.cause : changedHands(engine));
  if (way.do === 'stop-unit') {
    const answer = await systemctl(way.scope, ['stop', way.unit], Math.max(patience, 100_000));
    if (!answer.ok) throw refused(unitRefused(engine, way.unit, way.scope, answer.message));
  } else {
    if (process.platform === 'win32') throw refused(cantAsk(engine, owner));
    if (expected !== null && expected !== way.pid) throw refused(changedHands(engine));
    await ask(place, way.pid);
  }
  await untilFree(place, owner);
}

/** TERM, after a last look: the number must still be that of the very process that has the port. */
async function ask(place: Occupied, pid: number): Promise<void> {
  const started = await startTime(pid);
  const holder = await portHolder(place.port);
  // Two looks at its start time around the look at the port: the number did not change hands in between.
  const same = started !== null && holder?.pid === pid && (await startTime(pid)) === started;
  if (!same || pid === process.pid) throw refused(changedHands(place.engine));
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    throw refused(changedHands(place.engine));
  }
}

/** An app that brings its server back does so about a second after its end, so a port that is free at once proves little. */
const RETURNS = 1_500;

async function untilFree(place: Occupied, before: ForeignOwner): Promise<void> {
  const { engine, host, port, patience } = place;
  const end = performance.now() + patience;
  while (await isListening(host, port, 500)) {
    if (performance.now() > end) {
      const now = await ownerOfPort(port);
      throw refused(now?.pid === before.pid ? wontEnd(engine, before, patience / 1000) : cameBack(engine, now));
    }
    await wait(100);
  }
  const settled = performance.now() + RETURNS;
  while (performance.now() < settled) {
    await wait(100);
    if (await isListening(host, port, 500)) throw refused(cameBack(engine, await ownerOfPort(port)));
  }
}

const refused = ({ message, hint }: Cause): StackyardError =>
  new StackyardError('takeover_refused', message, { hint });
