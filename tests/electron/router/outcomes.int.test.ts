/** What follows from what an engine says: out of memory, prompt too long, come back later; and which engine keeps a conversation. */
import { afterEach, describe, expect, it } from 'vitest';
import type { RoutingTable } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function upstream(answer: Upstream['answer']): Promise<Upstream> {
  const made = await startUpstream(answer);
  open.push(made.close);
  return made;
}
async function router(
  over: Parameters<typeof table>[0],
  routing: Partial<RoutingTable['routing']> = {},
): Promise<RunningRouter> {
  const plain = table(over);
  const made = await startRouter({ ...plain, routing: { ...plain.routing, ...routing } });
  open.push(() => made.close());
  return made;
}

const OVERFLOW = {
  error: {
    code: 400,
    message: 'request (3000 tokens) exceeds the available context size (2048 tokens)',
    type: 'exceed_context_size_error',
    n_ctx: 2048,
  },
};
const ask = { model: 'm', messages: [] };

describe('a prompt that is too long', () => {
  it('goes to the target that takes more, and to no other', async () => {
    const small = await upstream(json(400, OVERFLOW));
    const alike = await upstream(json(200, { from: 'alike' }));
    const large = await upstream(json(200, { from: 'large' }));
    const r = await router({
      engines: [
        engine('small', small.url, { contexts: { up: 2048 } }),
        engine('alike', alike.url, { contexts: { up: 2048 } }),
        engine('large', large.url),
      ],
      models: [
        model('m', [target('small'), target('alike')], { fallbacks: ['big'] }),
        model('big', [target('large', 'up', { context_length: 8192 })]),
      ],
    });
    const answer = await r.chat(ask);
    expect(await answer.json()).toEqual({ from: 'large' });
    expect([small.seen.length, alike.seen.length]).toEqual([1, 0]);
    const { steps } = await r.recorded(() => true);
    expect(steps).toMatchObject([
      { kind: 'attempt', target: 'small/up', result: 'refused', status: 400 },
      { kind: 'skip', target: 'small/up', code: 'context_too_small' },
      { kind: 'skip', target: 'alike/up', code: 'context_too_small' },
      { kind: 'attempt', model: 'big', target: 'large/up', result: 'answered' },
    ]);
  });

  it('is told to the client unchanged where nobody takes more, and is nobody’s fault', async () => {
    const small = await upstream(json(400, OVERFLOW));
    const r = await router(
      {
        engines: [engine('small', small.url), engine('other', small.url)],
        models: [model('m', [target('small'), target('other')])],
      },
      { allowed_fails: 0 },
    );
    const answer = await r.chat(ask);
    expect([answer.status, await answer.json()]).toEqual([400, OVERFLOW]);
    expect(small.seen.length).toBe(1);
    await r.recorded(() => true);
    expect(r.last().engines.small?.cooling ?? {}).toEqual({});
  });

  it('leaves other errors of the client’s making as they are', async () => {
    const strict = await upstream(json(400, { error: { message: 'bad temperature' } }));
    const r = await router({
      engines: [engine('a', strict.url), engine('b', strict.url)],
      models: [model('m', [target('a'), target('b')])],
    });
    const answer = await r.chat(ask);
    expect([answer.status, await answer.json()]).toEqual([400, { error: { message: 'bad temperature' } }]);
    expect(strict.seen.length).toBe(1);
  });
});

describe('an engine that is out of memory', () => {
  it('is not asked again by the same request; another is, or its error passes', async () => {
    const full = await upstream(json(500, { error: { message: 'CUDA out of memory' } }));
    const good = await upstream(json(200, { ok: true }));
    const r = await router({
      engines: [engine('full', full.url), engine('good', good.url)],
      models: [model('m', [target('full'), target('good')]), model('lone', [target('full')])],
    });
    expect(await (await r.chat(ask)).json()).toEqual({ ok: true });
    expect(full.seen.length).toBe(1);
    const answer = await r.chat({ ...ask, model: 'lone' });
    expect([answer.status, await answer.json()]).toEqual([500, { error: { message: 'CUDA out of memory' } }]);
    expect(full.seen.length).toBe(2);
  });
});

