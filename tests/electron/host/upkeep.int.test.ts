/** Engines that nobody uses are stopped, those that outgrow their limit are started anew; a request gets its answer either way. */
import { describe, expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { isAlive } from '../../support/processes.ts';
import { emptyModel, standIn } from '../../support/stand-ins.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { send } from '../../support/traffic.ts';
import { until } from '../../support/until.ts';

const config = (engines: string) => `version: 1\ngateway: { port: 0 }\nengines:\n${engines}`;
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });

const llama = (name: string, more: string) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "${name}-model"]
${more}`;

describeNeeding(['llama-server'], 'a real llama-server with idle_stop', () => {
  it('is stopped once nobody uses it, without a hold, and woken by the next request', async () => {
    const { call, engine, gateway, seen } = await startTestHost(config(llama('tiny', '    idle_stop: 2s\n')));
    const url = await gateway();
    const asked = Date.now();
    await call('engines.start', only('tiny'));
    const { pid } = engine('tiny');
    await until('it says when it will stop', () => {
      const at = engine('tiny').idle_stop_at;
      return at !== null && Date.parse(at) >= asked + 2_000;
    });
    await until('it is stopped', () => engine('tiny').phase === 'stopped');
    expect(engine('tiny')).toMatchObject({ held: false, idle_stop_at: null, cause: null });
    expect(isAlive(pid ?? 0)).toBe(false);
    // Told once, not at every look: subscribers get no flood of snapshots.
    const times = new Set(seen.map((s) => s.engines[0]?.idle_stop_at).filter((at) => at !== null));
    expect(times.size).toBe(1);

    expect(await send(url, 'tiny-model')).toMatchObject({ how: 'answered', route: 'tiny/tiny-model' });
    expect(engine('tiny').pid).not.toBe(pid);
    await until('it is stopped again', () => engine('tiny').phase === 'stopped');
  });

  it('stays while it is pinned, and while one that depends on it is up', async () => {
    const text = config(
      llama('base', '    idle_stop: 1s\n') +
        llama('proxy', '    depends_on: [base]\n') +
        llama('kept', '    idle_stop: 1s\n'),
    );
    const { call, engine, seen } = await startTestHost(text);
    await call('engines.pin', { name: 'kept', on: true });
    await call('engines.start', { names: ['proxy', 'kept'], wait_ms: 60_000 });
    expect(['base', 'proxy', 'kept'].map((name) => engine(name).phase)).toEqual(['ready', 'ready', 'ready']);
    // No time was ever set for either while that held.
    expect(
      seen.flatMap((s) => s.engines.map((e) => (s.engines[1]?.phase === 'ready' ? e.idle_stop_at : null))),
    ).not.toContain(expect.any(String));
    expect(engine('base').idle_stop_at).toBeNull();
    expect(engine('kept').idle_stop_at).toBeNull();
    await call('engines.stop', only('proxy'));
    await call('engines.pin', { name: 'kept', on: false });
    await until('both are stopped', () => engine('base').phase === 'stopped' && engine('kept').phase === 'stopped');
  });
});

describe('the llama-cpp-python stand-in with max_memory', () => {
  const python = (limit: string, faults = '') => `  py:
    kind: llama-cpp-python
    command: ${JSON.stringify(standIn('llama-cpp-python'))}
    model: ${JSON.stringify(emptyModel())}
    max_memory: ${limit}
    env: { STAND_IN_FAULTS: ${JSON.stringify(faults)} }
`;
  const log = async (call: Awaited<ReturnType<typeof startTestHost>>['call']) => {
    const { lines } = await call('logs.read', { engine: 'py', after: null, before: null, limit: 500 });
    return lines.map(({ text }) => text).join('\n');
  };

  it('is started anew when it outgrew it, after the request that it was answering', async () => {
    const { call, engine, gateway, host } = await startTestHost(config(python('400MiB')));
    const url = await gateway();
    await call('engines.start', only('py'));
    const { pid, url: root } = engine('py');
    await until('its memory is known', () => engine('py').memory !== null);
    const fault = (text: string) => fetch(`${root}/stand-in/faults`, { method: 'POST', body: text });
    await fault('pace=150,tokens=40');
    const model = host.snapshot().models[0]?.id ?? '';
    const answer = send(url, model);
    await until('it answers', () => engine('py').in_flight === 1);
    await fault('grow=600');
    await until('it is seen to be too big', () => (engine('py').memory ?? 0) > 600 * 1024 * 1024);
    expect(engine('py')).toMatchObject({ pid, phase: 'ready' });
    expect((await answer).how).toBe('answered');
    await until('it runs as another process', () => engine('py').phase === 'ready' && engine('py').pid !== pid);
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(engine('py')).toMatchObject({ restarts: 0, cause: null, held: false });
    expect(await log(call)).toMatch(/Started anew to free memory: \d+ MiB in use, max_memory is 400 MiB/);
  });

  it('is left alone when it needs more from its start, and that is said once', async () => {
    const { call, engine, host } = await startTestHost(config(python('40MiB', 'hold=200')));
    const notices: string[] = [];
    host.onNotice(({ kind, cause }) => notices.push(`${kind} ${cause?.code}`));
    await call('engines.start', only('py'));
    const { pid } = engine('py');
    await until('it is said', () => notices.length > 0);
    const first = engine('py').memory;
    await until('it is measured again', () => engine('py').memory !== first);
    expect(notices).toEqual(['warned memory_limit']);
    expect(engine('py')).toMatchObject({ pid, phase: 'ready', max_memory: 40 * 1024 * 1024 });
    expect((await log(call)).match(/needs more than max_memory/g)).toHaveLength(1);
  });
});
