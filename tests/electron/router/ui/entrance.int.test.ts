/** The page's entrance over bare sockets: who is let in, who is not, and that nothing reaches the host before the token. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CONTROL_VERSION, encodeLine } from '../../../../electron/host/control-lines.ts';
import type { ClientKey, UiTerms } from '../../../../shared/contract/router.ts';
import { LINE_PROTOCOL, LONGEST_MESSAGE, TOKEN_PROTOCOL_PREFIX } from '../../../../shared/contract/ui.ts';
import { engine, model, table, target } from '../../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../../fixtures/upstream/upstream-server.ts';
import { type Reply, send } from '../../../support/raw-http.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { until } from '../../../support/until.ts';
import { type PocketHost, startPocketHost } from '../../cli/pocket-host.ts';

const TOKEN = 'k'.repeat(43);
const HANDSHAKE = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
const KEY = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

let host: PocketHost;
let up: Upstream;
let router: RunningRouter;
let terms: UiTerms;
/** `127.0.0.1:PORT`. */
let at: string;
beforeAll(async () => {
  const folder = tempFolder('page');
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'not for you');
  writeFileSync(join(folder, 'page', 'index.html'), '<title>Stackyard</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-1.js'), 'export {};');
  host = await startPocketHost();
  up = await startUpstream(json(200, { answered: true }));
  router = await startRouter(
    table({
      engines: [engine('a', up.url)],
      models: [model('m', [target('a')])],
      access: {
        keys: [],
        app_token: 'the-app',
        app_origin: 'stackyard://app',
        allowed_hosts: ['box.test'],
        machine_names: [],
        cors_origins: ['http://named.test'],
      },
    }),
  );
  const greeting = encodeLine({ v: CONTROL_VERSION, token: host.token, from: 'window' });
  terms = { port: 0, token: TOKEN, folder: join(folder, 'page'), socket: host.paths.socket, greeting };
  router.handle({ type: 'ui', ui: terms });
  const listening = await router.when(() => router.ui()?.listening);
  at = `${listening.host}:${listening.port}`;
});
afterAll(async () => {
  await router?.close();
  await up?.close();
  await host?.close();
});

/** One request in these very bytes; `head` are lines that end with CRLF. */
async function ask(line: string, head: string, body = ''): Promise<Reply> {
  const length = body === '' ? '' : `content-length: ${body.length}\r\n`;
  const [reply] = await send(`http://${at}`, `${line} HTTP/1.1\r\n${head}${length}connection: close\r\n\r\n${body}`);
  if (!reply) throw new Error('no answer');
  return reply;
}

const code = ({ body }: Reply): string => (JSON.parse(body) as { error: { code: string } }).error.code;

const upgrade = async (head: string, path = '/ws'): Promise<Reply> => {
  const [reply] = await send(`http://${at}`, `GET ${path} HTTP/1.1\r\n${HANDSHAKE}${KEY}${head}\r\n`);
  if (!reply) throw new Error('no answer');
  return reply;
};

const offer = (token: string): string =>
  `sec-websocket-protocol: ${LINE_PROTOCOL}, ${TOKEN_PROTOCOL_PREFIX}${token}\r\n`;

const page = (where = at): WebSocket =>
  new WebSocket(`ws://${where}/ws`, [LINE_PROTOCOL, `${TOKEN_PROTOCOL_PREFIX}${TOKEN}`], {
    origin: `http://${where}`,
  });

/** Another router with a page, and its clean end. */
async function startOther(change: Partial<UiTerms>, keys: readonly ClientKey[] = []) {
  const first = table();
  const other = await startRouter({ ...first, access: { ...first.access, keys } });
  other.handle({ type: 'ui', ui: { ...terms, ...change } });
  const { port } = await other.when(() => other.ui()?.listening);
  return { gateway: other.url, at: `127.0.0.1:${port}`, page: () => page(`127.0.0.1:${port}`), close: other.close };
}

