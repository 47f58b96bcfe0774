import { afterEach, describe, expect, it } from 'vitest';
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
const router = async (...args: Parameters<typeof startRouter>): Promise<RunningRouter> => {
  const running = await startRouter(...args);
  open.push(running);
  return running;
};
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const ask = { messages: [{ role: 'user', content: 'hi' }] };
const one = (url: string | null, over = {}) => ({
  engines: [engine('a', url, over)],
  models: [model('m', [target('a')])],
});

describe('a request to a ready engine', () => {
  it('passes the bytes of a stream untouched and names the route', async () => {
    // A Euro sign is cut between two writes: nothing may decode and re-encode it.
    const bytes = Buffer.from(chatEvents(['5 ', '€', ' für dich']).join(''));
    const cut = bytes.indexOf(Buffer.from('€')) + 1;
    const up = await upstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' });
      res.write(bytes.subarray(0, cut), () => res.end(bytes.subarray(cut)));
    });
    const r = await router(table(one(up.url)));
    const answer = await r.chat({ ...ask, model: 'm', stream: true });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('x-stackyard-model')).toBe('m');
    expect(answer.headers.get('x-stackyard-route')).toBe('a/up');
    expect(answer.headers.get('x-stackyard-attempts')).toBe('1');
    expect(answer.headers.get('x-stackyard-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    const record = await r.recorded((x) => x.outcome === 'ok');
    expect(record).toMatchObject({ asked: 'm', model: 'm', route: 'a/up', attempts: 1, status: 200, stream: true });
    expect(record).toMatchObject({ completion_tokens: 3, estimated: true });
    expect(record.first_token_ms).not.toBeNull();
  });

  it('sends the client’s bytes with only the model changed, the engine’s key, and no credentials of the client', async () => {
    const up = await upstream(json(200, { ok: true, usage: { prompt_tokens: 3, completion_tokens: 5 } }));
    const r = await router(table(one(up.url, { api_key: 'engine-key' })));
    const body =
      '{ "messages": [{"role":"user","content":"\\u00e4 \\"model\\":\\"x\\""}],\n\t"model"  :  "m", "n": 1e2 }';
    const answer = await fetch(`${r.url}/v1/chat/completions?x=1`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer client', 'x-api-key': 'client', cookie: 'c=1', 'x-mine': 'yes' },
    });
    expect(await answer.json()).toMatchObject({ ok: true });
    const seen = up.seen[0] as Seen;
    expect(seen.url).toBe('/v1/chat/completions?x=1');
    expect(seen.body).toBe(body.replace('"m"', '"up"'));
    expect(seen.headers.authorization).toBe('Bearer engine-key');
    expect(seen.headers['accept-encoding']).toBe('identity');
    expect(seen.headers['x-mine']).toBe('yes');
    expect(seen.headers['x-api-key']).toBeUndefined();
    expect(seen.headers.cookie).toBeUndefined();
    expect(seen.headers['content-length']).toBe(String(Buffer.byteLength(seen.body)));
    expect(await r.recorded((x) => x.outcome === 'ok')).toMatchObject({
      prompt_tokens: 3,
      completion_tokens: 5,
      estimated: false,
    });
  });

  it.each([
    ['application/x-www-form-urlencoded', 'application/json'],
    ['text/plain;charset=UTF-8', 'application/json'],
    ['application/json; charset=utf-8', 'application/json; charset=utf-8'],
  ])('calls a JSON body that came as %s %s', async (sent, called) => {
    const up = await upstream(json(200, {}));
    const r = await router(table(one(up.url)));
    const body = '{"model": "m", "messages": []}';
    await fetch(`${r.url}/v1/chat/completions`, { method: 'POST', body, headers: { 'content-type': sent } });
    expect(up.seen[0]?.headers['content-type']).toBe(called);
  });

  it('sends a large body whole', async () => {
    const up = await upstream(json(200, {}));
    const r = await router(table(one(up.url)));
    const content = 'äöü"\\'.repeat(200_000);
    await r.chat({ messages: [{ role: 'user', content }], model: 'm' });
    const seen = up.seen[0] as Seen;
    expect(JSON.parse(seen.body)).toEqual({ messages: [{ role: 'user', content }], model: 'up' });
    expect(seen.headers['content-length']).toBe(String(Buffer.byteLength(seen.body)));
  });

  it('applies set, drop and rename where an entry asks for them', async () => {
    const up = await upstream(json(200, {}));
    const params = { set: { temperature: 0 }, drop: ['user'], rename: { max_tokens: 'max_completion_tokens' } };
    const r = await router(
      table({ engines: [engine('a', up.url)], models: [model('m', [target('a')], { params })] }),
    );
    await r.chat({ ...ask, model: 'm', user: 'me', max_tokens: 5, temperature: 1 });
    expect(JSON.parse((up.seen[0] as Seen).body)).toEqual({
      ...ask,
      model: 'up',
      max_completion_tokens: 5,
      temperature: 0,
    });
  });

  it('passes an engine’s own error unchanged', async () => {
    const error = { error: { code: 400, message: 'too long', type: 'exceed_context_size_error', n_ctx: 2048 } };
    const up = await upstream(json(400, error));
    const r = await router(table(one(up.url)));
    const answer = await r.chat({ ...ask, model: 'm', stream: true });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(error);
    expect(answer.headers.get('x-stackyard-route')).toBe('a/up');
    expect(up.seen).toHaveLength(1);
  });

  it('passes a server error unchanged once retries are used up', async () => {
    const up = await upstream(json(500, { error: { message: 'boom' } }));
    const r = await router(table(one(up.url)));
    const answer = await r.chat({ ...ask, model: 'm' });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ error: { message: 'boom' } });
    expect(answer.headers.get('x-stackyard-attempts')).toBe('3');
    expect(up.seen).toHaveLength(3);
  });

  it('percent-encodes what a header can’t carry', async () => {
    const up = await upstream(json(200, {}));
    const r = await router(
      table({ engines: [engine('a', up.url)], models: [model('größe 100%', [target('a', 'ü')])] }),
    );
    const answer = await r.chat({ ...ask, model: 'größe 100%' });
    expect(answer.headers.get('x-stackyard-model')).toBe('gr%C3%B6%C3%9Fe 100%25');
    expect(answer.headers.get('x-stackyard-route')).toBe('a/%C3%BC');
  });
});

