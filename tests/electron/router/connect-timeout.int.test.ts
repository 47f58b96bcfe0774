/** How long a connection may take is the model's to say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream } from '../../fixtures/upstream/upstream-server.ts';
import { stop } from '../../support/processes.ts';

/** Listens and never looks again: what fills its queue is all that is ever accepted. */
const DEAF = `
const server = require('node:net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, server.address().port + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

// Other systems answer a full queue differently.
describe.runIf(process.platform === 'linux')('an engine whose machine does not answer', () => {
  let deaf: ChildProcess;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    deaf = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'inherit'] });
    port = await new Promise<number>((done) => deaf.stdout?.once('data', (text) => done(Number(text))));
    const full = (): Promise<boolean> =>
      new Promise((done) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.on('error', () => {});
        sockets.push(socket);
        const timer = setTimeout(() => done(true), 500);
        socket.once('connect', () => {
          clearTimeout(timer);
          done(false);
        });
      });
    while (!(await full()));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await stop(deaf);
  });

  it('is given up after the entry’s own `timeouts.connect`', async () => {
    const up = await startUpstream(json(200, { from: 'good' }));
    const forever = { connect: 3_600_000, first_byte: 3_600_000, idle: 3_600_000 };
    const plain = table();
    const router = await startRouter({
      ...plain,
      engines: [
        engine('deaf', `http://127.0.0.1:${port}`, { request_timeouts: forever }),
        engine('good', up.url, { request_timeouts: forever }),
      ],
      models: [model('m', [target('deaf'), target('good')], { timeouts: { ...forever, connect: 300 } })],
      routing: { ...plain.routing, retries: 1, timeouts: forever },
    });
    const answer = await router.chat({ model: 'm', messages: [] });
    expect(await answer.json()).toEqual({ from: 'good' });
    const { steps } = await router.recorded(() => true);
    expect(steps[0]).toMatchObject({ target: 'deaf/up', result: 'broken', message: expect.stringMatching(/deaf/) });
    await router.close();
    await up.close();
  });
});