/** Everything that came over a line, as the host's messages. */
function heard(line: WebSocket): () => Record<string, unknown>[] {
  let text = '';
  line.on('message', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const whole = () => text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return () => whole().flatMap((one) => (one === '' ? [] : [JSON.parse(one) as Record<string, unknown>]));
}

describe('the page’s files', () => {
  it('need neither token nor origin, and go out under a strict policy', async () => {
    const reply = await ask('GET /', `host: ${at}\r\n`);
    expect(reply).toMatchObject({ status: 200, body: '<title>Stackyard</title>' });
    expect(reply.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; ` +
        `connect-src 'self' ws://${at}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
    const script = await ask('GET /assets/index-1.js', `host: ${at}\r\norigin: http://${at}\r\n`);
    expect(script).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8' } });
    expect(await ask('HEAD /', `host: ${at}\r\n`)).toMatchObject({
      status: 200,
      headers: { 'content-length': '24' },
    });
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//../..//secret.txt',
    '/%00',
    '/assets',
    '/nothing.js',
    '/health',
    '/metrics',
    '/api/tags',
    '/v1',
  ])('are all there is: not %s', async (path) => {
    const reply = await ask(`GET ${path}`, `host: ${at}\r\n`);
    expect(reply.status).toBe(404);
    expect(reply.body).not.toContain('not for you');
  });

  it('are only read', async () => {
    const reply = await ask('POST /', `host: ${at}\r\norigin: http://${at}\r\n`, '{}');
    expect([reply.status, reply.headers.allow]).toEqual([405, 'GET']);
  });

  it('do not repeat a strange name in their policy', async () => {
    const reply = await ask('GET /', 'host: x;script-src*;.localhost\r\n');
    expect(reply.headers['content-security-policy']).not.toContain('localhost');
  });
});

describe('who is refused, whatever is asked for', () => {
  const doors: [string, (head: string) => Promise<Reply>][] = [
    ['a file', (head) => ask('GET /', head)],
    ['/v1', (head) => ask('GET /v1/models', `${head}authorization: Bearer ${TOKEN}\r\n`)],
    ['/ws', (head) => upgrade(`${head}${offer(TOKEN)}`)],
  ];
  describe.each(doors)('%s', (_name, open) => {
    it('with a name that the gateway does not know', async () => {
      const reply = await open('host: evil.example\r\norigin: http://evil.example\r\n');
      expect([reply.status, code(reply)]).toEqual([403, 'host_not_allowed']);
    });

    it('without any name', async () => {
      const [reply] = await send(`http://${at}`, `GET / HTTP/1.0\r\n\r\n`);
      expect(reply && [reply.status, code(reply)]).toEqual([403, 'host_not_allowed']);
    });

    it.each([
      ['another site', 'https://evil.example'],
      ['another port', 'http://127.0.0.1:1'],
      ['another scheme', 'https://{at}'],
      ['none that can be told', 'null'],
      ['one that the gateway would take', 'http://named.test'],
      ['the app', 'stackyard://app'],
    ])('with the origin of %s', async (_whose, origin) => {
      const reply = await open(`host: ${at}\r\norigin: ${origin.replace('{at}', at)}\r\n`);
      expect([reply.status, code(reply)]).toEqual([403, 'origin_not_allowed']);
    });
  });

  it('but a tunnel’s other port, and a name of gateway.allowed_hosts, come in', async () => {
    for (const name of ['localhost:9999', 'box.test:80', '[::1]:8080']) {
      const reply = await ask(
        'GET /v1/models',
        `host: ${name}\r\norigin: http://${name}\r\nauthorization: Bearer ${TOKEN}\r\n`,
      );
      expect(reply.status, name).toBe(200);
    }
  });
});

describe('/v1', () => {
  it.each([
    ['no token', ''],
    ['a wrong one', `authorization: Bearer ${'x'.repeat(43)}\r\n`],
    ['a part of it', `authorization: Bearer ${TOKEN.slice(1)}\r\n`],
    ['the app’s', 'authorization: Bearer the-app\r\n'],
  ])('refuses %s, also where the gateway asks for no key', async (_what, head) => {
    const reply = await ask('GET /v1/models', `host: ${at}\r\n${head}`);
    expect([reply.status, code(reply)]).toEqual([401, 'invalid_api_key']);
    const chat = await ask('POST /v1/chat/completions', `host: ${at}\r\n${head}`, '{"model":"m"}');
    expect(chat.status).toBe(401);
    expect(up.seen).toEqual([]);
  });

  it('is the gateway’s own with the token', async () => {
    const head = `host: ${at}\r\norigin: http://${at}\r\nauthorization: Bearer ${TOKEN}\r\n`;
    const reply = await ask('POST /v1/chat/completions', head, '{"model":"m","messages":[]}');
    expect(reply).toMatchObject({ status: 200, headers: { 'x-stackyard-route': 'a/up' } });
    expect(up.seen).toHaveLength(1);
    expect(up.seen[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('the token', () => {
  it('opens nothing at the gateway’s own address, and a key of the gateway’s nothing here', async () => {
    const key = {
      name: 'mine',
      key: 'sk-mine',
      models: ['*'],
      requests_per_minute: null,
      tokens_per_minute: null,
      expires: null,
    };
    const other = await startOther({}, [key]);
    const ask = (base: string, bearer: string) =>
      fetch(`${base}/v1/models`, { headers: { authorization: `Bearer ${bearer}` } }).then(({ status }) => status);
    expect([await ask(other.gateway, 'sk-mine'), await ask(other.gateway, TOKEN)]).toEqual([200, 401]);
    expect([await ask(`http://${other.at}`, 'sk-mine'), await ask(`http://${other.at}`, TOKEN)]).toEqual([401, 200]);
    await other.close();
  });
});

describe('/ws', () => {
  it('refuses a line without an origin, with 403', async () => {
    const reply = await upgrade(`host: ${at}\r\n${offer(TOKEN)}`);
    expect([reply.status, code(reply)]).toEqual([403, 'origin_not_allowed']);
  });

  it.each([
    ['no token', ''],
    ['a wrong token', offer('x'.repeat(43))],
    ['an empty token', offer('')],
    ['the control socket’s token', 'control'],
  ])('refuses %s with 401, and says nothing to the host', async (_what, head) => {
    const offered = head === 'control' ? offer(host.token) : head;
    const reply = await upgrade(`host: ${at}\r\norigin: http://${at}\r\n${offered}`);
    expect([reply.status, code(reply)]).toEqual([401, 'invalid_api_key']);
    expect(host.subscribers()).toEqual([]);
  });

  it('takes no token from the address', async () => {
    const reply = await upgrade(`host: ${at}\r\norigin: http://${at}\r\n`, `/ws?token=${TOKEN}`);
    expect(reply.status).toBe(400);
  });

  it('is a WebSocket and nothing else', async () => {
    expect((await ask('GET /ws', `host: ${at}\r\n`)).status).toBe(400);
    expect((await upgrade(`host: ${at}\r\norigin: http://${at}\r\n${offer(TOKEN)}`, '/v1/models')).status).toBe(400);
  });

  it('with the token is the control socket, greeted already', async () => {
    const line = page();
    const messages = heard(line);
    await once(line, 'open');
    expect(line.protocol).toBe(LINE_PROTOCOL);
    // Lines may begin and end anywhere.
    line.send('{"id":1,"call":"snap');
    line.send('shot.get","input":{}}\n{"id":2,"subscribe":true}\n');
    await until(
      'both answers',
      () => messages().some((one) => one.id === 2) && messages().some((one) => one.id === 1),
    );
    expect(messages()[0]).toEqual({ v: CONTROL_VERSION, ok: true });
    await until('subscribed', () => host.subscribers().length === 1);
    line.close();
    await until('left', () => host.subscribers().length === 0);
  });

  it('cuts off who says too much at once', async () => {
    const line = page();
    await once(line, 'open');
    line.on('error', () => {});
    line.send(Buffer.alloc(LONGEST_MESSAGE + 1, 0x20));
    const [closed] = (await once(line, 'close')) as [number];
    expect(closed).toBe(1009);
  });

  it('holds the host up while a page reads nothing, and loses nothing', async () => {
    const whole = 64 * 2 ** 20;
    let taken = 0;
    const flood = createServer((socket) => {
      const piece = Buffer.alloc(64 * 1024, 0x20);
      const next = (): void => {
        if (taken === whole) return void socket.end();
        socket.write(piece, () => {
          taken += piece.length;
          next();
        });
      };
      next();
    });
    const socket = join(tempFolder(), 'flood.sock');
    await once(flood.listen(socket), 'listening');
    const other = await startOther({ socket });
    const line = other.page();
    await once(line, 'open');
    line.pause();
    let before = -1;
    let still = 0;
    await until('the host is held up', () => {
      still = taken === before ? still + 1 : 0;
      before = taken;
      return taken > 0 && still > 20;
    });
    expect(taken).toBeLessThan(whole / 2);
    let got = 0;
    line.on('message', (bytes: Buffer) => {
      got += bytes.length;
    });
    line.resume();
    await once(line, 'close');
    expect(got).toBe(whole);
    flood.close();
    await other.close();
  });

  it('says that it goes when the host is gone', async () => {
    const other = await startOther({ socket: join(tempFolder(), 'nobody.sock') });
    const [closed] = (await once(other.page(), 'close')) as [number];
    expect(closed).toBe(1001);
    await other.close();
  });
});
