/** What can't be put in another protocol goes to who speaks its own; who can't take it is not woken for it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Protocol } from '../../../shared/model.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function upstream(): Promise<Upstream> {
  const made = await startUpstream(json(200, { type: 'message', content: [] }));
  open.push(made.close);
  return made;
}
async function router(over: Parameters<typeof table>[0]): Promise<RunningRouter> {
  const made = await startRouter(table(over));
  open.push(() => made.close());
  return made;
}

/** What only its own kind of server can do, by path. */
const ASKS = [
  {
    path: '/v1/messages',
    speaks: ['chat', 'messages'] satisfies Protocol[],
    body: {
      max_tokens: 9,
      messages: [
        {
          role: 'user',
          content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }],
        },
      ],
    },
    why: /document/,
  },
  {
    path: '/api/generate',
    speaks: ['chat', 'ollama'] satisfies Protocol[],
    body: { prompt: 'a', suffix: 'b', raw: true, stream: false },
    why: /raw|suffix/,
  },
];

const ask = (r: RunningRouter, path: string, body: object) =>
  fetch(`${r.url}${path}`, { method: 'POST', body: JSON.stringify({ model: 'm', ...body }) });

describe.each(ASKS)('$path', ({ path, speaks, body, why }) => {
  it('goes to the target that speaks it, past those that do not', async () => {
    const up = await upstream();
    const r = await router({
      engines: [
        engine('far', up.url, { speaks: ['chat'] }),
        engine('asleep', null, { phase: 'stopped', speaks: ['chat'] }),
        engine('own', up.url, { speaks }),
      ],
      models: [model('m', [target('far'), target('asleep'), target('own')])],
    });
    const answer = await ask(r, path, body);
    expect([answer.status, answer.headers.get('x-stackyard-route')]).toEqual([200, 'own/up']);
    expect(up.seen.map(({ url }) => url)).toEqual([path]);
  });

  it('goes to a fallback that speaks it', async () => {
    const up = await upstream();
    const r = await router({
      engines: [engine('far', up.url, { speaks: ['chat'] }), engine('own', up.url, { speaks })],
      models: [model('m', [target('far')], { fallbacks: ['other'] }), model('other', [target('own')])],
    });
    expect((await ask(r, path, body)).headers.get('x-stackyard-route')).toBe('own/up');
  });

  it('wakes the one that speaks it, and no other', async () => {
    const r = await router({
      engines: [
        engine('far', null, { phase: 'stopped', speaks: ['chat'] }),
        engine('own', null, { phase: 'stopped', speaks }),
      ],
      models: [model('m', [target('far'), target('own')])],
    });
    const leave = new AbortController();
    const parked = fetch(`${r.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', ...body }),
      signal: leave.signal,
    }).catch(() => null);
    const { engines } = await r.until((report) => report.engines.own?.waiting === 1);
    expect(engines.far?.waiting ?? 0).toBe(0);
    leave.abort();
    await parked;
  });

  it('is a 400 only where no target could take it', async () => {
    const up = await upstream();
    const engines = [engine('far', up.url, { speaks: ['chat'] }), engine('own', up.url, { speaks, held: true })];
    const r = await router({
      engines,
      models: [model('m', [target('far')]), model('held', [target('far'), target('own')])],
    });
    const refused = await ask(r, path, body);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(why);
    const held = await ask(r, path, { ...body, model: 'held' });
    expect(held.status).toBe(503);
    expect(await held.text()).toMatch(/stopped by you/);
    expect(up.seen).toEqual([]);
  });
});
