import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../../renderer/chat/chat-request.ts';
import { streamChat } from '../../../renderer/chat/stream-chat.ts';
import type { ChatEvent } from '../../../renderer/chat/stream-events.ts';

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'Hello' }],
  temperature: 0.2,
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function gateway(handle: (req: IncomingMessage, body: string, res: ServerResponse) => void): Promise<string> {
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (part) => {
      body += part;
    });
    req.on('end', () => handle(req, body, res));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function collect(baseUrl: string, signal = new AbortController().signal): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  await streamChat({ baseUrl, token: 'app' }, REQUEST, signal, (event) => events.push(event));
  return events;
}

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

describe('streamChat', () => {
  it('sends the token and the body, and tells comments, text and the end in order', async () => {
    let seen: unknown;
    const base = await gateway((req, body, res) => {
      seen = { url: req.url, key: req.headers.authorization, body: JSON.parse(body) };
      res.writeHead(200, { 'content-type': 'text/event-stream', 'x-stackyard-route': 'pending' });
      res.write(': stackyard waiting engine=llama phase=loading\n\n');
      res.write(': stackyard route=llama/m\n\n');
      res.end(`${chunk('Hel')}${chunk('lo')}data: [DONE]\n\n`);
    });
    expect(await collect(base)).toEqual([
      { type: 'waiting', engine: 'llama', phase: 'loading', progress: null },
      { type: 'route', route: 'llama/m' },
      { type: 'delta', content: 'Hel', reasoning: '' },
      { type: 'delta', content: 'lo', reasoning: '' },
      { type: 'done' },
    ]);
    expect(seen).toEqual({
      url: '/v1/chat/completions',
      key: 'Bearer app',
      body: {
        model: 'm',
        messages: [{ role: 'user', content: 'Hello' }],
        temperature: 0.2,
        stream: true,
        stream_options: { include_usage: true },
      },
    });
  });

  it('takes the route from the header', async () => {
    const base = await gateway((_req, _body, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream', 'x-stackyard-route': 'llama/caf%C3%A9' });
      res.end('data: [DONE]\n\n');
    });
    expect(await collect(base)).toEqual([{ type: 'route', route: 'llama/café' }, { type: 'done' }]);
  });

  it('explains a refusal with the advice of the error table', async () => {
    const base = await gateway((_req, _body, res) => {
      res.writeHead(503, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ error: { message: 'llama was stopped.', code: 'engine_held' } }));
    });
    expect(await collect(base)).toMatchObject([
      {
        type: 'error',
        failure: {
          code: 'engine_held',
          message: 'llama was stopped.',
          hint: expect.stringContaining('stackyard up'),
        },
      },
    ]);
  });

  it('keeps a refusal that is not JSON', async () => {
    const base = await gateway((_req, _body, res) => {
      res.writeHead(502);
      res.end('Bad gateway');
    });
    expect(await collect(base)).toMatchObject([{ type: 'error', failure: { code: '502', message: 'Bad gateway' } }]);
  });

  it('says so when the stream ends too early', async () => {
    const base = await gateway((_req, _body, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.end(chunk('Hel'));
    });
    const events = await collect(base);
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      failure: { message: expect.stringContaining('ended before') },
    });
  });

  it('says so when nothing listens', async () => {
    const base = await gateway(() => {});
    for (const close of closing.splice(0)) close();
    expect(await collect(base)).toMatchObject([
      { type: 'error', failure: { message: expect.stringContaining('can’t be reached') } },
    ]);
  });

  it('closes the connection and stays silent when aborted', async () => {
    const control = new AbortController();
    let closed: Promise<unknown> = Promise.reject(new Error('no request came'));
    closed.catch(() => {});
    const base = await gateway((_req, _body, res) => {
      closed = once(res, 'close');
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk('Hel'));
    });
    const events: ChatEvent[] = [];
    await streamChat({ baseUrl: base, token: 'app' }, REQUEST, control.signal, (event) => {
      events.push(event);
      control.abort();
    });
    await closed;
    expect(events).toEqual([{ type: 'delta', content: 'Hel', reasoning: '' }]);
  });
});
