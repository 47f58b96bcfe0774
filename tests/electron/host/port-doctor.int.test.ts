import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnosePort, freePortNear, portBusy } from '../../../electron/host/port-doctor.ts';
import { freePort } from '../../support/ports.ts';

/** Something that listens and says nothing. */
const mute = () => createServer((socket) => socket.on('error', () => {}).destroy());

const open: Server[] = [];
async function listen<S extends Server>(server: S, port: number, host = '127.0.0.1'): Promise<S> {
  server.listen(port, host);
  await once(server, 'listening');
  open.push(server);
  return server;
}
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

describe('diagnosePort', () => {
  it('has nothing to say about a free port', async () => {
    expect(await diagnosePort('127.0.0.1', await freePort())).toBeNull();
  });

  it('names who has a busy one, and offers a port that is free', async () => {
    const port = await freePort();
    await listen(mute(), port);
    const found = await diagnosePort('127.0.0.1', port);
    expect(found).toMatchObject({ port, kind: null, holder: { pid: process.pid, mine: true } });
    expect(found?.holder?.user).toBe(userInfo().username);
    expect(found?.free).toBeGreaterThan(port);
    const cause = found && portBusy(found, 'llama.cpp');
    expect(cause).toMatchObject({ code: 'port_busy', port: { port, free: found?.free } });
    expect(cause?.message).toContain(`Port ${port} is taken by`);
    expect(cause?.message).toContain(`(pid ${process.pid})`);
    expect(cause?.hint).toBe(`Set \`port: ${found?.free}\`, or stop its holder.`);
  });

  it('knows a model server, and says that one of the wanted kind can be used', async () => {
    const port = await freePort();
    // A stand-in for Ollama: what its root answers is its fingerprint.
    await listen(
      createWebServer((_, response) => response.end('Ollama is running')),
      port,
    );
    const found = await diagnosePort('127.0.0.1', port);
    expect(found).toMatchObject({ kind: 'ollama' });
    expect(found && portBusy(found, 'ollama').hint).toContain('`mode: external`');
    expect(found && portBusy(found, 'vllm').hint).not.toContain('external');
  });

  it('sees a server on all addresses behind a loopback port', async () => {
    const port = await freePort();
    await listen(mute(), port, '0.0.0.0');
    expect(await diagnosePort('127.0.0.1', port)).toMatchObject({ port });
  });
});

describe('freePortNear', () => {
  it('passes over busy ports, ports of the config, and those that are somebody’s usual ones', async () => {
    const port = await freePort();
    await listen(mute(), port + 1);
    expect(await freePortNear('127.0.0.1', port, new Set([port + 2]))).toBeGreaterThan(port + 2);
    expect(await freePortNear('127.0.0.1', 7999)).toBeGreaterThan(8000);
    expect(await freePortNear('127.0.0.1', 80)).toBeGreaterThan(1023);
    expect(await freePortNear('127.0.0.1', 65_535)).toBeNull();
  });
});
