import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpServer } from '../../../electron/router/http-server.ts';
import { table } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import { replies, type Wire, wire } from '../../support/raw-http.ts';
import { until } from '../../support/until.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A server whose patience ends soon, and that answers once it has a whole body. */
async function impatient(): Promise<string> {
  const limits = { head: 300, request: 600, check: 50 };
  const { server } = createHttpServer((req, res) => req.resume().on('end', () => res.end('done')), limits);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => server.closeAllConnections() ?? server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('slow senders', () => {
  it.each([
    ['that never says anything', ''],
    ['of a head', 'POST / HTTP/1.1\r\nhost: localhost\r\nx-a: '],
    ['of a body', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n'],
    ['of chunks', 'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n'],
  ])('one %s is told 408 and cut off, though it keeps sending a byte', async (what, bytes) => {
    const line = await wire(await impatient());
    line.write(bytes);
    const drip = what.startsWith('of')
      ? setInterval(() => line.write(what === 'of chunks' ? '1\r\na\r\n' : 'a'), 50)
      : null;
    if (drip) open.push(() => clearInterval(drip));
    const [answer] = replies(await line.closed());
    line.destroy();
    expect(answer).toMatchObject({ status: 408, headers: { 'x-stackyard-request-id': expect.any(String) } });
    expect(JSON.parse(answer?.body ?? '').error.code).toBe('invalid_request');
  });

  it('a sender that is not slow has all the time for its answer', async () => {
    const limits = { head: 300, request: 600, check: 50 };
    const { server } = createHttpServer((_req, res) => setTimeout(() => res.end('late'), 1_500), limits);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    open.push(() => server.close());
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await answer.text()).toBe('late');
  });
});

describe('max_connections', () => {
  const crowded = async (most: number): Promise<{ url: string; idle: Wire[] }> => {
    const limits = { max_body: 1_000, body_budget: 1_000, max_connections: most };
    const router = await startRouter(table({ limits }));
    open.push(() => router.close());
    const idle = await Promise.all(Array.from({ length: most }, () => wire(router.url)));
    open.push(() => idle.map((line) => line.destroy()));
    return { url: router.url, idle };
  };
  const HEALTH = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';

  it.each([
    ['/health', HEALTH],
    ['/v1/messages', 'POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{'],
  ])('tells one too many so, and takes new ones when old ones go (%s)', async (_path, request) => {
    const { url, idle } = await crowded(20);
    const late = await wire(url);
    late.write(request);
    const [answer] = replies(await late.closed());
    late.destroy();
    expect(answer).toMatchObject({
      status: 503,
      headers: { connection: 'close', 'retry-after': '1', 'x-stackyard-request-id': expect.any(String) },
      body: expect.stringContaining('gateway.max_connections'),
    });
    idle[0]?.destroy();
    await until('a place is free', async () => {
      const next = await fetch(`${url}/health`, { headers: { connection: 'close' } });
      return next.status === 200;
    });
    // Those who were there first never noticed.
    idle[1]?.write(HEALTH);
    expect(await idle[1]?.until((got) => got.includes('ok'))).toContain('HTTP/1.1 200');
  });

  it('takes a connection that came too early once there is room', async () => {
    const { url, idle } = await crowded(2);
    const early = await wire(url);
    open.push(() => early.destroy());
    for (const line of idle) line.destroy();
    await until('they are gone', async () => {
      const next = await fetch(`${url}/health`, { headers: { connection: 'close' } });
      return next.status === 200;
    });
    early.write(HEALTH);
    expect(await early.until((got) => got.includes('\r\n\r\n'))).toContain('HTTP/1.1 200');
  });

  it('drops a flood without a word, and goes on', async () => {
    const { url, idle } = await crowded(2);
    const flood = await Promise.all(Array.from({ length: 200 }, () => wire(url)));
    open.push(() => flood.map((line) => line.destroy()));
    let dropped = 0;
    for (const line of flood) void line.closed().then(() => (dropped += 1));
    await until('all but 64 are dropped', () => dropped === 200 - 64);
    idle[0]?.write(HEALTH);
    expect(await idle[0]?.until((got) => got.includes('ok'))).toContain('HTTP/1.1 200');
  });
});
