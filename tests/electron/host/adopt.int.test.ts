import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startTime } from '../../../electron/host/processes.ts';
import { startTestHost } from '../../support/host.ts';
import { freePort } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { type StandIn, standIn, startStandIn } from '../../support/stand-ins.ts';
import { tempFolder } from '../../support/tmp.ts';
import { until } from '../../support/until.ts';

const only = { names: ['ollama'], wait_ms: 60_000 };
const config = (port: number, more = '') => `version: 1
gateway: { port: 0 }
engines:
  ollama: { kind: ollama, port: ${port}, command: ${JSON.stringify(standIn('ollama'))} ${more} }
`;

const foreign: StandIn[] = [];
async function someoneElses(options: Parameters<typeof startStandIn>[1]): Promise<StandIn> {
  const server = await startStandIn('ollama', options);
  foreign.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(foreign.splice(0).map((server) => server.stop()));
});

async function chat(gateway: string): Promise<Response> {
  return fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tiny:latest', messages: [{ role: 'user', content: 'Hi' }] }),
  });
}

describe('a server on Ollama’s port (a stand-in for Ollama)', () => {
  it('is adopted when it is somebody else’s: named, routed to, and alive after Stackyard quits', async () => {
    const server = await someoneElses({});
    const { host, call, engine, gateway } = await startTestHost(config(server.port));
    const url = await gateway();
    await until('it is adopted', () => engine('ollama').owner === 'external' && engine('ollama').phase === 'ready');
    await until('its owner is named', () => engine('ollama').run_by?.pid === server.pid);
    expect(engine('ollama').run_by).toMatchObject({ by: 'program', mine: true, unit: null });
    expect((await chat(url)).headers.get('x-stackyard-route')).toBe('ollama/tiny:latest');
    const [down] = await call('engines.stop', only);
    expect(down?.cause?.code).toBe('external_engine');
    await host.stop();
    expect((await server.state()).pid).toBe(server.pid);
  });

  it('is reaped, not adopted, when an earlier Stackyard left it there', async () => {
    const tag = 'dead00000000:ollama.1';
    const left = await someoneElses({ env: { STACKYARD_RUN: tag } });
    const folder = tempFolder();
    mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
    const entry = { pid: left.pid, startTime: await startTime(left.pid), tag, kind: 'engine', name: 'ollama' };
    writeFileSync(join(folder, 'data/ledger.json'), JSON.stringify({ schema: 1, entries: [entry] }));
    const { call, engine } = await startTestHost(config(left.port), { data: folder });
    expect(isAlive(left.pid)).toBe(false);
    expect((await call('engines.start', only))[0]).toEqual({ engine: 'ollama', ok: true, cause: null });
    expect(engine('ollama')).toMatchObject({ owner: 'managed', run_by: null });
    expect(engine('ollama').pid).not.toBe(left.pid);
  });

  it('is given five seconds when it vanishes, then Stackyard starts its own', async () => {
    const server = await someoneElses({});
    const { call, engine, shows } = await startTestHost(
      config(server.port, ', health: { every: 200ms, failures: 1 }'),
    );
    expect((await call('engines.start', only))[0]?.ok).toBe(true);
    expect(engine('ollama').owner).toBe('external');
    await server.stop();
    await shows('it is missed', (s) => s.engines[0]?.owner === 'external' && s.engines[0].phase === 'unhealthy');
    await shows('another one runs', (s) => s.engines[0]?.owner === 'managed' && s.engines[0].phase === 'ready');
    expect(engine('ollama').run_by).toBeNull();
  });
});

describe('something else on an engine’s port', () => {
  it('is named as `port_busy`, left alone, and got out of the way of with the port that is offered', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('not Ollama'));
    const port = await freePort();
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
    const { call, engine } = await startTestHost(config(port));
    const [up] = await call('engines.start', only);
    expect(up?.cause?.code).toBe('port_busy');
    const { phase, cause } = engine('ollama');
    expect(phase).toBe('failed');
    expect(cause?.message).toContain(`(pid ${process.pid})`);
    expect(cause?.port).toMatchObject({ port, holder: { by: expect.any(String), pid: process.pid, mine: true } });

    const free = cause?.port?.free ?? 0;
    const { revision } = await call('config.read', {});
    const applied = await call('config.apply', { text: config(free), if_revision: revision });
    expect(applied.applied).toBe(true);
    await until(
      'it runs on the free port',
      () => engine('ollama').phase === 'ready' && engine('ollama').port === free,
    );
    expect(other.listening).toBe(true);
    other.closeAllConnections();
    other.close();
  });

  it('is looked for once more when a start fails for it, and then it is final', async () => {
    // The stand-in says that its port is taken without having tried, so nobody is there to name.
    const { call, engine } = await startTestHost(config(await freePort(), ', env: { STAND_IN_FAULTS: port-busy }'));
    const [up] = await call('engines.start', only);
    expect(up?.cause).toMatchObject({ code: 'port_busy' });
    expect(up?.cause?.port).toBeUndefined();
    await until('nothing of it is left', () => engine('ollama').pid === null);
    expect(engine('ollama').phase).toBe('failed');
    const { lines } = await call('logs.read', { engine: 'ollama', after: null, before: null, limit: 50 });
    expect(lines.filter((line) => line.text.includes('Starting:'))).toHaveLength(2);
  });
});
