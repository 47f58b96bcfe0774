import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { RoutingTable } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';

const open: { close(): Promise<void> }[] = [];
const upstream = async (answer: Upstream['answer']): Promise<Upstream> => {
  const server = await startUpstream(answer);
  open.push(server);
  return server;
};
const router = async (over: Partial<RoutingTable> = {}): Promise<RunningRouter> => {
  const running = await startRouter(table(over));
  open.push(running);
  return running;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

/** `fetch` sets Host itself and refuses some headers: this one sends what it is told. */
const raw = (url: string, method: string, headers: Record<string, string>, body?: string) =>
  new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((done, fail) => {
    const req = request(url, { method, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      res.on('end', () => done({ status: res.statusCode ?? 0, headers: res.headers, text }));
    });
    req.on('error', fail);
    req.end(body);
  });

const access = (over: Partial<RoutingTable['access']>): RoutingTable['access'] => ({ ...table().access, ...over });
const house = {
  engines: [
    engine('ollama', 'http://127.0.0.1:9', { phase: 'stopped', owner: 'external' }),
    engine('vllm', 'http://127.0.0.1:9', { phase: 'stopped' }),
  ],
  models: [model('qwen', [target('vllm', 'Qwen/Qwen2.5')])],
  aliases: { gpt: 'qwen', later: 'not-yet-reported' },
  discovered: [
    { id: 'llama3', engine: 'ollama' },
    { id: 'qwen', engine: 'ollama' },
    { id: 'hf/org/model', engine: 'vllm' },
  ],
};

describe('lists', () => {
  it('lists entries, aliases and discovered ids, whatever the engines do', async () => {
    const r = await router(house);
    const list = await (await fetch(`${r.url}/v1/models`)).json();
    expect(list.object).toBe('list');
    expect(list.data.map((x: { id: string }) => x.id)).toEqual(['qwen', 'gpt', 'later', 'llama3', 'hf/org/model']);
    expect(list.data[0]).toMatchObject({ object: 'model', created: expect.any(Number), owned_by: 'stackyard' });
    expect(list.data[1].stackyard).toEqual({
      origin: 'alias',
      alias_of: 'qwen',
      targets: [{ engine: 'vllm', model: 'Qwen/Qwen2.5', phase: 'not_loaded' }],
    });
    expect(list.data[2].stackyard).toEqual({ origin: 'alias', alias_of: 'not-yet-reported', targets: [] });
    r.send(table({ ...house, list_discovered: false }));
    const less = await (await fetch(`${r.url}/v1/models`)).json();
    expect(less.data.map((x: { id: string }) => x.id)).toEqual(['qwen', 'gpt', 'later']);
  });

  it('finds one model by any name that resolves, with slashes raw or encoded', async () => {
    const r = await router(house);
    for (const path of ['qwen', 'gpt', 'hf/org/model', 'hf%2Forg%2Fmodel', 'vllm/any%20thing']) {
      const answer = await fetch(`${r.url}/v1/models/${path}`);
      expect(answer.status, path).toBe(200);
      expect((await answer.json()).id).toBe(decodeURIComponent(path));
    }
    for (const path of ['nope', '%zz']) expect((await fetch(`${r.url}/v1/models/${path}`)).status).toBe(404);
  });

  it('tells health always, and readiness by what could answer', async () => {
    const r = await router({ access: access({ keys: [] }) });
    expect(await (await fetch(`${r.url}/health`)).json()).toEqual({ status: 'ok' });
    const none = await fetch(`${r.url}/ready`);
    expect(none.status).toBe(503);
    expect(await none.json()).toEqual({ status: 'not_ready', models: {} });
    r.send(table(house));
    const wakes = await fetch(`${r.url}/ready`);
    expect(wakes.status).toBe(200);
    expect(await wakes.json()).toEqual({
      status: 'ready',
      models: {
        qwen: 'not_loaded',
        gpt: 'not_loaded',
        later: 'unavailable',
        llama3: 'unavailable',
        'hf/org/model': 'not_loaded',
      },
    });
    r.send(table({ ...house, engines: house.engines.map((e) => ({ ...e, held: true })) }));
    expect((await fetch(`${r.url}/ready`)).status).toBe(503);
  });
});

describe('errors', () => {
  it('answers an unknown model with near names', async () => {
    const r = await router(house);
    const answer = await r.chat({ model: 'gwen', messages: [] });
    expect(answer.status).toBe(404);
    const id = answer.headers.get('x-stackyard-request-id');
    expect(answer.headers.get('x-stackyard-model')).toBeNull();
    expect(await answer.json()).toEqual({
      error: {
        message: 'There is no model "gwen". Did you mean qwen?',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      },
      stackyard: { request_id: id, source: 'gateway', near: ['qwen'], attempts: [] },
    });
    await r.recorded((x) => x.code === 'model_not_found' && x.asked === 'gwen' && x.status === 404);
  });

  it.each(['{', '{"model":"a","model":"b"}', '{"messages":[]}', '{"model":5}', ''])(
    'refuses the body %j',
    async (body) => {
      const r = await router(house);
      const answer = await fetch(`${r.url}/v1/chat/completions`, { method: 'POST', body });
      expect(answer.status).toBe(400);
      expect((await answer.json()).error).toMatchObject({ code: 'invalid_request', param: null });
    },
  );

  it('knows its paths and their methods', async () => {
    const r = await router(house);
    const wrong = await fetch(`${r.url}/v1/chat/completions`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect((await wrong.json()).error.code).toBe('method_not_allowed');
    expect((await fetch(`${r.url}/v1/models`, { method: 'DELETE' })).status).toBe(405);
    const lost = await fetch(`${r.url}/v1/nothing`, { method: 'POST', body: 'x' });
    expect(lost.status).toBe(404);
    expect((await lost.json()).error.code).toBe('not_found');
    expect((await fetch(`${r.url}/health`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers 500 and goes on when a request hits a mistake of our own', async () => {
    // The host never sends such an address: it stands for whatever nobody thought of.
    const broken = engine('a', 'http://127.0.0.1:9', { root_url: 'no address', speaks: ['ollama'] });
    const r = await router({ engines: [broken], models: [model('m', [target('a')])] });
    const answer = await fetch(`${r.url}/api/chat`, { method: 'POST', body: '{"model":"m"}' });
    expect([answer.status, await answer.json()]).toMatchObject([500, { error: expect.any(String) }]);
    expect(await r.when(() => r.logs.find((line) => line.includes('/api/chat failed')))).toContain('Invalid URL');
    await r.until((report) => report.in_flight === 0);
    expect((await fetch(`${r.url}/health`)).status).toBe(200);
  });

  it('refuses a body that is too large, announced or not', async () => {
    const up = await upstream(json(200, {}));
    const limits = { max_body: 1_000, body_budget: 2 ** 20, max_connections: 100 };
    const r = await router({ engines: [engine('a', up.url)], models: [model('m', [target('a')])], limits });
    const body = JSON.stringify({ model: 'm', text: 'x'.repeat(2_000) });
    const announced = await raw(
      `${r.url}/v1/chat/completions`,
      'POST',
      { 'content-length': String(body.length) },
      body,
    );
    const chunked = await raw(`${r.url}/v1/chat/completions`, 'POST', { 'transfer-encoding': 'chunked' }, body);
    for (const answer of [announced, chunked]) {
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.text).error.code).toBe('body_too_large');
    }
    expect(up.seen).toHaveLength(0);
    expect((await r.chat({ model: 'm', text: 'x'.repeat(900) })).status).toBe(200);
  });

  it('answers what is no HTTP with its envelope too', async () => {
    const r = await router();
    const { connect } = await import('node:net');
    const text = await new Promise<string>((done, fail) => {
      const socket = connect(Number(new URL(r.url).port), '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
      let got = '';
      socket.on('data', (part) => {
        got += part;
      });
      socket.on('close', () => done(got));
      socket.on('error', fail);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"invalid_request"');
  });
});

describe('who may come in', () => {
  it('refuses a rebinding Host and a page of another origin', async () => {
    const r = await router(house);
    const rebound = await raw(`${r.url}/v1/models`, 'GET', { host: 'evil.example' });
    expect(rebound.status).toBe(403);
    expect(JSON.parse(rebound.text).error).toMatchObject({ code: 'host_not_allowed', type: 'permission_error' });
    for (const path of ['/v1/models', '/health']) {
      const page = await raw(`${r.url}${path}`, 'GET', { origin: 'https://evil.example' });
      expect(page.status).toBe(403);
      expect(JSON.parse(page.text).error.code).toBe('origin_not_allowed');
      expect(page.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers our window’s preflight, lets it read our headers, and wants its token', async () => {
    const r = await router({
      ...house,
      access: access({ app_token: 'token', app_origin: 'stackyard://app', keys: [] }),
    });
    const origin = 'stackyard://app';
    const preflight = await raw(`${r.url}/v1/chat/completions`, 'OPTIONS', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      'access-control-request-private-network': 'true',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      'access-control-allow-private-network': 'true',
      vary: 'origin',
    });
    expect((await raw(`${r.url}/v1/models`, 'GET', { origin })).status).toBe(401);
    const allowed = await raw(`${r.url}/v1/models`, 'GET', { origin, authorization: 'Bearer token' });
    expect(allowed.status).toBe(200);
    expect(allowed.headers['access-control-allow-origin']).toBe(origin);
    expect(allowed.headers['access-control-expose-headers']).toContain('x-stackyard-route');
  });

  it('wants a key for all but health and readiness, and keeps it to its models', async () => {
    const up = await upstream(json(200, { ok: true }));
    const key = { requests_per_minute: null, tokens_per_minute: null, expires: null };
    const r = await router({
      engines: [engine('a', up.url)],
      models: [model('m', [target('a')], { fallbacks: ['n'] }), model('n', [target('a')])],
      access: access({
        keys: [
          { ...key, name: 'all', key: 'sk-all', models: ['*'] },
          { ...key, name: 'one', key: 'sk-one', models: ['m'] },
        ],
      }),
    });
    expect((await fetch(`${r.url}/health`)).status).toBe(200);
    expect((await fetch(`${r.url}/ready`)).status).toBe(200);
    for (const path of ['/v1/models', '/v1/nothing', '/metrics']) {
      const answer = await fetch(`${r.url}${path}`);
      expect(answer.status).toBe(401);
      expect((await answer.json()).error).toMatchObject({ code: 'invalid_api_key', type: 'authentication_error' });
    }
    const ask = (model: string, token: string) =>
      r.chat({ model, messages: [] }, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask('m', 'sk-one')).status).toBe(200);
    expect((await ask('n', 'sk-all')).status).toBe(200);
    const refused = await ask('n', 'sk-one');
    expect(refused.status).toBe(403);
    expect((await refused.json()).error).toMatchObject({ code: 'model_not_allowed', type: 'permission_error' });
    r.send(
      table({
        engines: [engine('a', up.url)],
        models: [model('m', [target('gone')], { fallbacks: ['n'] }), model('n', [target('a')])],
        access: access({ keys: [{ ...key, name: 'one', key: 'sk-one', models: ['m'] }] }),
      }),
    );
    expect((await ask('m', 'sk-one')).status).toBe(503);
  });

  it('holds a key to its rate, by requests and by the tokens that answers took', async () => {
    const up = await upstream(json(200, { usage: { prompt_tokens: 90, completion_tokens: 20 } }));
    const free = { key: 'sk', models: ['*'], requests_per_minute: null, tokens_per_minute: null, expires: null };
    const r = await router({
      engines: [engine('a', up.url)],
      models: [model('m', [target('a')])],
      access: access({
        keys: [
          { ...free, name: 'requests', key: 'sk-r', requests_per_minute: 1 },
          { ...free, name: 'tokens', key: 'sk-t', tokens_per_minute: 100 },
        ],
      }),
    });
    for (const token of ['sk-r', 'sk-t']) {
      const ask = () => r.chat({ model: 'm', messages: [] }, { headers: { authorization: `Bearer ${token}` } });
      const first = await ask();
      expect(first.status).toBe(200);
      await first.text();
      const second = await ask();
      expect(second.status).toBe(429);
      expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await second.json()).error).toMatchObject({ code: 'rate_limited', type: 'rate_limit_error' });
    }
    expect(up.seen).toHaveLength(2);
  });
});