describe('when something breaks', () => {
  it('aborts the engine’s work when the client goes', async () => {
    const up = await upstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chatEvents(['one'])[0] as string);
    });
    const r = await router(table(one(up.url, { max_concurrent: 1 })));
    const gone = new AbortController();
    const answer = await r.chat({ ...ask, model: 'm', stream: true }, { signal: gone.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    gone.abort();
    expect(await (up.seen[0] as Seen).closed).toBe(false);
    await r.recorded((x) => x.outcome === 'client_gone');
    await r.until((report) => report.in_flight === 0 && (report.engines.a?.in_flight ?? 0) === 0);
    up.answer = json(200, { next: true });
    expect(await (await r.chat({ ...ask, model: 'm' })).json()).toEqual({ next: true });
  });

  it('aborts also before the engine answered', async () => {
    const up = await upstream(() => {});
    const r = await router(table(one(up.url)));
    const gone = new AbortController();
    const answer = r.chat({ ...ask, model: 'm' }, { signal: gone.signal });
    await r.until((report) => report.engines.a?.in_flight === 1);
    while (up.seen.length === 0) await new Promise((next) => setImmediate(next));
    gone.abort();
    await expect(answer).rejects.toThrow();
    expect(await (up.seen[0] as Seen).closed).toBe(false);
  });

  it('ends a broken stream with an error event and without [DONE]', async () => {
    const words = chatEvents(['one']).slice(0, 2).join('');
    const up = await upstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(words, () => res.socket?.destroy());
    });
    const r = await router(table(one(up.url)));
    const text = await (await r.chat({ ...ask, model: 'm', stream: true })).text();
    expect(text.startsWith(words)).toBe(true);
    const event = JSON.parse(text.slice(words.length).replace(/^data: /, ''));
    expect(event.error).toMatchObject({ type: 'server_error', code: 'upstream_error', param: null });
    expect(event.stackyard.source).toBe('gateway');
    expect(text).not.toContain('[DONE]');
    expect(await r.recorded((x) => x.outcome === 'cut')).toMatchObject({ code: 'upstream_error' });
  });

  it('begins the error event on a line of its own when the stream broke inside one', async () => {
    const up = await upstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"delta":{"conte', () => res.socket?.destroy());
    });
    const r = await router(table(one(up.url)));
    const text = await (await r.chat({ ...ask, model: 'm', stream: true })).text();
    expect(text).toContain('"conte\n\ndata: {"error":');
  });

  it('cuts a broken document off instead of ending it as if complete', async () => {
    const up = await upstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.write('{"choices": [', () => res.socket?.destroy());
    });
    const r = await router(table(one(up.url)));
    const answer = await r.chat({ ...ask, model: 'm' });
    await expect(answer.text()).rejects.toThrow();
  });

  it('goes to the next target when one can’t be reached, and says how often it tried', async () => {
    const dead = await startUpstream(() => {});
    await dead.close();
    const up = await upstream(json(200, { from: 'b' }));
    const r = await router(
      table({
        engines: [engine('a', dead.url), engine('b', up.url)],
        models: [model('m', [target('a'), target('b')])],
      }),
    );
    const answer = await r.chat({ ...ask, model: 'm' });
    expect(await answer.json()).toEqual({ from: 'b' });
    expect(answer.headers.get('x-stackyard-attempts')).toBe('2');
    expect(answer.headers.get('x-stackyard-route')).toBe('b/up');
  });

  it('answers 502 with every attempt when nobody can be reached', async () => {
    const dead = await startUpstream(() => {});
    await dead.close();
    const r = await router(table(one(dead.url)));
    const answer = await r.chat({ ...ask, model: 'm' });
    expect(answer.status).toBe(502);
    const body = await answer.json();
    expect(body.error.code).toBe('upstream_error');
    expect(body.stackyard.attempts).toHaveLength(3);
    expect(body.stackyard.attempts[0]).toMatchObject({ target: 'a/up', reason: 'upstream_error' });
    expect(answer.headers.get('x-stackyard-route')).toBeNull();
  });

  it('retries a stream whose first event is an error', async () => {
    const a = await upstream(sse(['data: {"error":{"message":"slot lost"}}\n\n']));
    const good = chatEvents(['fine']);
    const b = await upstream(sse(good));
    const r = await router(
      table({
        engines: [engine('a', a.url), engine('b', b.url)],
        models: [model('m', [target('a'), target('b')])],
      }),
    );
    const answer = await r.chat({ ...ask, model: 'm', stream: true });
    expect(await answer.text()).toBe(good.join(''));
    expect(answer.headers.get('x-stackyard-route')).toBe('b/up');
  });

  it('gives up on an engine that sends nothing, and takes the next', async () => {
    const a = await upstream(() => {});
    const b = await upstream(json(200, { from: 'b' }));
    const timeouts = { connect: 2_000, first_byte: 500, idle: 60_000 };
    const r = await router(
      table({
        engines: [engine('a', a.url), engine('b', b.url)],
        models: [model('m', [target('a'), target('b')], { timeouts })],
      }),
    );
    expect(await (await r.chat({ ...ask, model: 'm' })).json()).toEqual({ from: 'b' });
    expect(await (a.seen[0] as Seen).closed).toBe(false);
  });

  it('falls back to another entry when all targets of the first fail', async () => {
    const a = await upstream(json(500, { error: { message: 'boom' } }));
    const b = await upstream(json(200, { from: 'b' }));
    const r = await router(
      table({
        engines: [engine('a', a.url), engine('b', b.url)],
        models: [model('m', [target('a')], { fallbacks: ['other'] }), model('other', [target('b')])],
        routing: { ...table().routing, retries: 0 },
      }),
    );
    const answer = await r.chat({ ...ask, model: 'm' });
    expect(await answer.json()).toEqual({ from: 'b' });
    expect(answer.headers.get('x-stackyard-model')).toBe('m');
    expect(answer.headers.get('x-stackyard-route')).toBe('b/up');
  });

  it('survives an engine that closes a kept connection although it promised to keep it', async () => {
    // llama-server does this after each stream: keep-alive in the header, then the end of the connection.
    const up = await upstream(({ res, body }) => {
      const stream = body.includes('"stream":true');
      const socket = res.socket;
      res.writeHead(200, {
        'content-type': stream ? 'text/event-stream' : 'application/json',
        connection: 'keep-alive',
      });
      if (stream) res.on('finish', () => setImmediate(() => socket?.destroy()));
      res.end(stream ? chatEvents(['x']).join('') : '{"ok":true}');
    });
    const r = await router(table({ ...one(up.url), routing: { ...table().routing, retries: 0 } }));
    const statuses: number[] = [];
    for (let i = 0; i < 60; i += 1) {
      await (await r.chat({ ...ask, model: 'm', stream: true })).text();
      const next = await r.chat({ ...ask, model: 'm' });
      statuses.push(next.status);
      await next.text();
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('tries once more, on a new connection, when a kept one turns out dead', async () => {
    const used = new WeakSet<object>();
    const up = await upstream((seen) => {
      const socket = seen.res.socket as object;
      if (used.has(socket)) {
        seen.res.socket?.destroy();
        return;
      }
      used.add(socket);
      return json(200, { ok: true })(seen);
    });
    const r = await router(table({ ...one(up.url), routing: { ...table().routing, retries: 0 } }));
    expect((await r.chat({ ...ask, model: 'm' })).headers.get('x-stackyard-attempts')).toBe('1');
    const second = await r.chat({ ...ask, model: 'm' });
    expect(second.status).toBe(200);
    expect(second.headers.get('x-stackyard-attempts')).toBe('2');
    await r.until((report) => (report.engines.a?.in_flight ?? 0) === 0 && report.in_flight === 0);
  });

  it('does not call a new connection that breaks a dead one', async () => {
    const up = await upstream(({ res }) => void res.socket?.destroy());
    const r = await router(table({ ...one(up.url), routing: { ...table().routing, retries: 0 } }));
    const answer = await r.chat({ ...ask, model: 'm' });
    expect(answer.status).toBe(502);
    expect(up.seen).toHaveLength(1);
  });

  it('does not let a slow client fill the memory', async () => {
    const chunk = `data: ${'x'.repeat(64 * 1024)}\n\n`;
    let written = 0;
    let stalled: () => void = () => {};
    const stall = new Promise<void>((done) => {
      stalled = done;
    });
    const total = 64 * 2 ** 20;
    const up = await upstream(async ({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      while (written < total) {
        written += chunk.length;
        if (!res.write(chunk)) {
          const drained = new Promise<void>((done) => res.once('drain', done));
          const timer = setTimeout(stalled, 1_000);
          await drained;
          clearTimeout(timer);
        }
      }
      res.end();
    });
    const r = await router(table(one(up.url)));
    const answer = await r.chat({ ...ask, model: 'm', stream: true });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let read = (await reader.read()).value?.length ?? 0;
    await stall;
    // Only what kernel buffers and one high-water mark hold has left the engine.
    expect(written).toBeLessThan(total / 2);
    for (;;) {
      const part = await reader.read();
      if (part.done) break;
      read += part.value.length;
    }
    expect(read).toBe(written);
  });

  it('leaves nothing behind after a storm of all of these', async () => {
    let turn = 0;
    const up = await upstream((seen) => {
      turn += 1;
      const { res } = seen;
      if (turn % 7 === 0) return void res.socket?.destroy();
      if (turn % 5 === 0) return json(500, { error: { message: 'boom' } })(seen);
      if (turn % 11 === 0) return json(503, { error: { message: 'Loading model' } })(seen);
      if (turn % 3 !== 0) return sse(chatEvents(['a', 'b']))(seen);
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {}\n\n', () => res.socket?.destroy());
    });
    const r = await router(
      table({
        engines: [engine('a', up.url, { max_concurrent: 4 }), engine('b', up.url)],
        models: [model('m', [target('a'), target('b', 'up', { max_concurrent: 2 })])],
        routing: { ...table().routing, cooldown: 200 },
      }),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 150 }, async (_, i) => {
        const gone = new AbortController();
        try {
          const answer = await r.chat({ ...ask, model: 'm', stream: true }, { signal: gone.signal });
          if (i % 4 === 0) gone.abort();
          return (await answer.text()).includes('[DONE]') ? 'done' : 'cut';
        } catch {
          return 'gone';
        }
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['done', 'cut', 'gone']));
    const rest = await r.until((x) => x.in_flight === 0 && x.waiting === 0 && r.records.length === 150);
    for (const one of Object.values(rest.engines))
      expect(one).toMatchObject({ in_flight: 0, waiting: 0, oldest_ms: null });
  });
});
