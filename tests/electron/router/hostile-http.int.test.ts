/** Requests that no honest client sends: each is refused or passed safely, and the gateway goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { replies, send, wire } from '../../support/raw-http.ts';

const BODY = '{"model":"m"}';
const POST = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n';
const CHUNKED = `${POST}transfer-encoding: chunked\r\n\r\n`;
/** Stands behind what is refused: nobody may ever take it for a request. */
const SMUGGLED = `${POST}content-length: 20\r\n\r\n{"model":"smuggled"}`;
const raw = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('over a bare socket', () => {
  let up: Upstream;
  let router: RunningRouter;
  beforeAll(async () => {
    up = await startUpstream(json(200, { ok: true }));
    router = await startRouter(
      table({
        engines: [engine('a', up.url)],
        models: [model('m', [target('a')]), model('smuggled', [target('a', 'smuggled')])],
        limits: { max_body: 10_000, body_budget: 2 ** 20, max_connections: 1024 },
      }),
    );
  });
  afterAll(async () => {
    await router?.close();
    await up?.close();
  });
  afterEach(async () => {
    expect((await fetch(`${router.url}/health`)).status).toBe(200);
    expect(up.seen.map(({ body }) => body).filter((body) => body.includes('smuggled'))).toEqual([]);
    up.seen.length = 0;
  });

  const refused: [string, string][] = [
    ['both lengths', `${POST}content-length: 13\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${BODY}`],
    [
      'both lengths, the other order',
      `${POST}transfer-encoding: chunked\r\ncontent-length: 13\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['two equal lengths', `${POST}content-length: 13\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['two lengths', `${POST}content-length: 13\r\ncontent-length: 14\r\n\r\n${BODY}x`],
    ['a list of lengths', `${POST}content-length: 13, 13\r\n\r\n${BODY}`],
    ['a signed length', `${POST}content-length: +13\r\n\r\n${BODY}`],
    ['a negative length', `${POST}content-length: -13\r\n\r\n${BODY}`],
    ['a length in hex', `${POST}content-length: 0xd\r\n\r\n${BODY}`],
    ['a length with a gap', `${POST}content-length: 1 3\r\n\r\n${BODY}`],
    ['an empty length', `${POST}content-length: \r\n\r\n${BODY}`],
    ['a length beyond 64 bits', `${POST}content-length: 99999999999999999999999\r\n\r\n${BODY}`],
    ['a space before the colon', `${POST}content-length : 13\r\n\r\n${BODY}`],
    ['an unknown transfer coding', `${POST}transfer-encoding: xchunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['chunked, but not last', `${POST}transfer-encoding: chunked, identity\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['identity', `${POST}transfer-encoding: identity\r\n\r\n${BODY}`],
    ['two codings', `${POST}transfer-encoding: gzip, chunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    [
      'two coding headers',
      `${POST}transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['a vertical tab before the coding', `${POST}transfer-encoding:\x0bchunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['a NUL behind the coding', `${POST}transfer-encoding: chunked\0\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['a quoted coding', `${POST}transfer-encoding: "chunked"\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['a folded coding', `${POST}transfer-encoding:\r\n chunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    [
      'chunks in HTTP/1.0',
      `POST /v1/chat/completions HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['a bare LF behind a chunk extension', `${CHUNKED}d;x\n${BODY}\r\n0\r\n\r\n`],
    ['a negative chunk', `${CHUNKED}-d\r\n${BODY}\r\n0\r\n\r\n`],
    ['a chunk size in 0x', `${CHUNKED}0xd\r\n${BODY}\r\n0\r\n\r\n`],
    ['a space behind the chunk size', `${CHUNKED}d \r\n${BODY}\r\n0\r\n\r\n`],
    ['a chunk size beyond 64 bits', `${CHUNKED}1000000000000000d\r\n${BODY}\r\n0\r\n\r\n`],
    ['chunks with bare LFs', `${CHUNKED}d\n${BODY}\n0\n\n`],
    ['a chunk longer than it says', `${CHUNKED}d\r\n${BODY}xx0\r\n\r\n`],
    ['a length among the trailers', `${CHUNKED}d\r\n${BODY}\r\n0\r\ncontent-length: 5\r\n\r\n`],
    ['bare LFs', `POST /v1/chat/completions HTTP/1.1\nhost: localhost\ncontent-length: 13\n\n${BODY}`],
    ['a bare CR', `POST /v1/chat/completions HTTP/1.1\rhost: localhost\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a folded header', `${POST}x-a: b\r\n c\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a NUL in a header', `${POST}x-a: b\0c\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a control character in a header', `${POST}x-a: \x01\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a header without a colon', `${POST}garbage\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a header that begins with a space', 'GET /health HTTP/1.1\r\n host: localhost\r\n\r\n'],
    ['two hosts', `${POST}host: evil.example\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['HTTP/0.9', 'GET /health\r\n\r\n'],
    ['HTTP/2.0 in the request line', 'GET /health HTTP/2.0\r\nhost: localhost\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['300 headers', `${POST}${'x: y\r\n'.repeat(300)}content-length: 13\r\n\r\n${BODY}`],
    // Beyond 2,000 Node drops them silently: here the length itself would have been lost.
    ['2,500 headers', `${POST}${'x: y\r\n'.repeat(2_500)}content-length: 13\r\n\r\n${BODY}`],
    ['an authority', 'GET evil.example:80 HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['an unknown method', 'BREW /health HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a method in lower case', 'get /health HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a NUL in the path', 'GET /health\0 HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a space in the path', 'GET /hea lth HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['overlong UTF-8 in the path', 'GET /\xc0\xaf\xc0\xae HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a fragment', `${POST.replace(' HTTP', '#x HTTP')}content-length: 13\r\n\r\n${BODY}`],
    ['another expectation', `${POST}expect: 200-ok\r\ncontent-length: 13\r\n\r\n${BODY}`],
  ];
  it.each(refused)('%s: 400 and the end of the connection', async (_what, bytes) => {
    const [answer, more] = await send(router.url, raw(bytes + SMUGGLED));
    expect(more).toBeUndefined();
    expect(answer).toMatchObject({
      status: 400,
      headers: { connection: 'close', 'x-stackyard-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const body = JSON.parse(answer?.body ?? '');
    expect(body).toMatchObject({
      error: { code: 'invalid_request', type: 'invalid_request_error', param: null },
      stackyard: { request_id: answer?.headers['x-stackyard-request-id'], source: 'gateway' },
    });
    expect(up.seen).toEqual([]);
  });

  it.each([
    ['header', `${POST}x-a: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['address', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`],
  ])('a giant %s: 431', async (_what, bytes) => {
    const [answer] = await send(router.url, bytes);
    expect(answer).toMatchObject({ status: 431, headers: { 'x-stackyard-request-id': expect.any(String) } });
    expect(JSON.parse(answer?.body ?? '').error.code).toBe('invalid_request');
  });

  const CLOSE = `${POST}connection: close\r\n`;
  const passed: [string, string][] = [
    ['a plain one', `${CLOSE}content-length: 13\r\n\r\n${BODY}`],
    ['a space behind the length', `${CLOSE}content-length: 13 \r\n\r\n${BODY}`],
    ['chunks', `${CLOSE}transfer-encoding: chunked\r\n\r\n4\r\n{"mo\r\n9\r\ndel":"m"}\r\n0\r\n\r\n`],
    ['chunks by another name', `${CLOSE}Transfer-Encoding: Chunked\r\n\r\nd\r\n${BODY}\r\n0\r\n\r\n`],
    ['a chunk extension', `${CLOSE}transfer-encoding: chunked\r\n\r\nd;x=y\r\n${BODY}\r\n0\r\n\r\n`],
    ['trailers', `${CLOSE}transfer-encoding: chunked\r\n\r\nd\r\n${BODY}\r\n0\r\nx-a: b\r\n\r\n`],
    ['empty lines before it', `\r\n\r\n${CLOSE}content-length: 13\r\n\r\n${BODY}`],
    ['a header in Latin-1', `${CLOSE}x-a: \xff\xfe\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['200 headers', `${CLOSE}${'x: y\r\n'.repeat(200)}content-length: 13\r\n\r\n${BODY}`],
    [
      'headers that Connection wants dropped',
      `${CLOSE}connection: content-length, host, authorization\r\ncontent-length: 13\r\n\r\n${BODY}`,
    ],
    ['an upgrade', `${POST}connection: upgrade, close\r\nupgrade: websocket\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['a body that asks first', `${CLOSE}expect: 100-continue\r\ncontent-length: 13\r\n\r\n${BODY}`],
    ['HTTP/1.0', `POST /v1/chat/completions HTTP/1.0\r\ncontent-length: 13\r\n\r\n${BODY}`],
  ];
  it.each(passed)('%s: passed on as one plain request', async (_what, bytes) => {
    const all = await send(router.url, raw(bytes));
    expect(all.filter(({ status }) => status >= 200)).toMatchObject([{ status: 200, body: '{"ok":true}' }]);
    expect(up.seen).toMatchObject([{ url: '/v1/chat/completions', body: '{"model":"up"}' }]);
    const { headers } = up.seen[0] as Upstream['seen'][0];
    expect(headers['content-length']).toBe('14');
    for (const name of ['transfer-encoding', 'upgrade', 'expect', 'trailer', 'te']) {
      expect(headers[name]).toBeUndefined();
    }
  });

  it.each([
    '/v1/../health',
    '/v1/%2e%2e/health',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//health',
    '/health/',
    '/health;x=y',
    '/health%00',
    '/%68ealth',
    '/HEALTH',
    '/v1//chat/completions',
    '/v1/chat/completions/',
    '/v1/chat%2Fcompletions',
    '/api/../v1/models',
    '/v1/models/..%2f..%2fhealth',
    '/v1/models/%c0%af',
    '/v1/models/%00',
    'http://evil.example/health',
    'http://localhost/v1/models',
    '*',
  ])('%s is not taken for another path', async (path) => {
    const bytes = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
    const answers = await send(router.url, path === '*' ? bytes.replace('GET', 'OPTIONS') : bytes);
    expect(answers).toMatchObject([{ status: 404 }]);
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ stackyard: { source: 'gateway' } });
  });

  it('is no proxy and echoes nothing', async () => {
    const [tunnel] = await send(router.url, 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: 127.0.0.1:22\r\n\r\n');
    expect(tunnel).toMatchObject({ status: 405, headers: { 'x-stackyard-request-id': expect.any(String) } });
    expect(JSON.parse(tunnel?.body ?? '').error.code).toBe('method_not_allowed');
    const trace = 'TRACE /v1/models HTTP/1.1\r\nhost: localhost\r\ncookie: secret=1\r\nconnection: close\r\n\r\n';
    const [echo] = await send(router.url, trace);
    expect(echo).toMatchObject({ status: 405 });
    expect(echo?.body).not.toContain('secret');
  });

  it('tells a client that asks first not to send what is too large', async () => {
    const head = `${POST}expect: 100-continue\r\ncontent-length: 20000\r\n\r\n`;
    const answers = await send(router.url, head);
    expect(answers).toMatchObject([{ status: 413, headers: { connection: 'close' } }]);
  });

  it('lets a client that sends too much see the answer, whether it announced it or not', async () => {
    const large = 'x'.repeat(30_000);
    for (const bytes of [
      `${POST}connection: close\r\ncontent-length: 30000\r\n\r\n${large}`,
      `${POST}connection: close\r\ntransfer-encoding: chunked\r\n\r\n7530\r\n${large}\r\n0\r\n\r\n`,
    ]) {
      expect(await send(router.url, bytes)).toMatchObject([{ status: 413 }]);
    }
  });

  it('answers requests that were sent ahead in their order, each with its own', async () => {
    const line = await wire(router.url);
    up.answer = ({ body, res }) => {
      // The first ones take longest: only the order of their arrival can put them right.
      const n = Number(JSON.parse(body).n);
      setTimeout(() => res.writeHead(200, { 'content-type': 'application/json' }).end(String(n)), n === 0 ? 100 : 0);
    };
    const ask = (n: number) => {
      const body = JSON.stringify({ model: 'm', n });
      return `${POST}content-length: ${body.length}\r\n\r\n${body}`;
    };
    line.write(
      `${[0, 1, 2, 3].map(ask).join('')}GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );
    const answers = replies(await line.closed());
    expect(answers.map(({ body }) => body)).toEqual(['0', '1', '2', '3', '{"status":"ok"}']);
    up.answer = json(200, { ok: true });
  });

  it('gives everything back when a connection with requests sent ahead is lost', async () => {
    const line = await wire(router.url);
    up.answer = () => {};
    line.write(`${POST}content-length: 13\r\n\r\n${BODY}`.repeat(5));
    await router.until((report) => report.engines.a?.in_flight === 1);
    line.destroy();
    await router.until((report) => report.in_flight === 0 && (report.engines.a?.in_flight ?? 0) === 0);
    expect(up.seen.length).toBe(1);
    up.answer = json(200, { ok: true });
  });

  it('cuts off a client that sends hundreds of requests ahead', async () => {
    const line = await wire(router.url);
    up.answer = () => {};
    line.write(`${POST}content-length: 13\r\n\r\n${BODY}`);
    await router.until((report) => report.engines.a?.in_flight === 1);
    line.write('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(500));
    expect(await line.closed()).toBe('');
    await router.until((report) => report.in_flight === 0);
    up.answer = json(200, { ok: true });
  });

  it('never writes an error of its own into an answer that is under way', async () => {
    const line = await wire(router.url);
    up.answer = ({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {}\n\n');
    };
    line.write(`${POST}content-length: 13\r\n\r\n${BODY}`);
    await line.until((got) => got.includes('data: {}'));
    line.write('GARBAGE\r\n\r\n');
    const all = await line.closed();
    expect(all.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(all).not.toContain('invalid_request');
    up.answer = json(200, { ok: true });
  });

  it('takes a client that closes its half for gone, and frees the engine', async () => {
    up.answer = () => {};
    const line = await wire(router.url);
    line.write(`${POST}content-length: 13\r\n\r\n${BODY}`);
    await router.until((report) => report.engines.a?.in_flight === 1);
    line.half();
    await line.closed();
    line.destroy();
    await router.until((report) => report.in_flight === 0 && (report.engines.a?.in_flight ?? 0) === 0);
    up.answer = json(200, { ok: true });

    // In the middle of a body: nothing was asked, nothing is answered.
    const half = await wire(router.url);
    half.write(`${POST}content-length: 500\r\n\r\n${BODY}`);
    half.half();
    expect(await half.closed()).not.toContain('HTTP/1.1 200');
    half.destroy();
  });
});
