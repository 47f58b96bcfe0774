/** Who may come in, on every path there is. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../../electron/router/endpoints.ts';
import type { RoutingTable } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';

const CHAT = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  data: [],
};
const OPEN = [
  { method: 'GET', path: '/health' },
  { method: 'GET', path: '/ready' },
];
const CLOSED = [
  ...[...ENDPOINTS.keys()].map((path) => ({ method: 'POST', path, asks: true })),
  ...['/v1/models', '/v1/models/m', '/metrics', '/api/tags', '/api/ps', '/api/version'].map((path) => ({
    method: 'GET',
    path,
    asks: false,
  })),
  { method: 'POST', path: '/api/show', asks: false },
  ...['pull', 'push', 'create', 'copy'].map((what) => ({ method: 'POST', path: `/api/${what}`, asks: false })),
  { method: 'DELETE', path: '/api/delete', asks: false },
  { method: 'GET', path: '/', asks: false },
  { method: 'POST', path: '/v1/nothing', asks: false },
  { method: 'POST', path: '/api/nothing', asks: false },
  { method: 'GET', path: '/v1/chat/completions', asks: false },
];

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown> | null;
}

const BOUNDARY = 'xYz';
function bodyOf(path: string, name: string): { type: string; bytes: string } {
  if (/transcriptions|translations/.test(path)) {
    const part = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="model"\r\n\r\n${name}\r\n--${BOUNDARY}--\r\n`;
    return { type: `multipart/form-data; boundary=${BOUNDARY}`, bytes: part };
  }
  const bytes = JSON.stringify({ model: name, messages: [], prompt: 'p', input: 'i', max_tokens: 1, stream: false });
  return { type: 'application/json', bytes };
}

describe('every path', () => {
  let up: Upstream;
  let router: RunningRouter;
  const ask = (method: string, path: string, name: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((done, fail) => {
      const { type, bytes } = bodyOf(path, name);
      const sent = method === 'GET' ? {} : { 'content-type': type, 'content-length': String(bytes.length) };
      const req = request(`${router.url}${path}`, { method, headers: { ...sent, ...headers } }, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        res.on('end', () => {
          const is = String(res.headers['content-type']).includes('json') && text !== '';
          done({ status: res.statusCode ?? 0, headers: res.headers, body: is ? JSON.parse(text) : null });
        });
      });
      req.on('error', fail);
      req.end(method === 'GET' ? undefined : bytes);
    });
  const key = (name: string, models: string[], expires: string | null = null) => ({
    ...{ name, key: `sk-${name}`, models, expires },
    requests_per_minute: null,
    tokens_per_minute: null,
  });
  const access = (over: Partial<RoutingTable['access']> = {}): RoutingTable['access'] => ({
    ...table().access,
    cors_origins: ['https://page.example'],
    keys: [key('all', ['*']), key('other', ['elsewhere']), key('old', ['*'], '2020-01-01T00:00:00Z')],
    ...over,
  });
  beforeAll(async () => {
    up = await startUpstream(json(200, CHAT));
    const speaks = [
      'chat',
      'completions',
      'embeddings',
      'messages',
      'responses',
      'rerank',
      'audio',
      'ollama',
    ] as const;
    router = await startRouter(
      table({ engines: [engine('a', up.url, { speaks })], models: [model('m', [target('a')])], access: access() }),
    );
  });
  afterAll(async () => {
    await router?.close();
    await up?.close();
  });

  /** The contract's envelope for a path's family of clients, with its code where that family has codes. */
  function expectRefusal(path: string, { status, headers, body }: Answer, wanted: number, code: string): void {
    expect(status).toBe(wanted);
    expect(headers['x-stackyard-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(body?.stackyard).toMatchObject({ source: 'gateway', request_id: headers['x-stackyard-request-id'] });
    if (path.startsWith('/v1/messages')) {
      const type = wanted === 401 ? 'authentication_error' : 'permission_error';
      expect(body).toMatchObject({ type: 'error', error: { type, message: expect.any(String) } });
    } else if (path.startsWith('/api/')) {
      expect(body?.error).toEqual(expect.any(String));
    } else expect(body?.error).toMatchObject({ code, message: expect.any(String), param: null });
  }

  it.each(CLOSED)('$method $path wants a key that is known and has not expired', async ({ method, path }) => {
    up.seen.length = 0;
    const wrong: Record<string, string>[] = [
      {},
      { authorization: 'Bearer sk-none' },
      { authorization: 'Bearer ' },
      { authorization: 'Basic c2stYWxs' },
      { authorization: 'sk-all' },
      { authorization: 'Bearer sk-old' },
      { 'x-api-key': 'sk-old' },
      { cookie: 'authorization=sk-all' },
    ];
    for (const headers of wrong) {
      expectRefusal(path, await ask(method, path, 'm', headers), 401, 'invalid_api_key');
      const query = await ask(method, `${path}?api_key=sk-all&key=sk-all`, 'm', headers);
      expect(query.status).toBe(401);
    }
    expect(up.seen).toEqual([]);
  });

  it.each(CLOSED)('$method $path takes a good key however it is sent', async ({ method, path, asks }) => {
    for (const headers of [{ authorization: 'Bearer sk-all' }, { 'x-api-key': 'sk-all' }, { 'api-key': 'sk-all' }]) {
      const { status, body } = await ask(method, path, 'm', headers as unknown as Record<string, string>);
      expect([401, 403]).not.toContain(status);
      if (asks) expect([status, body]).toEqual([200, expect.anything()]);
    }
  });

  it.each(CLOSED.filter(({ asks }) => asks))('$path keeps a key to its models', async ({ method, path }) => {
    up.seen.length = 0;
    const answer = await ask(method, path, 'm', { authorization: 'Bearer sk-other' });
    expectRefusal(path, answer, 403, 'model_not_allowed');
    expect(up.seen).toEqual([]);
  });

  it('shows a key nothing of models that are not its own', async () => {
    const headers = { authorization: 'Bearer sk-other' };
    expect((await ask('GET', '/v1/models', 'm', headers)).body).toMatchObject({ data: [] });
    expect((await ask('GET', '/v1/models/m', 'm', headers)).status).toBe(404);
    expect((await ask('GET', '/api/tags', 'm', headers)).body).toEqual({ models: [] });
    expect((await ask('GET', '/api/ps', 'm', headers)).body).toEqual({ models: [] });
    for (const path of ['/api/show', '/api/pull', '/api/create'])
      expect((await ask('POST', path, 'm', headers)).status, path).toBe(403);
  });

  it.each(OPEN)('$path is open', async ({ method, path }) => {
    expect((await ask(method, path, 'm')).status).toBe(200);
    expect((await ask(method, path, 'm', { authorization: 'Bearer wrong' })).status).toBe(200);
  });

  it.each([...OPEN, ...CLOSED])(
    '$method $path refuses strange hosts and pages, and knows its own',
    async ({ method, path }) => {
      const good = { authorization: 'Bearer sk-all' };
      expectRefusal(path, await ask(method, path, 'm', { ...good, host: 'evil.example' }), 403, 'host_not_allowed');
      const page = await ask(method, path, 'm', { ...good, origin: 'https://evil.example' });
      expectRefusal(path, page, 403, 'origin_not_allowed');
      expect(page.headers['access-control-allow-origin']).toBeUndefined();
      const sandboxed = await ask(method, path, 'm', { ...good, origin: 'null' });
      expectRefusal(path, sandboxed, 403, 'origin_not_allowed');

      const known = await ask(method, path, 'm', { ...good, origin: 'https://page.example', host: 'localhost' });
      expect(known.status).not.toBe(403);
      expect(known.headers['access-control-allow-origin']).toBe('https://page.example');
      expect(known.headers.vary).toContain('origin');

      const preflight = {
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      };
      const asked = await ask('OPTIONS', path, 'm', { ...preflight, origin: 'https://page.example' });
      expect(asked.status).toBe(204);
      expect(String(asked.headers['access-control-allow-methods']).split(', ')).toContain(method);
      const strange = await ask('OPTIONS', path, 'm', { ...preflight, origin: 'https://evil.example' });
      expect([strange.status, strange.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    },
  );
});
