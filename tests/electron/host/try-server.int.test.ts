import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tryServer } from '../../../electron/host/try-server.ts';
import { freePort } from '../../support/ports.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server with OpenAI's list of models at `path`. */
async function serve(path: string, { key = null as string | null, headers = {} } = {}): Promise<string> {
  const server = createServer((request, response) => {
    const allowed = key === null || request.headers.authorization === `Bearer ${key}`;
    const status = request.url !== path ? 404 : allowed ? 200 : 401;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 200 ? '{"object":"list","data":[{"id":"a"},{"id":"b"}]}' : '{"error":{"message":"no"}}');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('trying a server that somebody named', () => {
  it.each([
    ['', '/v1/models', '/v1'],
    ['/', '/v1/models', '/v1'],
    ['/v1', '/v1/models', '/v1'],
    ['/v1/', '/v1/models', '/v1'],
    ['/v1/chat/completions', '/v1/models', '/v1'],
    ['', '/models', ''],
    ['/api/openai', '/api/openai/models', '/api/openai'],
  ])('finds the base of %j where %s is', async (typed, path, base) => {
    const root = await serve(path);
    expect(await tryServer(`${root}${typed}`, null)).toEqual({ url: `${root}${base}`, models: ['a', 'b'] });
  });

  it('tells what is wrong with it', async () => {
    const locked = await serve('/v1/models', { key: 'right' });
    const own = await serve('/v1/models', { headers: { 'x-stackyard-request-id': '1' } });
    const web = await serve('/index.html');
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const cases: [string, string | null, string, RegExp][] = [
      [locked, null, 'invalid_api_key', /wants an API key/],
      [locked, 'wrong', 'invalid_api_key', /does not accept/],
      [own, null, 'no_model_list', /is a Stackyard of this machine/],
      [web, null, 'no_model_list', /no list of models \(HTTP 404\)/],
      [nobody, null, 'unreachable', /Nothing answers at/],
      ['workstation', null, 'bad_input', /no address/],
      ['file:///etc/passwd', null, 'bad_input', /no address/],
      ['http://me:secret@127.0.0.1/v1', null, 'bad_input', /user name or password/],
    ];
    for (const [url, key, code, message] of cases) {
      await expect(tryServer(url, key)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    }
    expect(await tryServer(locked, 'right')).toMatchObject({ models: ['a', 'b'] });
  });
});
