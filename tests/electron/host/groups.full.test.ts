/**
 * Groups as their clocks have them (30 s to hold, 2 min of patience), three at once in one host: alternating requests, requests
 * for both all the time, and one-sided ones.
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
  it('switch once a hold when asked in turns, after the patience when asked for both, never when asked for one', async () => {
    const host = await startTestHost(config);
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: Object.values(GROUPS) });
    const began = Date.now();

    // In turns: each request waits until the other's engine has had its 30 s.
    const turns: Ending[] = [];
    const alternate = (async () => {
      for (const model of ['a1', 'a2', 'a1', 'a2']) turns.push(await send(url, model));
    })();
    // They wait for two minutes by the rule.
    const both = startTraffic(url, ['b1', 'b2'], { clients: 3, patience: 280_000 });
    const onesided = startTraffic(url, ['c1'], { clients: 3 });
    const answered = (engine: string) => both.endings.some(({ route }) => route === `${engine}/${engine}`);
    const each = until('each of both has been served', () => answered('b1') && answered('b2'), { deadline: 200_000 });
    await Promise.all([alternate, each]);
    const minutes = (Date.now() - began) / 60_000;
    const endings = [...turns, ...(await both.stop()), ...(await onesided.stop())];
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
    const inPatience = holds(host.seen, GROUPS.both);
    expect(
      inPatience
        .slice(0, 2)
        .map(({ engine }) => engine)
        .sort(),
    ).toEqual(['b1', 'b2']);
    // The first one's requests never left it idle, so the others had to become two minutes old.
    expect((inPatience[1]?.since ?? 0) - began).toBeGreaterThanOrEqual(119_000);
    expect(inPatience.length).toBeLessThanOrEqual(2 + minutes / 2);
    expect(holds(host.seen, GROUPS.onesided).map(({ engine }) => engine)).toEqual(['c1']);
  }, 300_000);
});
