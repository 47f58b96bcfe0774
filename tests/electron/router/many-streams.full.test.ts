/** 1,000 streams at once through the gateway, with the engine in a process of its own: none lost, every byte the engine's. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { stop } from '../../support/processes.ts';

const STREAMS = 1_000;

describe(`${STREAMS} streams at once`, () => {
  let child: ChildProcess;
  let router: RunningRouter;
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  beforeAll(async () => {
    child = fork(new URL('../../fixtures/upstream/hashing-engine.mjs', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    router = await startRouter(
      table({
        engines: [engine('a', `http://127.0.0.1:${port}`)],
        models: [model('m', [target('a')])],
        limits: { max_body: 2 ** 20, body_budget: 256 * 2 ** 20, max_connections: STREAMS + 100 },
      }),
    );
  });
  afterAll(async () => {
    agent.destroy();
    await router?.close();
    if (child) await stop(child);
  });

  /** One stream, read to its end: the hash of its bytes, the hash that the engine announced, and how many there were. */
  const stream = (nth: number): Promise<{ got: string; sent: string; bytes: number; whole: boolean }> =>
    new Promise((done, fail) => {
      const body = JSON.stringify({ model: 'm', stream: true, nth, messages: [] });
      const req = request(`${router.url}/v1/chat/completions`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      });
      req.on('error', fail).on('response', (res) => {
        const hash = createHash('sha256');
        let bytes = 0;
        res.on('data', (chunk: Buffer) => {
          hash.update(chunk);
          bytes += chunk.length;
        });
        res.on('error', fail);
        res.on('end', () =>
          done({ got: hash.digest('hex'), sent: String(res.headers['x-hash']), bytes, whole: res.complete }),
        );
      });
      req.end(body);
    });

  it('loses none and changes no byte; nothing is kept afterwards', async () => {
    // They end at all only if they run side by side: the engine goes on with none before all have come.
    const all = await Promise.all(Array.from({ length: STREAMS }, (_, nth) => stream(nth)));
    expect(all.filter(({ got, sent, whole }) => got !== sent || !whole)).toEqual([]);
    expect(new Set(all.map(({ sent }) => sent)).size).toBe(STREAMS);
    expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(STREAMS * 20_000);
    const rest = await router.until((report) => report.in_flight === 0);
    expect(rest).toMatchObject({ waiting: 0, engines: { a: { in_flight: 0 } } });
    await router.when(() => (router.records.length === STREAMS ? true : null));
    expect(router.records.filter(({ outcome, attempts }) => outcome !== 'ok' || attempts !== 1)).toEqual([]);
  });
});
