import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probe } from '../../../electron/host/http-probe.ts';
import { freePort } from '../../support/ports.ts';

const open: { server: Server; sockets: Set<Socket> }[] = [];

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  open.push({ server, sockets });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
const http = (listener: RequestListener) => listen(createServer(listener));
const tcp = (answer: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    }),
  );

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
});

describe('probe', () => {
  it('takes any status for an answer, and reads JSON whatever its type says', async () => {
    const url = await http((_request, response) => {
      response.writeHead(503, { 'content-type': 'text/plain', 'x-kind': 'llama' });
      response.end('{"error":{"message":"Loading model"}}');
    });
    expect(await probe(`${url}/health`)).toMatchObject({
      ok: true,
      status: 503,
      headers: { 'x-kind': 'llama' },
      body: '{"error":{"message":"Loading model"}}',
      json: { error: { message: 'Loading model' } },
    });
  });

  it('has no JSON when the body is none', async () => {
    const url = await http((_request, response) => response.end('proxy error: Could not establish connection'));
    expect(await probe(url)).toMatchObject({
      ok: true,
      status: 200,
      json: null,
      body: 'proxy error: Could not establish connection',
    });
  });

  it('sends method, headers and a body', async () => {
    const url = await http(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { authorization, 'content-type': type } = request.headers;
      response.end(JSON.stringify({ method: request.method, path: request.url, authorization, type, body }));
    });
    const headers = { authorization: 'Bearer k' };
    expect(await probe(`${url}/models/load?x=1`, { headers, body: { model: 'ü' } })).toMatchObject({
      json: {
        method: 'POST',
        path: '/models/load?x=1',
        authorization: 'Bearer k',
        type: 'application/json',
        body: '{"model":"ü"}',
      },
    });
    expect(await probe(url, { method: 'DELETE' })).toMatchObject({ json: { method: 'DELETE', body: '' } });
  });

  it('opens a connection for each, and keeps none', async () => {
    const url = await http((_request, response) => response.end('{}'));
    await probe(url);
    await probe(url);
    const sockets = [...(open[0]?.sockets ?? [])];
    expect(sockets).toHaveLength(2);
    for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close');
  });

  it('tells the ways apart in which there is no answer', async () => {
    const code = async (...args: Parameters<typeof probe>) => {
      const answer = await probe(...args);
      return answer.ok ? answer.status : answer.code;
    };
    expect(await code(`http://127.0.0.1:${await freePort()}`)).toBe('refused');
    expect(await code(await tcp((socket) => socket.resetAndDestroy()))).toBe('reset');
    expect(await code(await tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))).toBe('invalid');
    expect(await code(await tcp(() => {}), { timeoutMs: 50 })).toBe('timeout');
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half';
    expect(await code(await tcp((socket) => socket.write(half)), { timeoutMs: 50 })).toBe('timeout');
    expect(await code(await tcp((socket) => socket.end(half)))).toBe('reset');
    expect(await code('ftp://127.0.0.1/')).toBe('invalid');
    expect(await code('no address')).toBe('invalid');
    expect(await code('http://127.0.0.1/', { headers: { 'x-bad': 'a\nb' } })).toBe('invalid');
  });

  it('reads no more than it may', async () => {
    const url = await http((_request, response) => response.end('x'.repeat(2_000)));
    expect(await probe(url, { maxBytes: 1_999 })).toMatchObject({ ok: false, code: 'too_large' });
    expect(await probe(url, { maxBytes: 2_000 })).toMatchObject({ ok: true });
  });

  it('can be given up', async () => {
    const url = await tcp(() => abort.abort());
    const abort = new AbortController();
    expect(await probe(url, { signal: abort.signal })).toMatchObject({ ok: false, code: 'aborted' });
    expect(await probe(url, { signal: abort.signal })).toMatchObject({ ok: false, code: 'aborted' });
  });
});
