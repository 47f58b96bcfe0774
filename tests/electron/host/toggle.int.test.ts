import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const all = { names: [], wait_ms: 60_000 };
const engine = (name: string, start: string) => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1"]
    start: ${start}
`;
const config = `version: 1
gateway: { port: 0 }
engines:
${engine('app', 'with-app')}${engine('demand', 'on-demand')}${engine('hand', 'manual')}`;

describeNeeding(['llama-server'], 'the stack’s toggle', () => {
  it('starts with-app engines at the start, stops and holds everything, and starts them again', async () => {
    const { call, engine: view, host } = await startTestHost(config);
    await until('app is ready by itself', () => view('app').phase === 'ready');
    expect(host.snapshot().stack_on).toBe(true);
    expect((await call('engines.stop', all)).map((o) => o.ok)).toEqual([true, true, true]);
    expect(host.snapshot().stack_on).toBe(false);
    expect(['app', 'demand', 'hand'].map((name) => view(name).held)).toEqual([true, true, true]);
    expect(await call('engines.start', all)).toEqual([{ engine: 'app', ok: true, cause: null }]);
    expect(['app', 'demand', 'hand'].map((name) => view(name).held)).toEqual([false, false, false]);
    expect(host.snapshot().stack_on).toBe(true);
  });

  it('can be switched faster than an engine stops', async () => {
    const { call, engine: view } = await startTestHost(config);
    await until('app is ready by itself', () => view('app').phase === 'ready');
    void call('engines.stop', { names: [], wait_ms: null });
    expect((await call('engines.start', all))[0]).toEqual({ engine: 'app', ok: true, cause: null });
    void call('engines.start', { names: [], wait_ms: null });
    expect((await call('engines.stop', all)).map((o) => o.ok)).toEqual([true, true, true]);
    expect(view('app').phase).toBe('stopped');
  });
});
