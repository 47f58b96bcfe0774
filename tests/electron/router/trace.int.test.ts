/** The story of each request, as the router tells it. */
import { afterEach, describe, expect, it } from 'vitest';
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
async function router(first: Parameters<typeof startRouter>[0]): Promise<RunningRouter> {
  const made = await startRouter(first);
  open.push(() => made.close());
  return made;
}

describe('a trace', () => {
  it('names whom the request passed by, whom it asked, and who answered', async () => {
    const bad = await upstream(json(500, { error: { message: 'boom' } }));
    const good = await upstream(json(200, { usage: { prompt_tokens: 3, completion_tokens: 5 } }));
    const r = await router(
      table({
        engines: [engine('held', null, { held: true }), engine('bad', bad.url), engine('good', good.url)],
        models: [model('m', [target('held'), target('bad'), target('good')])],
      }),
    );
    await r.chat({ model: 'm', messages: [] }, { headers: { 'user-agent': 'my-program/1.0' } });
    const seen = await r.recorded((record) => record.asked === 'm');
    expect(seen).toMatchObject({
      client: { key: null, program: 'my-program/1.0', address: '127.0.0.1' },
      model: 'm',
      route: 'good/up',
      attempts: 2,
      outcome: 'ok',
      prompt_tokens: 3,
      completion_tokens: 5,
      more_steps: 0,
    });
    expect(seen.steps).toMatchObject([
      { kind: 'skip', target: 'held/up', code: 'engine_held' },
      { kind: 'attempt', target: 'bad/up', status: 500, result: 'refused', message: expect.stringContaining('boom') },
      { kind: 'attempt', target: 'good/up', status: 200, result: 'answered', message: null },
    ]);
    for (const step of seen.steps) if (step.kind === 'attempt') expect(step.ms).toBeGreaterThanOrEqual(0);
  });

  it('says for whom it waited and why, and how long once that is over', async () => {
    const up = await upstream(json(200, { ok: true }));
    const before = table({ engines: [engine('a', null, { phase: 'loading' })], models: [model('m', [target('a')])] });
    const r = await router(before);
    const answer = r.chat({ model: 'm', messages: [] });
    await r.until((report) => report.waiting === 1);
    r.send(table({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] }));
    await answer;
    const { steps, queued_ms } = await r.recorded(() => true);
    expect(steps).toMatchObject([
      { kind: 'wait', engine: 'a', why: 'loading', ms: expect.any(Number) },
      { kind: 'attempt', target: 'a/up' },
    ]);
    expect(queued_ms).toBeGreaterThanOrEqual(0);
  });
});

describe('requests under way', () => {
  it('are told while somebody watches, and can be ended', async () => {
    const up = await upstream(() => {});
    const r = await router(table({ engines: [engine('a', up.url)], models: [model('m', [target('a')])] }));
    r.handle({ type: 'watch', on: true });
    const answer = r.chat({ model: 'm', messages: [] }).then(
      () => 'answered',
      () => 'cut',
    );
    const mine = await r.when(() => r.active().find((record) => record.steps.length > 0));
    expect(mine).toMatchObject({ asked: 'm', outcome: null, route: null, steps: [{ kind: 'attempt', ms: null }] });
    r.handle({ type: 'cancel', id: 'somebody else' });
    r.handle({ type: 'cancel', id: mine.id });
    expect(await answer).toBe('cut');
    expect(await r.recorded(({ id }) => id === mine.id)).toMatchObject({
      outcome: 'cancelled',
      steps: [{ kind: 'attempt', result: 'gone' }],
    });
    expect(await up.seen[0]?.closed).toBe(false);
    await r.when(() => (r.active().length === 0 ? true : null));
    r.handle({ type: 'watch', on: false });
  });
});

describe('cooling targets', () => {
  it('return at once on a person’s word, and whoever waited for them goes on', async () => {
    const up = await upstream(json(500, { error: { message: 'boom' } }));
    const t = table({ engines: [engine('a', up.url)], models: [model('m', [target('a'), target('a', 'other')])] });
    const routing = { ...t.routing, retries: 1, allowed_fails: 0, cooldown: 600_000 };
    const r = await router({ ...t, routing });
    await r.chat({ model: 'm', messages: [] });
    const report = await r.until((x) => Object.keys(x.engines.a?.cooling ?? {}).length === 2);
    expect(report.engines.a?.cooling.up?.why).toContain('boom');
    up.answer = json(200, { ok: true });
    const waits = r.chat({ model: 'm', messages: [] });
    await r.until((x) => x.waiting === 1);
    r.handle({ type: 'thaw', target: 'a/other' });
    expect((await waits).headers.get('x-stackyard-route')).toBe('a/other');
    expect(Object.keys(r.last().engines.a?.cooling ?? {})).toEqual(['up']);
  });
});
