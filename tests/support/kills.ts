/** The hardest ordinary day of an engine: killed again and again while clients stream. Linux. */
import { expect } from 'vitest';
import { isListening } from '../../electron/host/ports.ts';
import type { TestHost } from './host.ts';
import { instanceId, ledgerRows } from './ledger.ts';
import { isAlive } from './processes.ts';
import { liveRuns, watchRuns } from './run-watch.ts';
import { startTraffic, tally } from './traffic.ts';
import { until } from './until.ts';

/** Kills the engine's process as it is now, and waits for the next one to be ready. */
export async function killAndHeal({ engine }: TestHost, name: string, deadline = 60_000): Promise<void> {
  const { pid } = engine(name);
  process.kill(pid ?? 0, 'SIGKILL');
  await until(
    `${name} is ready as another process than ${pid}`,
    () => {
      const now = engine(name);
      return now.phase === 'failed' || (now.phase === 'ready' && now.pid !== null && now.pid !== pid);
    },
    { deadline },
  );
  expect(engine(name).cause).toBeNull();
}

/**
 * Starts an engine, kills it so many times while `model` is asked of it, then stops it. What must hold: it is ready after each
 * kill, two of its runs never live at once, no request is cut without a word or hangs, and nothing is left of it.
 */
export async function expectToSurviveKills(
  host: TestHost,
  { engine, model, kills }: { engine: string; model: string; kills: number },
): Promise<void> {
  const only = { names: [engine], wait_ms: 120_000 };
  const gateway = await host.gateway();
  const watch = watchRuns(() => instanceId(host.data));
  expect(await host.call('engines.start', only)).toEqual([{ engine, ok: true, cause: null }]);
  const traffic = startTraffic(gateway, [model], { clients: 3 });
  for (let n = 1; n <= kills; n += 1) {
    await until('a client gets its answer', () => traffic.streaming() > 0);
    await killAndHeal(host, engine);
    watch.look();
  }
  const endings = await traffic.stop();
  expect(endings.filter(({ how }) => how === 'cut' || how === 'hung')).toEqual([]);
  const ways = tally(endings);
  expect(ways.answered).toBeGreaterThan(0);
  // Somebody was in the middle of an answer; not each time, since that answer may end between the look and the kill, on a busy
  // machine most often.
  expect(ways['broken upstream_error']).toBeGreaterThan(kills / 10);
  expect(host.engine(engine).restarts).toBe(kills);

  const { port, pid } = host.engine(engine);
  expect(await host.call('engines.stop', only)).toEqual([{ engine, ok: true, cause: null }]);
  watch.stop();
  expect(watch.offences).toEqual([]);
  const mine = (tag: string) => tag.startsWith(`${instanceId(host.data)}:${engine}.`);
  expect(watch.runs.filter(mine)).toHaveLength(kills + 1);
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await isListening('127.0.0.1', port ?? 0)).toBe(false);
  expect(liveRuns().filter(({ tag }) => mine(tag))).toEqual([]);
  await until('it has left the ledger', () => ledgerRows(host.data).every(({ kind }) => kind !== 'engine'));
}
