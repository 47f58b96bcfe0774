import { afterEach, describe, expect, it } from 'vitest';
import type { RoutingTable } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import {
  chatEvents,
  json,
  type Seen,
  sse,
  startUpstream,
  type Upstream,
} from '../../fixtures/upstream/upstream-server.ts';

const open: { close(): Promise<void> }[] = [];
const upstream = async (answer: Upstream['answer']): Promise<Upstream> => {
  const server = await startUpstream(answer);
  open.push(server);
  return server;
};
const router = async (first: RoutingTable): Promise<RunningRouter> => {
  const running = await startRouter(first);
  open.push(running);
  return running;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const ask = { messages: [{ role: 'user', content: 'hi' }], model: 'm' };
const m = [model('m', [target('a')])];
const stopped = { phase: 'stopped' } as const;
const routing = (queue: Partial<RoutingTable['routing']['queue']>, over: Partial<RoutingTable['routing']> = {}) => ({
  ...table().routing,
  ...over,
  queue: { ...table().routing.queue, ...queue },
});

/** Reads a stream up to and with the first text that holds `part`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, part: string): Promise<string> {
  let text = '';
  while (!text.includes(part)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended before ${JSON.stringify(part)}: ${text}`);
    text += Buffer.from(value).toString('utf8');
  }
  return text;
}
const streamOf = (answer: Response) => (answer.body as ReadableStream<Uint8Array>).getReader();

describe('a request to a sleeping engine', () => {
  it('asks for the engine, waits, and is answered once the table says ready', async () => {
    const up = await upstream(json(200, { ok: true }));
    const r = await router(table({ engines: [engine('a', null, stopped)], models: m }));
    const answer = r.chat(ask);
    const report = await r.until((x) => x.waiting === 1);
    expect(report.engines.a).toMatchObject({ waiting: 1, in_flight: 0 });
    expect(report.engines.a?.oldest_ms).toBeGreaterThanOrEqual(0);
    r.send(table({ engines: [engine('a', null, { phase: 'starting' })], models: m }));
    r.send(table({ engines: [engine('a', up.url, { phase: 'loading', progress: 0.5 })], models: m }));
    expect(r.last()).toMatchObject({ waiting: 1 });
    const ready = table({ engines: [engine('a', up.url)], models: m });
    r.send(ready);
    // In one report with the table that released it: in flight, no longer waiting.
    expect(r.last()).toMatchObject({ applied: ready.revision, waiting: 0, engines: { a: { in_flight: 1 } } });
    const response = await answer;
    expect(await response.json()).toEqual({ ok: true });
    expect(response.headers.get('x-stackyard-route')).toBe('a/up');
    expect((await r.recorded((x) => x.outcome === 'ok')).attempts).toBe(1);
  });

  it('keeps a stream alive with comments, then passes the engine’s bytes', async () => {
    const events = chatEvents(['late']).join('');
    const up = await upstream(sse([events]));
    const queue = routing({ keepalive: 50 });
    const r = await router(table({ engines: [engine('a', null, stopped)], models: m, routing: queue }));
    const answer = await r.chat({ ...ask, stream: true });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-stackyard-route')).toBe('pending');
    expect(answer.headers.get('x-stackyard-attempts')).toBe('0');
    expect(answer.headers.get('x-stackyard-model')).toBe('m');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = streamOf(answer);
    expect(await readUntil(reader, '\n\n')).toBe(': stackyard waiting engine=a phase=stopped\n\n');
    r.send(table({ engines: [engine('a', null, { phase: 'loading', progress: 0.43 })], models: m, routing: queue }));
    await readUntil(reader, ': stackyard waiting engine=a phase=loading progress=0.43\n\n');
    r.send(table({ engines: [engine('a', up.url)], models: m, routing: queue }));
    const text = await readUntil(reader, '[DONE]\n\n');
    expect(text.slice(text.indexOf(': stackyard route'))).toBe(`: stackyard route=a/up\n\n${events}`);
    expect((await reader.read()).done).toBe(true);
  });

  it('holds the headers of a stream without keepalive, so that a quick failure keeps its status', async () => {
    const r = await router(
      table({ engines: [engine('a', null, stopped)], models: m, routing: routing({ keepalive: null }) }),
    );
    const answer = r.chat({ ...ask, stream: true });
    await r.until((x) => x.waiting === 1);
    const cause = { code: 'out_of_memory', message: 'not enough memory', hint: null } as const;
    r.send(table({ engines: [engine('a', null, { phase: 'failed', cause })], models: m }));
    const response = await answer;
    expect(response.status).toBe(503);
    const body = await response.json();
    expect(body.error.code).toBe('engine_failed');
    expect(body.error.message).toContain('not enough memory');
    expect(body.stackyard.attempts).toEqual([
      { target: 'a/up', reason: 'engine_failed', message: 'a has failed: not enough memory' },
    ]);
  });

  it('tells a failure in the stream once the headers are gone', async () => {
    const r = await router(
      table({ engines: [engine('a', null, stopped)], models: m, routing: routing({ keepalive: 20 }) }),
    );
    const reader = streamOf(await r.chat({ ...ask, stream: true }));
    await readUntil(reader, '\n\n');
    r.send(table({ engines: [engine('a', null, { phase: 'failed' })], models: m }));
    const text = await readUntil(reader, 'data: ');
    const event = JSON.parse(text.slice(text.indexOf('data: ') + 6));
    expect(event).toMatchObject({ error: { code: 'engine_failed' }, stackyard: { source: 'gateway' } });
    expect((await reader.read()).done).toBe(true);
  });

  it('passes an engine’s late refusal on as an event', async () => {
    const up = await upstream(json(400, { error: { message: 'too long', n_ctx: 5 } }));
    const queue = routing({ keepalive: 20 });
    const r = await router(table({ engines: [engine('a', null, stopped)], models: m, routing: queue }));
    const reader = streamOf(await r.chat({ ...ask, stream: true }));
    await readUntil(reader, '\n\n');
    r.send(table({ engines: [engine('a', up.url)], models: m, routing: queue }));
    const text = await readUntil(reader, 'data: ');
    expect(JSON.parse(text.slice(text.indexOf('data: ') + 6))).toEqual({ error: { message: 'too long', n_ctx: 5 } });
    expect((await reader.read()).done).toBe(true);
  });

  it('says wait_timeout after max_wait: by status, or in the stream', async () => {
    const r = await router(
      table({ engines: [engine('a', null, stopped)], models: m, routing: routing({ max_wait: 150, keepalive: 50 }) }),
    );
    const plain = await r.chat(ask);
    expect(plain.status).toBe(503);
    expect(plain.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await plain.json()).error.code).toBe('wait_timeout');
    const text = await (await r.chat({ ...ask, stream: true })).text();
    expect(text).toContain('"code":"wait_timeout"');
    expect(text).not.toContain('[DONE]');
  });

  it('takes a fallback when the wait is over', async () => {
    const up = await upstream(json(200, { from: 'b' }));
    const models = [model('m', [target('a')], { fallbacks: ['f'] }), model('f', [target('b')])];
    const engines = [engine('a', null, stopped), engine('b', up.url)];
    const r = await router(table({ engines, models, routing: routing({ max_wait: 100 }) }));
    expect(await (await r.chat(ask)).json()).toEqual({ from: 'b' });
  });

  it('refuses more than max_waiting, and lets go of a client that left', async () => {
    const r = await router(
      table({ engines: [engine('a', null, stopped)], models: m, routing: routing({ max_waiting: 1 }) }),
    );
    const gone = new AbortController();
    const first = r.chat(ask, { signal: gone.signal });
    await r.until((x) => x.waiting === 1);
    const second = await r.chat(ask);
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await second.json()).toMatchObject({ error: { code: 'queue_full', type: 'rate_limit_error' } });
    gone.abort();
    await expect(first).rejects.toThrow();
    await r.until((x) => x.waiting === 0 && (x.engines.a?.waiting ?? 0) === 0);
  });

  it('parks nothing above body_budget', async () => {
    const limits = { max_body: 2 ** 20, body_budget: 50, max_connections: 100 };
    const r = await router(table({ engines: [engine('a', null, stopped)], models: m, limits }));
    const answer = await r.chat(ask);
    expect(answer.status).toBe(503);
    expect((await answer.json()).error.code).toBe('body_budget');
  });

  it.each([
    ['engine_held', { ...stopped, held: true }],
    ['engine_stopped', { ...stopped, start: 'manual' as const }],
    ['group_held', { ...stopped, group: 'g', group_holder: 'b', free_to_start: false }],
  ])('is refused at once with %s', async (code, over) => {
    const r = await router(table({ engines: [engine('a', null, over)], models: m }));
    const answer = await r.chat(ask);
    expect(answer.status).toBe(503);
    expect((await answer.json()).error.code).toBe(code);
    expect(r.last().waiting).toBe(0);
  });

  it('answers 501 when no engine of the model speaks the protocol', async () => {
    const r = await router(table({ engines: [engine('a', null, { speaks: ['audio'] })], models: m }));
    const answer = await r.chat(ask);
    expect(answer.status).toBe(501);
    expect((await answer.json()).error.code).toBe('not_supported_by_engine');
  });
});

describe('a busy engine', () => {
  it('serves those who wait one after the other', async () => {
    const running: Seen[] = [];
    const up = await upstream((seen) => void running.push(seen));
    const r = await router(table({ engines: [engine('a', up.url, { max_concurrent: 1 })], models: m }));
    const first = r.chat({ ...ask, n: 1 });
    await r.until((x) => x.engines.a?.in_flight === 1);
    const second = r.chat({ ...ask, n: 2 });
    await r.until((x) => x.waiting === 1);
    while (running.length < 1) await new Promise((next) => setImmediate(next));
    expect(running).toHaveLength(1);
    json(200, { n: 1 })(running[0] as Seen);
    expect(await (await first).json()).toEqual({ n: 1 });
    while (running.length < 2) await new Promise((next) => setImmediate(next));
    json(200, { n: 2 })(running[1] as Seen);
    expect(await (await second).json()).toEqual({ n: 2 });
  });

  it('gets nothing new while it drains, and its last request is reported at once', async () => {
    const running: Seen[] = [];
    const up = await upstream((seen) => void running.push(seen));
    const r = await router(table({ engines: [engine('a', up.url)], models: m }));
    const first = r.chat(ask);
    await r.until((x) => x.engines.a?.in_flight === 1);
    while (running.length < 1) await new Promise((next) => setImmediate(next));
    r.send(table({ engines: [engine('a', up.url, { phase: 'draining' })], models: m }));
    const second = r.chat(ask);
    await r.until((x) => x.waiting === 1);
    json(200, {})(running[0] as Seen);
    await first;
    await r.until((x) => (x.engines.a?.in_flight ?? 0) === 0 && x.waiting === 1);
    expect(running).toHaveLength(1);
    r.send(table({ engines: [engine('a', up.url)], models: m }));
    while (running.length < 2) await new Promise((next) => setImmediate(next));
    json(200, {})(running[1] as Seen);
    expect((await second).status).toBe(200);
  });

  it('is asked again when it says that it is still loading', async () => {
    const loading = { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } };
    const up = await upstream(json(503, loading));
    // Without retries: waiting for a load is no failure.
    const r = await router(
      table({ engines: [engine('a', up.url)], models: m, routing: routing({}, { retries: 0 }) }),
    );
    const answer = r.chat(ask);
    await r.until((x) => x.waiting === 1);
    up.answer = json(200, { loaded: true });
    expect(await (await answer).json()).toEqual({ loaded: true });
  });

  it('returns from cooling when its rest is over', async () => {
    const up = await upstream(json(500, { error: { message: 'boom' } }));
    const models = [model('m', [target('a'), target('a', 'other')])];
    const r = await router(
      table({
        engines: [engine('a', up.url)],
        models,
        routing: routing({}, { retries: 1, allowed_fails: 0, cooldown: 2_500 }),
      }),
    );
    expect((await r.chat(ask)).status).toBe(500);
    const report = await r.until((x) => Object.keys(x.engines.a?.cooling ?? {}).length === 2);
    expect(report.engines.a?.cooling).toMatchObject({
      up: { left_ms: expect.any(Number), why: expect.any(String) },
      other: { left_ms: expect.any(Number) },
    });
    up.answer = json(200, { ok: true });
    const waits = r.chat(ask);
    expect(await (await waits).json()).toEqual({ ok: true });
  });
});