describe('an engine that says when to come back', () => {
  const busy =
    (after: string): Upstream['answer'] =>
    ({ res }) => {
      res
        .writeHead(429, { 'content-type': 'application/json', 'retry-after': after })
        .end('{"error":{"message":"busy"}}');
    };

  it('is asked again then, not before', async () => {
    const up = await upstream(busy('1'));
    const r = await router({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] });
    const answer = r.chat(ask);
    await r.when(() => (up.seen.length === 1 ? true : null) ?? null).catch(() => null);
    up.answer = json(200, { ok: true });
    expect(await (await answer).json()).toEqual({ ok: true });
    const { steps } = await r.recorded(() => true);
    const pause = steps.find((step) => step.kind === 'pause');
    expect(pause?.ms).toBeGreaterThanOrEqual(1000);
  });

  it('and means much later is not waited for: the client hears it at once, unchanged', async () => {
    const up = await upstream(busy('3600'));
    const r = await router({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] });
    const answer = await r.chat(ask);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3600']);
    expect(up.seen.length).toBe(1);
  });
});

describe('affinity', () => {
  it('keeps a conversation with the engine that began it, and others where the strategy puts them', async () => {
    const [a, b] = [await upstream(json(200, { from: 'a' })), await upstream(json(200, { from: 'b' }))];
    const r = await router({
      engines: [engine('a', a.url), engine('b', b.url)],
      models: [model('m', [target('a'), target('b')], { strategy: 'weighted', affinity: true })],
    });
    const from = async (messages: object[]) =>
      ((await (await r.chat({ model: 'm', messages })).json()) as { from: string }).from;
    const talk = (name: string) => [{ role: 'user', content: `${name}: ${'a conversation of its own. '.repeat(5)}` }];
    const first = [await from(talk('one')), await from(talk('two'))];
    expect([...first].sort()).toEqual(['a', 'b']);
    for (let turn = 1; turn < 4; turn += 1) {
      const more = Array.from({ length: turn }, (_, n) => ({ role: 'user', content: `turn ${n}` }));
      expect([await from([...talk('one'), ...more]), await from([...talk('two'), ...more])]).toEqual(first);
    }
  });
});

describe('a request with the host’s ticket', () => {
  it('passes the refused entries by, once, and its header stays here', async () => {
    const first = await upstream(json(200, { from: 'first' }));
    const spare = await upstream(json(200, { from: 'spare' }));
    const r = await router({
      engines: [engine('first', first.url), engine('spare', spare.url)],
      models: [model('m', [target('first')], { fallbacks: ['other'] }), model('other', [target('spare')])],
    });
    const headers = { 'x-stackyard-ticket': 'announced' };
    const from = async () => ((await (await r.chat(ask, { headers })).json()) as { from: string }).from;
    expect(await from()).toBe('first');
    r.handle({ type: 'ticket', id: 'announced', terms: { refuse: 1, only: null, wake: false } });
    expect(await from()).toBe('spare');
    expect(await from()).toBe('first');
    for (const { headers: sent } of [...first.seen, ...spare.seen])
      expect(sent).not.toHaveProperty('x-stackyard-ticket');
  });

  it('goes to its target only, and waits for nobody who would have to be woken', async () => {
    const up = await upstream(json(200, {}));
    const r = await router({
      engines: [engine('a', up.url), engine('b', up.url), engine('c', up.url, { phase: 'stopped' })],
      models: [model('m', [target('a'), target('b'), target('c')], { wake: 'always' })],
    });
    const only = async (id: string, aim: string) => {
      r.handle({ type: 'ticket', id, terms: { refuse: 0, only: aim, wake: false } });
      return r.chat(ask, { headers: { 'x-stackyard-ticket': id } });
    };
    const second = await only('one', 'b/up');
    expect([second.status, second.headers.get('x-stackyard-route')]).toEqual([200, 'b/up']);
    const third = await only('two', 'c/up');
    expect(third.status).toBe(503);
    expect(await third.json()).toMatchObject({
      stackyard: { attempts: [{ target: 'c/up', reason: 'engine_stopped' }] },
    });
  });
});
