/** A new table takes effect between two requests, and nothing that runs is touched by it. */
import { afterEach, expect, it } from 'vitest';
import type { RoutingTable } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import {
  chatEvents,
  json,
  type Seen,
  startUpstream,
  type Upstream,
} from '../../fixtures/upstream/upstream-server.ts';
import { replies, wire } from '../../support/raw-http.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
async function upstream(answer: Upstream['answer']): Promise<Upstream> {
  const made = await startUpstream(answer);
  open.push(made.close);
  return made;
}
async function router(first: RoutingTable) {
  const made = await startRouter(first);
  open.push(() => made.close());
  return made;
}
const key = (name: string) => ({
  ...{ name, key: `sk-${name}`, models: ['*'], expires: null },
  requests_per_minute: null,
  tokens_per_minute: null,
});
const access = (...names: string[]) => ({ ...table().access, keys: names.map(key) });

it('is in force for the next request, also on a connection that was open before', async () => {
  const [a, b] = [await upstream(json(200, { from: 'a' })), await upstream(json(200, { from: 'b' }))];
  const r = await router(table({ engines: [engine('a', a.url)], models: [model('m', [target('a')])] }));
  const line = await wire(r.url);
  open.push(async () => line.destroy());
  const ask = async (nth: number) => {
    line.write('POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 13\r\n\r\n{"model":"m"}');
    const got = await line.until((text) => (text.match(/\{"from":"."\}|"code":"\w+"/g)?.length ?? 0) >= nth);
    return replies(got)[nth - 1]?.body;
  };
  expect(await ask(1)).toBe('{"from":"a"}');
  r.send(table({ engines: [engine('b', b.url)], models: [model('m', [target('b')])] }));
  expect(await ask(2)).toBe('{"from":"b"}');
  r.send(table({ engines: [engine('b', b.url)], models: [model('other', [target('b')])] }));
  expect(await ask(3)).toContain('model_not_found');
});

it('leaves streams alone whose engine, model and key it takes away', async () => {
  const events = chatEvents(['one ', 'two ', 'three']);
  const running: Seen[] = [];
  const a = await upstream((seen) => {
    running.push(seen);
    seen.res.writeHead(200, { 'content-type': 'text/event-stream' });
    seen.res.write(events[0]);
  });
  const r = await router(
    table({ engines: [engine('a', a.url)], models: [model('m', [target('a')])], access: access('old') }),
  );
  const headers = (name: string) => ({ headers: { authorization: `Bearer sk-${name}` } });
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => r.chat({ model: 'm', stream: true }, headers('old'))),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  r.send(table({ access: access('new') }));
  expect((await r.chat({ model: 'm' }, headers('old'))).status).toBe(401);
  expect((await r.chat({ model: 'm' }, headers('new'))).status).toBe(404);
  // Still counted as its work, so that nobody stops it under them.
  expect((await r.until((report) => report.in_flight === 5)).engines.a?.in_flight).toBe(5);
  for (const { res } of running) {
    for (const event of events.slice(1)) res.write(event);
    res.end();
  }
  for (const answer of answers) expect(await answer.text()).toBe(events.join(''));
  await r.until((report) => report.in_flight === 0 && (report.engines.a?.in_flight ?? 0) === 0);
  await r.when(() => (r.records.filter(({ outcome }) => outcome === 'ok').length === 5 ? true : null));
});

it('survives a hundred changes under load: each answer is one that some table allowed', async () => {
  const [a, b] = [await upstream(json(200, { from: 'a' })), await upstream(json(200, { from: 'b' }))];
  const of = (name: 'a' | 'b') =>
    table({ engines: [engine(name, name === 'a' ? a.url : b.url)], models: [model('m', [target(name)])] });
  const r = await router(of('a'));
  const asks: Promise<unknown>[] = [];
  for (let change = 0; change < 100; change += 1) {
    for (let i = 0; i < 3; i += 1) asks.push(r.chat({ model: 'm' }).then((answer) => answer.json()));
    r.send(of(change % 2 === 0 ? 'b' : 'a'));
    await new Promise((next) => setImmediate(next));
  }
  for (const said of await Promise.all(asks)) expect([{ from: 'a' }, { from: 'b' }]).toContainEqual(said);
  await r.until((report) => report.in_flight === 0 && report.waiting === 0);
});
