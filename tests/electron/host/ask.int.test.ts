import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../../electron/host/ask.ts';
import { freePort } from '../../support/ports.ts';

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/never') return;
  const { method, url, headers } = request;
  response.setHeader('x-twice', ['a', 'b']);
  response.end(
    JSON.stringify({ method, url, key: headers.authorization ?? null, body: Buffer.concat(chunks).toString() }),
  );
});
let address = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('ask', () => {
  it('appends the path to the address and sends key and body', async () => {
    const spec = { method: 'POST', path: '/models/load', body: { model: 'm' } } as const;
    expect(await ask(address, spec, { apiKey: 'k' })).toMatchObject({
      status: 200,
      headers: { 'x-twice': expect.stringContaining('a') },
      json: { method: 'POST', url: '/base/models/load', key: 'Bearer k', body: '{"model":"m"}' },
    });
    expect(await ask(address, { method: 'GET', path: '/models' })).toMatchObject({
      json: { method: 'GET', url: '/base/models', key: null, body: '' },
    });
  });
  it('says why there is no answer', async () => {
    const spec = { method: 'GET', path: '/' } as const;
    expect(await ask(`http://127.0.0.1:${await freePort()}`, spec)).toMatchObject({ status: null, code: 'refused' });
    const never = { method: 'GET', path: '/never' } as const;
    expect(await ask(address.replace('/base', ''), never, { timeoutMs: 50 })).toMatchObject({ code: 'timeout' });
    expect(await ask('nowhere', spec)).toMatchObject({ code: 'invalid' });
    expect(await ask('http://name.invalid', spec)).toMatchObject({ status: null });
  });
});
