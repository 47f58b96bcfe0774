import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import { chatEvents, type Seen, startUpstream } from '../../fixtures/upstream/upstream-server.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

/** A port that somebody else holds. */
async function holder(): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const release = () => new Promise<void>((done) => server.close(() => done()));
  open.push({ close: release });
  return { port: (server.address() as AddressInfo).port, release };
}
const at = (port: number, host = '127.0.0.1') => table({ listen: { host, port } });

describe('the address', () => {
  it('is reported as taken, and tried again with each table', async () => {
    const taken = await holder();
    const r = await startRouter(at(taken.port));
    open.push(r);
    expect(r.last().listening).toBeNull();
    expect(r.last().bind_error).toMatchObject({
      code: 'gateway_port_in_use',
      message: expect.stringContaining(`${taken.port}`),
    });
    await taken.release();
    r.send(at(taken.port));
    const report = await r.until((x) => x.listening !== null);
    expect(report).toMatchObject({ listening: { host: '127.0.0.1', port: taken.port }, bind_error: null });
    expect((await fetch(`${r.url}/health`)).status).toBe(200);
  });

  it('is told apart from one that this machine does not have', async () => {
    const r = await startRouter(at(0, '192.0.2.1'));
    open.push(r);
    expect(r.last().bind_error).toMatchObject({ code: 'gateway_bind_failed' });
  });

  it('stays where it is when the new one can’t be bound', async () => {
    const taken = await holder();
    const r = await startRouter(at(0));
    open.push(r);
    const before = r.url;
    r.send(at(taken.port));
    await r.until((x) => x.bind_error !== null);
    expect((await fetch(`${before}/health`)).status).toBe(200);
    r.send(at(0));
    await r.until((x) => x.bind_error === null);
    expect(r.url).toBe(before);
  });

  it('is not given up when the free port that was found is named from then on', async () => {
    const r = await startRouter(at(0));
    open.push(r);
    const { port } = r.last().listening ?? { port: 0 };
    const client = connect(port, '127.0.0.1');
    await once(client, 'connect');
    const first = r.last().applied;
    r.send(at(port));
    await r.until((x) => x.applied > first && x.listening?.port === port);
    // An idle connection of a retired server would be closed.
    client.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [answer] = await once(client, 'data');
    expect(String(answer)).toContain('200 OK');
    client.destroy();
  });

  it('is let go although a client holds a connection on which it never asked', async () => {
    const r = await startRouter(at(0));
    const client = connect(r.last().listening?.port ?? 0, '127.0.0.1');
    await once(client, 'connect');
    const cut = once(client, 'close');
    // Far beyond the test's own patience: it does not wait for this deadline.
    await Promise.all([r.close(600_000), cut]);
  });

  it('changes without cutting a running stream', async () => {
    const events = chatEvents(['a', 'b']);
    const running: Seen[] = [];
    const up = await startUpstream((seen) => {
      running.push(seen);
      seen.res.writeHead(200, { 'content-type': 'text/event-stream' });
      seen.res.write(events[0] as string);
    });
    open.push(up);
    const parts = { engines: [engine('a', up.url)], models: [model('m', [target('a')])] };
    const r = await startRouter(table(parts));
    open.push(r);
    const before = r.url;
    const answer = await r.chat({ model: 'm', stream: true });
    const next = await holder();
    await next.release();
    r.send(table({ ...parts, listen: { host: '127.0.0.1', port: next.port } }));
    await r.until((x) => x.listening?.port === next.port);
    expect((await fetch(`${r.url}/health`)).status).toBe(200);
    await expect(fetch(`${before}/health`, { headers: { connection: 'close' } })).rejects.toThrow();
    for (const event of events.slice(1)) running[0]?.res.write(event);
    running[0]?.res.end();
    expect(await answer.text()).toBe(events.join(''));
  });

  it('widens on the same port', async () => {
    const free = await holder();
    await free.release();
    const r = await startRouter(at(free.port));
    open.push(r);
    r.send(at(free.port, '0.0.0.0'));
    await r.until((x) => x.listening?.host === '0.0.0.0');
    expect((await fetch(`http://127.0.0.1:${free.port}/health`)).status).toBe(200);
  });
});
