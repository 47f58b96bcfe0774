/** A pinned engine stays: for the others of its group, for whoever frees memory, and over a restart of the host. */
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const llama = (name: string) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "${name}-model"]
    group: gpu0
`;
const config = `version: 1\ngateway: { port: 0 }\nengines:\n${llama('one')}${llama('two')}`;
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });

describeNeeding(['llama-server'], 'a pinned member of a group', () => {
  it('is not left for the others, who are told its name at once, and is kept when memory is freed', async () => {
    const { call, engine, gateway } = await startTestHost(config);
    const url = await gateway();
    await call('engines.start', only('one'));
    const { pid } = engine('one');
    await call('engines.pin', { name: 'one', on: true });
    expect(engine('one').pinned).toBe(true);

    expect(await send(url, 'two-model')).toMatchObject({ how: 'refused', status: 503, code: 'group_held' });
    const [up] = await call('engines.start', only('two'));
    expect(up).toMatchObject({ ok: false, cause: { code: 'group_held', message: expect.stringContaining('one') } });
    const freed = await call('memory.free', {});
    expect(freed).toEqual({ unloaded: [], stopped: [], kept: [{ name: 'one', why: 'pinned' }] });
    expect(engine('one')).toMatchObject({ phase: 'ready', pid, made_room: 0 });

    // A person's own stop is a person's own stop; then the group is free.
    await call('engines.stop', only('one'));
    expect(await send(url, 'two-model')).toMatchObject({ how: 'answered', route: 'two/two-model' });
    await expect(call('engines.pin', { name: 'three', on: true })).rejects.toMatchObject({ code: 'unknown_engine' });
  });

  it('makes room again once it is unpinned, which is counted', async () => {
    const { call, engine, gateway } = await startTestHost(config);
    const url = await gateway();
    await call('engines.start', only('one'));
    await call('engines.pin', { name: 'one', on: true });
    await call('engines.pin', { name: 'one', on: false });
    const answer = send(url, 'two-model');
    await until('it waits for the group', () => engine('two').waits_for !== null);
    expect(engine('two').waits_for).toEqual({ engine: 'one', why: 'group' });
    expect((await answer).how).toBe('answered');
    expect(engine('one')).toMatchObject({ phase: 'stopped', made_room: 1 });
    const { lines } = await call('logs.read', { engine: 'one', after: null, before: null, limit: 500 });
    expect(lines.map(({ text }) => text)).toContain('Makes room for two in the group gpu0, for the 1st time.');
  });

  it('is pinned in the next life of the host too', async () => {
    const folder = tempFolder('pins');
    const first = await startTestHost(config, { data: folder });
    await first.call('engines.pin', { name: 'two', on: true });
    await first.call('engines.pin', { name: 'one', on: true });
    await first.call('engines.pin', { name: 'one', on: false });
    await first.host.stop();
    const second = await startTestHost(config, { data: folder });
    expect(['one', 'two'].map((name) => second.engine(name).pinned)).toEqual([false, true]);
  });
});
