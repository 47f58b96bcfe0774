/** What a change of the config does to an engine; one whose kind or mode changes is made anew. */
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { instanceId } from '../../support/ledger.ts';
import { watchRuns } from '../../support/run-watch.ts';
import { emptyModel, type StandInKind, standIn } from '../../support/stand-ins.ts';
import { describeNeeding } from '../../support/tools.ts';
import { send, tally } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const model = emptyModel();

const config = (kind: StandInKind, args = '[]', faults = 'tokens=20') => `version: 1
gateway: { port: 0 }
engines:
  one:
    kind: ${kind}
    command: ${JSON.stringify(standIn(kind))}
    model: ${JSON.stringify(kind === 'vllm' ? 'one-model' : model)}
    args: ${args}
    env: { STAND_IN_FAULTS: "${faults}" }
models:
  one-model: { targets: [{ engine: one, model: ${kind === 'vllm' ? 'one-model' : 'stand-in'} }] }
`;

describeNeeding(['linux'], 'a stand-in engine whose config changes', () => {
  it('to another kind lets its requests finish, comes back as that when it is wanted meanwhile, and never twice', async () => {
    const host = await startTestHost(config('vllm', '[]', 'pace=20,tokens=2000'));
    const url = await host.gateway();
    const watch = watchRuns(() => instanceId(host.data));
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    const last = send(url, 'one-model', { tokens: 2000 });
    await until('it answers', () => host.engine('one').in_flight === 1);
    await host.call('config.apply', { text: config('llama-cpp-python'), if_revision: null });
    await until('it drains', () => host.engine('one').phase === 'draining');
    const old = host.engine('one').url;
    // Demand and a person want it while the old one still works: neither may call off that it goes.
    const next = send(url, 'one-model');
    const up = host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    await until('both wait', () => host.engine('one').waiting === 1);
    expect(host.engine('one').phase).toBe('draining');
    await fetch(`${old}/stand-in/faults`, { method: 'POST', body: 'pace=0' });
    expect(tally([await last, await next])).toEqual({ answered: 2 });
    expect(await up).toEqual([{ engine: 'one', ok: true, cause: null }]);
    expect(host.engine('one')).toMatchObject({ phase: 'ready', kind: 'llama-cpp-python' });
    expect(host.engine('one').command).toContain('llama_cpp.server');
    watch.stop();
    expect(watch.offences).toEqual([]);
  });

  it('stays held by the person who stopped it, as another kind too', async () => {
    const host = await startTestHost(config('vllm'));
    const url = await host.gateway();
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    await host.call('engines.stop', { names: ['one'], wait_ms: 30_000 });
    const text = config('llama-cpp-python').replace('    args:', '    start: with-app\n    args:');
    await host.call('config.apply', { text, if_revision: null });
    await until('it is of the new kind', () => host.engine('one').kind === 'llama-cpp-python');
    expect(await send(url, 'one-model')).toMatchObject({ status: 503, code: 'engine_held' });
    expect(host.engine('one')).toMatchObject({ phase: 'stopped', held: true });
  });

  it('takes up the last of many changes in a row', async () => {
    const host = await startTestHost(config('vllm'));
    const url = await host.gateway();
    await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    for (let n = 0; n < 5; n += 1) {
      await host.call('config.apply', { text: config('llama-cpp-python'), if_revision: null });
      await host.call('config.apply', {
        text: config('vllm', `["--max-model-len", "${4000 + n}"]`),
        if_revision: null,
      });
    }
    expect(await send(url, 'one-model')).toMatchObject({ how: 'answered' });
    expect(host.engine('one')).toMatchObject({ phase: 'ready', kind: 'vllm' });
    expect(host.engine('one').command).toContain('--max-model-len 4004');
  });

  it('is tried again after any change of its config when it had given up', async () => {
    const slow = config('vllm', '[]', 'slow-start=2500').replace('    args:', '    ready_timeout: 1s\n    args:');
    const host = await startTestHost(slow);
    const [up] = await host.call('engines.start', { names: ['one'], wait_ms: 30_000 });
    expect(up?.cause?.code).toBe('ready_timeout');
    expect(host.engine('one').phase).toBe('failed');
    await host.call('config.apply', { text: `${slow}logs: { files: 3 }\n`, if_revision: null });
    expect(host.engine('one').phase).toBe('failed');
    await host.call('config.apply', {
      text: slow.replace('ready_timeout: 1s', 'ready_timeout: 60s'),
      if_revision: null,
    });
    await until('it is ready', () => host.engine('one').phase === 'ready');
  });
});
