import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { describeHolder, portIsFree } from '../../../electron/host/port-use.ts';
import { freePort } from '../../support/ports.ts';

describe('portIsFree', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('sees a server on %s', async (host) => {
    const port = await freePort();
    expect(await portIsFree('127.0.0.1', port)).toBe(true);
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    expect(await portIsFree('127.0.0.1', port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await portIsFree('127.0.0.1', port)).toBe(true);
  });
});

describe('describeHolder', () => {
  it.each([
    [{ pid: 7, name: 'ollama', command: null, user: null }, 'pid 7 (ollama)'],
    [{ pid: 7, name: null, command: null, user: 'ada' }, 'pid 7'],
    [{ pid: null, name: null, command: null, user: 'ada' }, 'a process of ada'],
    [{ pid: null, name: null, command: null, user: null }, null],
    [null, null],
  ])('%j is %s', (holder, words) => expect(describeHolder(holder)).toBe(words));
});
