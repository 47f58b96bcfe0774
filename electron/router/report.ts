import type { RouterReport } from '../../shared/contract/router.ts';
import type { Listener } from './listener.ts';
import type { Plane } from './plane.ts';

/** The whole picture that the router sends to the host: levels, complete each time. */
export function makeReport(plane: Plane, listener: Listener): RouterReport {
  const now = plane.now();
  const demand = plane.lot.demand();
  const cooling = plane.cooldowns.list(now);
  const engines: Record<string, RouterReport['engines'][string]> = {};
  const names = new Set([...plane.live.engines(), ...demand.keys(), ...[...cooling.keys()].map(engineOf)]);
  for (const name of names) {
    // One that was taken out of the config is told of while something of it still runs.
    if (!plane.compiled.engines.has(name) && plane.live.engineInFlight(name) === 0) continue;
    const waiting = demand.get(name);
    const lastByte = plane.live.lastByte(name);
    engines[name] = {
      in_flight: plane.live.engineInFlight(name),
      waiting: waiting?.waiting ?? 0,
      oldest_ms: waiting ? Math.round(now - waiting.since) : null,
      last_byte_ms: lastByte === null ? null : Math.round(now - lastByte),
      cooling: Object.fromEntries(
        [...cooling]
          .filter(([key]) => engineOf(key) === name)
          .map(([key, rest]) => [key.slice(name.length + 1), rest]),
      ),
    };
  }
  return {
    type: 'report',
    applied: plane.compiled.table.revision,
    listening: listener.listening,
    bind_error: listener.bindError,
    in_flight: plane.active.size - plane.lot.size,
    waiting: plane.lot.size,
    engines,
  };
}

/** Keys are `ENGINE/MODEL`, and engine names hold no slash. */
const engineOf = (key: string): string => key.slice(0, key.indexOf('/'));
