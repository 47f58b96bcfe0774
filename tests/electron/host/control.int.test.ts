import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectHost, type HostClient } from '../../../electron/host/control-client.ts';
import { lineReader } from '../../../electron/host/control-lines.ts';
import { serveControl } from '../../../electron/host/control-server.ts';
import type { StackSnapshot } from '../../../shared/model.ts';
import { type PocketHost, startPocketHost, testPaths } from '../cli/pocket-host.ts';

const toEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end();
});

async function started(): Promise<PocketHost> {
  const host = await startPocketHost();
  toEnd.push(() => host.close());
  return host;
}

async function connected(host: PocketHost): Promise<HostClient> {
  const client = await connectHost(host.paths);
  if (!client) throw new Error('no host');
  toEnd.push(() => client.close());
  return client;
}

/** A client that says whatever it is told, to see what a well-behaved one never does. */
async function raw(host: PocketHost): Promise<{
  say: (line: string) => void;
  next: () => Promise<Record<string, unknown>>;
  closed: Promise<unknown>;
  socket: Socket;
}> {
  const socket = connect(host.paths.socket);
  toEnd.push(() => socket.destroy());
  const heard: Record<string, unknown>[] = [];
  const reader = lineReader(
    1e9,
    (line) => {
      heard.push(JSON.parse(line) as Record<string, unknown>);
      socket.emit('heard');
    },
    () => {},
  );
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => {});
  const closed = new Promise((done) => socket.once('close', done));
  await once(socket, 'connect');
  return {
    socket,
    closed,
    say: (line) => socket.write(`${line}\n`),
    async next() {
      while (heard.length === 0) await Promise.race([once(socket, 'heard'), closed.then(() => heard.push({}))]);
      return heard.shift() ?? {};
    },
  };
}

const hello = (host: PocketHost): string => JSON.stringify({ v: 1, token: host.token });
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

describe('a client of the control socket', () => {
  it('calls handlers and gets their values, several at once', async () => {
    const client = await connected(await started());
    const [snapshot, started_, access] = await Promise.all([
      client.call('snapshot.get', {}),
      client.call('engines.start', { names: ['llama', 'nobody'], wait_ms: null }),
      client.call('gateway.access', {}),
    ]);
    expect(snapshot.engines.map((e) => e.name)).toEqual(['llama', 'vllm']);
    expect(started_.map((o) => [o.engine, o.ok, o.cause?.code])).toEqual([
      ['llama', true, undefined],
      ['nobody', false, 'unknown_engine'],
    ]);
    expect(access.base_url).toBe('http://127.0.0.1:4000/v1');
  });

  it('is not held up by a call that takes long', async () => {
    const host = await started();
    const client = await connected(host);
    const slow = client.call('model.load', { model: 'slow', engine: null });
    await client.call('snapshot.get', {});
    host.finishSlow();
    expect(await slow).toHaveLength(1);
  });

  it('gets the host’s errors with code and hint', async () => {
    const client = await connected(await started());
    await expect(client.call('model.load', { model: 'nowhere', engine: null })).rejects.toMatchObject({
      code: 'unknown_model',
      message: 'No model is called nowhere.',
    });
    await expect(
      client.call('logs.read', { engine: null, after: null, before: null, limit: 0 }),
    ).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining('logs.read: limit') });
  });

  it('hears snapshots only when it asked, and none after it left', async () => {
    const host = await started();
    const [asking, silent] = [await connected(host), await connected(host)];
    const heard: StackSnapshot[] = [];
    asking.on('snapshot', (snapshot) => heard.push(snapshot));
    silent.on('snapshot', () => heard.push(null as never));
    await asking.subscribe();
    await asking.subscribe();
    host.set('llama', { phase: 'loading' });
    await until(() => expect(heard[0]?.engines[0]?.phase).toBe('loading'));
    await silent.call('snapshot.get', {});
    expect(heard).toHaveLength(1);
    asking.close();
    await until(() => expect(host.subscribers()).toEqual([]));
  });

  it('hears the log that it watches, and nothing once it stopped', async () => {
    const host = await started();
    const client = await connected(host);
    const heard: string[] = [];
    const stop = client.on('log', ({ lines }) => heard.push(...lines.map((l) => l.text)));
    await client.call('logs.watch', { engine: 'llama', on: true });
    host.log('llama', 'zeile eins – “ä”');
    await until(() => expect(heard).toEqual(['zeile eins – “ä”']));
    stop();
    host.log('llama', 'not heard');
    await client.call('logs.watch', { engine: 'llama', on: false });
    expect(host.watchers('llama')).toEqual([]);
    expect(heard).toHaveLength(1);
  });

  it('learns that the host is gone', async () => {
    const host = await startPocketHost();
    const client = await connected(host);
    const waiting = client.call('model.load', { model: 'slow', engine: null });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'no_host' });
    await host.close();
    await refused;
    await client.closed;
    await expect(client.call('snapshot.get', {})).rejects.toMatchObject({ code: 'no_host' });
    expect(await connectHost(host.paths)).toBeNull();
  });

  it('finds no host where a dead one left its socket', async () => {
    const paths = await testPaths();
    toEnd.push(() => rm(dirname(paths.config), { recursive: true }));
    expect(await connectHost(paths)).toBeNull();
    await leaveStaleSocket(paths.socket);
    expect(await connectHost(paths)).toBeNull();
  });

  it('is told when it may not read the token, or has an old one', async () => {
    const host = await started();
    await writeFile(join(host.paths.data, 'control.token'), 'yesterday’s\n');
    await expect(connectHost(host.paths)).rejects.toMatchObject({ code: 'permission_denied' });
    await rm(join(host.paths.data, 'control.token'));
    await expect(connectHost(host.paths)).rejects.toMatchObject({ code: 'permission_denied' });
  });
});

