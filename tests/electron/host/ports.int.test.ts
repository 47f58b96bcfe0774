import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { freePort, isListening, portHolder } from '../../../electron/host/ports.ts';
import { stop } from '../../support/processes.ts';
import { engine } from '../../support/small-host.ts';
import { describeNeeding } from '../../support/tools.ts';

describe('freePort', () => {
  it('gives a port that can be bound, and says so when the address is not ours', async () => {
    const port = await freePort('127.0.0.1');
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await expect(freePort('192.0.2.1')).rejects.toThrow(/EADDRNOTAVAIL/);
  });
});

describe('isListening', () => {
  it('is true exactly while somebody listens, on "all addresses" too', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await isListening('127.0.0.1', port, 5_000)).toBe(true);
    expect(await isListening('0.0.0.0', port, 5_000)).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await isListening('127.0.0.1', port, 5_000)).toBe(false);
  });
});

describeNeeding(['posix'], 'portHolder', () => {
  it('names the process that holds a port', async () => {
    const port = await freePort('127.0.0.1');
    expect(await portHolder(port)).toBeNull();
    const { file, args } = engine('--port', String(port));
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: child.stdout }), 'line');
    expect(await portHolder(port)).toEqual({
      pid: child.pid,
      name: expect.stringMatching(/node/i),
      command: expect.stringContaining(`engine.mjs --port ${port}`),
      user: (await import('node:os')).userInfo().username,
    });
    await stop(child);
    expect(await portHolder(port)).toBeNull();
  });
});
