/**
 * Groups as their clocks have them (30 s to hold, 2 min of patience), three at once in one host: requests in turns, a holder that
 * is never idle, and one-sided ones.
 */
import { expect, it } from 'vitest';
import type { StackSnapshot } from '../../../shared/model.ts';
import { startTestHost } from '../../support/host.ts';
import { instanceId } from '../../support/ledger.ts';
import { watchRuns } from '../../support/run-watch.ts';
import { standIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { type Ending, send, startTraffic, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const GROUPS = { alternating: ['a1', 'a2'], both: ['b1', 'b2'], onesided: ['c1', 'c2'] } as const;

const member = (name: string, group: string) => `  ${name}:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: ${name}
    group: ${group}
    env: { STAND_IN_FAULTS: "pace=20,tokens=100" }
`;

const config = `version: 1
gateway: { port: 0 }
engines:
${Object.entries(GROUPS)
  .flatMap(([group, names]) => names.map((name) => member(name, group)))
  .join('')}`;

/** One that answers for as long as the test wants it to. */
const endless = config.replace(
  /( {2}b1:[\s\S]*?)pace=20,tokens=100/,
  (_all, before: string) => `${before}pace=20,tokens=20000`,
);

/** How long each life of an engine was ready, in ms, in the order in which they began; the last one may still be. */
function holds(seen: readonly StackSnapshot[], names: readonly string[]): { engine: string; since: number }[] {
  const found: { engine: string; since: number }[] = [];
  for (const snapshot of seen)
    for (const { name, phase, since } of snapshot.engines) {
      if (!names.includes(name) || phase !== 'ready') continue;
      const at = Date.parse(since ?? '');
      if (!found.some((one) => one.engine === name && one.since === at)) found.push({ engine: name, since: at });
    }
  return found;
}

describeNeeding(['linux'], 'groups of stand-in engines over minutes', () => {
  it('switch once a hold when asked in turns, after the patience when never idle, never when asked for one', async () => {
    const host = await startTestHost(endless);
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: Object.values(GROUPS) });

    // In turns: each request waits until the other's engine has had its 30 s.
    const turns: Ending[] = [];
    const alternate = (async () => {
      for (const model of ['a1', 'a2', 'a1', 'a2']) turns.push(await send(url, model));
    })();
    const onesided = startTraffic(url, ['c1'], { clients: 3 });
    const patience = 280_000;
    const long = send(url, 'b1', { patience, tokens: 20_000 });
    await until('the first of both is at work', () => host.engine('b1').in_flight === 1);
    const asked = Date.now();
    const waiting = [send(url, 'b2', { patience }), send(url, 'b2', { patience })];
    await until('the holder makes room', () => host.engine('b1').phase === 'draining', { deadline: 200_000 });
    const yielded = Date.now();
    // Its last request is not cut for the switch, however long it takes.
    expect(host.engine('b1').in_flight).toBe(1);
    expect(host.engine('b2').phase).toBe('stopped');
    await fetch(`${host.engine('b1').url}/stand-in/faults`, { method: 'POST', body: 'pace=0,tokens=20' });
    await alternate;
    const endings = [...turns, await long, ...(await Promise.all(waiting)), ...(await onesided.stop())];
    watch.stop();

    expect(Object.keys(tally(endings))).toEqual(['answered']);
    expect(watch.offences).toEqual([]);
    expect(turns.map(({ route }) => route)).toEqual(['a1/a1', 'a2/a2', 'a1/a1', 'a2/a2']);
    const inTurns = holds(host.seen, GROUPS.alternating);
    expect(inTurns.map(({ engine }) => engine)).toEqual(['a1', 'a2', 'a1', 'a2']);
    // The shortest hold: no switch before 30 s of being ready.
    for (const [n, { since }] of inTurns.entries()) {
      const next = inTurns[n + 1];
      if (next !== undefined) expect(next.since - since).toBeGreaterThanOrEqual(30_000);
    }
    expect(holds(host.seen, GROUPS.both).map(({ engine }) => engine)).toEqual(['b1', 'b2']);
    // The holder was never idle, so the others had to become two minutes old.
    expect(yielded - asked).toBeGreaterThanOrEqual(119_000);
    expect(holds(host.seen, GROUPS.onesided).map(({ engine }) => engine)).toEqual(['c1']);
  }, 300_000);
});
