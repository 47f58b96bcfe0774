/** Two engines of one group, of which one may live, under real requests; what takes its time is in groups.full.test.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { instanceId } from '../../support/ledger.ts';
import { isAlive } from '../../support/processes.ts';
import { watchRuns } from '../../support/run-watch.ts';
import { standIn, startStandIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { send, startTraffic, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const member = (name: string, more = '') => `  ${name}:
    kind: vllm
    command: ${JSON.stringify(standIn('vllm'))}
    model: ${name}-model
    group: gpu
    env: { STAND_IN_FAULTS: "pace=5" }
${more}`;

const config = (more = '') => `version: 1
gateway: { port: 0 }
engines:
${member('left')}${member('right', more)}
routing: { queue: { max_wait: 3s } }
`;

describeNeeding(['linux'], 'a group of two stand-in engines', () => {
  it('stays with its holder under one-sided requests: no switch, nobody refused', async () => {
    const host = await startTestHost(config());
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: [['left', 'right']] });
    const traffic = startTraffic(url, ['left-model'], { clients: 3, tokens: 10 });
    await until('a hundred answers', () => traffic.endings.length >= 100);
    expect(Object.keys(tally(await traffic.stop()))).toEqual(['answered']);
    watch.stop();
    expect(watch.runs.filter((tag) => /:(left|right)\./.test(tag)).map((tag) => tag.replace(/.*:/, ''))).toEqual([
      'left.1',
    ]);
    expect(watch.offences).toEqual([]);
  });

  it('does not cut its fresh holder for another’s request, which ends by the rule: wait_timeout', async () => {
    const host = await startTestHost(config());
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: [['left', 'right']] });
    expect(await send(url, 'left-model')).toMatchObject({ how: 'answered' });
    const { pid } = host.engine('left');
    const traffic = startTraffic(url, ['left-model'], { clients: 2, tokens: 10 });
    const others = await Promise.all([send(url, 'right-model'), send(url, 'right-model')]);
    for (const other of others)
      expect(other).toMatchObject({ how: 'refused', status: 503, code: 'wait_timeout', route: null });
    expect(Object.keys(tally(await traffic.stop()))).toEqual(['answered']);
    watch.stop();
    expect(host.engine('left')).toMatchObject({ phase: 'ready', pid });
    expect(host.engine('right').pid).toBeNull();
    expect(watch.offences).toEqual([]);
  });

  it('never stops a server that somebody else runs: the others get group_held at once', async () => {
    const foreign = await startStandIn('vllm');
    try {
      const host = await startTestHost(
        config().replace(
          '    model: left-model\n',
          `    mode: auto\n    port: ${foreign.port}\n    model: left-model\n`,
        ),
      );
      const url = await host.gateway();
      await until(
        'it is adopted',
        () => host.engine('left').owner === 'external' && host.engine('left').phase === 'ready',
      );
      expect(await send(url, 'right-model')).toMatchObject({ how: 'refused', status: 503, code: 'group_held' });
      expect(host.engine('right').phase).toBe('stopped');
      await host.host.stop();
      expect(isAlive(foreign.pid)).toBe(true);
    } finally {
      await foreign.stop();
    }
  });

  it('goes to the other at once when its holder is stopped, and a person’s `up` is waited for', async () => {
    const host = await startTestHost(config());
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: [['left', 'right']] });
    await host.call('engines.start', { names: ['left'], wait_ms: 30_000 });
    const up = host.call('engines.start', { names: ['right'], wait_ms: 60_000 });
    const parked = send(url, 'right-model');
    await host.call('engines.stop', { names: ['left'], wait_ms: 30_000 });
    expect(await up).toEqual([{ engine: 'right', ok: true, cause: null }]);
    expect(await parked).toMatchObject({ how: 'answered', route: 'right/right-model' });
    expect(await send(url, 'left-model')).toMatchObject({ status: 503, code: 'engine_held' });
    watch.stop();
    expect(watch.offences).toEqual([]);
  });

  it('keeps a person’s `up` of one that had failed waiting for its turn, and does not tell it the old failure', async () => {
    const faults = join(tempFolder(), 'faults');
    writeFileSync(faults, 'out-of-memory');
    const host = await startTestHost(
      config('    restart: { max: 1, backoff: 20ms }\n').replace(
        /(right:[\s\S]*?)STAND_IN_FAULTS: "pace=5"/,
        `$1STAND_IN_FAULTS_FILE: ${JSON.stringify(faults)}`,
      ),
    );
    const first = await host.call('engines.start', { names: ['right'], wait_ms: 30_000 });
    expect(first).toMatchObject([{ engine: 'right', ok: false, cause: { code: 'out_of_memory' } }]);
    expect(host.engine('right').phase).toBe('failed');
    writeFileSync(faults, '');
    await host.call('engines.start', { names: ['left'], wait_ms: 30_000 });
    const up = host.call('engines.start', { names: ['right'], wait_ms: 60_000 });
    await host.call('engines.stop', { names: ['left'], wait_ms: 30_000 });
    expect(await up).toEqual([{ engine: 'right', ok: true, cause: null }]);
  });

  it('tells a load at once that somebody else’s stop called it off', async () => {
    const host = await startTestHost(config());
    await host.call('engines.start', { names: ['left'], wait_ms: 30_000 });
    const load = host.call('model.load', { model: 'right/right-model', engine: null });
    await host.call('engines.stop', { names: ['right'], wait_ms: 30_000 });
    expect(await load).toMatchObject([{ engine: 'right', ok: false, cause: { code: 'cancelled' } }]);
  });

  it('is not overridden by a restart of the one that is down, nor by restarts of both at once', async () => {
    const host = await startTestHost(config());
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: [['left', 'right']] });
    await host.call('engines.start', { names: ['left'], wait_ms: 30_000 });
    const restarted = host.call('engines.restart', { names: ['right'], wait_ms: 60_000 });
    await host.call('engines.restart', { names: ['left'], wait_ms: 30_000 });
    expect(await send(url, 'left-model')).toMatchObject({ how: 'answered' });
    expect(host.engine('right').pid).toBeNull();
    await host.call('engines.stop', { names: ['left'], wait_ms: 30_000 });
    expect(await restarted).toEqual([{ engine: 'right', ok: true, cause: null }]);
    watch.stop();
    expect(watch.offences).toEqual([]);
  });

  it('waits for a member that left the config until its last request is done and it is gone', async () => {
    const host = await startTestHost(config());
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data), { groups: [['left', 'right']] });
    await host.call('engines.start', { names: ['left'], wait_ms: 30_000 });
    const root = host.engine('left').url;
    await fetch(`${root}/stand-in/faults`, { method: 'POST', body: 'tokens=2000' });
    const last = send(url, 'left-model', { tokens: 2000 });
    await until('it is in flight', () => host.engine('left').in_flight === 1);
    const text = config().replace(member('left'), '');
    expect(await host.call('config.apply', { text, if_revision: null })).toMatchObject({ applied: true });
    const up = host.call('engines.start', { names: ['right'], wait_ms: 60_000 });
    await until('the last request goes on', async () => {
      const { generations } = (await (await fetch(`${root}/stand-in`)).json()) as { generations: number };
      return generations === 1;
    });
    expect(host.engine('right').phase).toBe('stopped');
    await fetch(`${root}/stand-in/faults`, { method: 'POST', body: 'pace=0' });
    expect(await last).toMatchObject({ how: 'answered' });
    expect(await up).toEqual([{ engine: 'right', ok: true, cause: null }]);
    watch.stop();
    expect(watch.offences).toEqual([]);
  });
});