describe('the control server', () => {
  it('refuses a wrong token before anything else, and hangs up', async () => {
    const host = await started();
    for (const token of ['wrong', '', null, 7]) {
      const client = await raw(host);
      client.say(JSON.stringify({ v: 1, token }));
      client.say(JSON.stringify({ id: 1, call: 'engines.start', input: { names: [], wait_ms: null } }));
      expect(await client.next()).toMatchObject({ v: 1, ok: false, error: { code: 'permission_denied' } });
      await client.closed;
    }
    const client = await connected(host);
    expect((await client.call('snapshot.get', {})).engines.map((e) => e.phase)).toEqual(['stopped', 'stopped']);
  });

  it('names both versions to a client of another one', async () => {
    const host = await started();
    const client = await raw(host);
    client.say(JSON.stringify({ v: 2, token: host.token }));
    const answer = await client.next();
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_input' } });
    expect(JSON.stringify(answer)).toMatch(/version 1 .* the client 2/);
    await client.closed;
  });

  it('answers what is not JSON with an error and hangs up, before and after the token', async () => {
    const host = await started();
    const early = await raw(host);
    early.say('GET / HTTP/1.1');
    expect(await early.next()).toMatchObject({ v: 1, ok: false, error: { code: 'bad_input' } });
    await early.closed;
    for (const line of ['{"id": 1,', '[1]', '{"call":"snapshot.get"}']) {
      const late = await raw(host);
      late.say(hello(host));
      expect(await late.next()).toEqual({ v: 1, ok: true });
      late.say(line);
      expect(await late.next()).toMatchObject({ id: null, ok: false, error: { code: 'bad_input' } });
      await late.closed;
    }
  });

  it('cuts off a line of more than 8 MiB, and one of more than 4 KiB before the token', async () => {
    const host = await started();
    const early = await raw(host);
    early.say('x'.repeat(5000));
    expect(await early.next()).toMatchObject({ ok: false, error: { message: expect.stringContaining('4096') } });
    await early.closed;

    const late = await raw(host);
    late.say(hello(host));
    await late.next();
    late.say(`{"id":1,"call":"config.plan","input":{"text":"${'x'.repeat(8 * 1024 * 1024)}"}}`);
    expect(await late.next()).toMatchObject({
      id: null,
      ok: false,
      error: { message: expect.stringContaining('8388608') },
    });
    await late.closed;
  });

  it('keeps the connection after an unknown call or a wrong input', async () => {
    const host = await started();
    const client = await raw(host);
    client.say(hello(host));
    await client.next();
    client.say('{"id":1,"call":"constructor"}');
    expect(await client.next()).toMatchObject({ id: 1, ok: false, error: { code: 'bad_input' } });
    client.say('{"id":2,"call":"engines.start","input":{"names":"llama","wait_ms":null}}');
    expect(await client.next()).toMatchObject({
      id: 2,
      ok: false,
      error: { message: expect.stringContaining('names') },
    });
    client.say('{"id":3,"call":"snapshot.get"}');
    expect(await client.next()).toMatchObject({ id: 3, ok: true, value: { schema: 1 } });
  });

  it('frees the log watches of a client that was killed', async () => {
    const host = await started();
    const program = `
      const socket = require('node:net').connect(${JSON.stringify(host.paths.socket)});
      socket.write(${JSON.stringify(`${hello(host)}\n`)});
      for (const [id, engine] of [[1, 'llama'], [2, 'vllm']]) {
        socket.write(JSON.stringify({ id, call: 'logs.watch', input: { engine, on: true } }) + '\\n');
      }
      socket.on('data', () => {});
    `;
    const client = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
    toEnd.push(() => client.kill('SIGKILL'));
    await until(() => expect([...host.watchers('llama'), ...host.watchers('vllm')]).toHaveLength(2));
    client.kill('SIGKILL');
    await until(() => expect([...host.watchers('llama'), ...host.watchers('vllm')]).toEqual([]));
  });

  it('sends a client that reads slowly the newest snapshot, not all of them', async () => {
    const host = await started();
    const client = await raw(host);
    client.say(hello(host));
    await client.next();
    client.say('{"id":1,"subscribe":true}');
    await client.next();
    client.socket.pause();
    const message = 'x'.repeat(100_000);
    for (let n = 1; n <= 500; n++) host.set('llama', { restarts: n, cause: { code: 'exited', message, hint: null } });
    client.socket.resume();
    let heard = 0;
    let last = 0;
    while (last < 500) {
      heard += 1;
      const { payload } = (await client.next()) as unknown as { payload: StackSnapshot };
      last = payload.engines[0]?.restarts ?? 0;
    }
    expect(heard).toBeLessThan(100);
  });

  it.skipIf(process.platform === 'win32')(
    'keeps socket and folder to its user, and replaces only a dead socket',
    async () => {
      const paths = await testPaths();
      toEnd.push(() => rm(dirname(paths.config), { recursive: true, force: true }));
      await mkdir(paths.data, { mode: 0o755 });
      await leaveStaleSocket(paths.socket);
      const host = await startPocketHost(paths);
      toEnd.push(() => host.close());
      expect((await stat(paths.socket)).mode & 0o777).toBe(0o600);
      expect((await stat(paths.data)).mode & 0o777).toBe(0o700);
      const second = serveControl({
        socket: paths.socket,
        token: 'x',
        handlers: null as never,
        subscribe: () => () => {},
      });
      await expect(second).rejects.toMatchObject({ code: 'host_running' });
      await connected(host);
    },
  );

  it.skipIf(process.platform === 'win32')('removes its socket, and the folder that only held it', async () => {
    const paths = await testPaths();
    toEnd.push(() => rm(dirname(paths.config), { recursive: true, force: true }));
    const folder = join(dirname(paths.config), 'stackyard-0123456789ab');
    const server = await serveControl({
      socket: join(folder, 'control.sock'),
      token: 'x',
      handlers: null as never,
      subscribe: () => () => {},
    });
    await server.close();
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** A socket file that nobody listens on, as a killed host leaves it. */
async function leaveStaleSocket(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.stdout.write('up'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await stat(path)).isSocket()).toBe(true);
}
