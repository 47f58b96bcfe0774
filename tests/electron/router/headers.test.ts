import { describe, expect, it } from 'vitest';
import { downstreamHeaders, encodeHeader, upstreamHeaders } from '../../../electron/router/headers.ts';

const raw = (...list: string[]) => list.map((text) => Buffer.from(text, 'latin1'));

describe('upstreamHeaders', () => {
  it('drops what belongs to the hop or the client, also what Connection names', () => {
    const sent = [
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Host',
      'h',
      'Content-Length',
      '5',
      'Sec-Fetch-Mode',
      'cors',
    ];
    const rest = ['Authorization', 'Bearer c', 'Origin', 'o', 'Expect', '100-continue', 'X-Keep', 'a', 'x-keep', 'b'];
    expect(upstreamHeaders([...sent, ...rest], null)).toEqual([
      'X-Keep',
      'a',
      'x-keep',
      'b',
      'accept-encoding',
      'identity',
    ]);
  });
  it('sends the engine its own key', () => {
    expect(upstreamHeaders([], 'k')).toEqual(['accept-encoding', 'identity', 'authorization', 'Bearer k']);
  });
});

describe('downstreamHeaders', () => {
  it('keeps end-to-end headers as they were written, and drops the engine’s CORS', () => {
    const head = downstreamHeaders(
      raw(
        'Server',
        'llama.cpp',
        'Access-Control-Allow-Origin',
        '*',
        'Transfer-Encoding',
        'chunked',
        'Date',
        'd',
        'Content-Length',
        '2',
      ),
    );
    expect(head).toEqual({
      headers: ['Server', 'llama.cpp', 'Date', 'd', 'Content-Length', '2'],
      sse: false,
      streamed: false,
      dated: true,
      length: 2,
    });
  });
  it('keeps proxies from buffering or storing a stream', () => {
    const head = downstreamHeaders(
      raw('content-type', 'text/event-stream; charset=utf-8', 'X-Accel-Buffering', 'yes'),
    );
    expect(head.sse).toBe(true);
    expect(head.headers).toEqual([
      ...['content-type', 'text/event-stream; charset=utf-8'],
      ...['x-accel-buffering', 'no', 'cache-control', 'no-cache'],
    ]);
    expect(downstreamHeaders(raw('content-type', 'text/event-streams')).sse).toBe(false);
  });
  it('lets no engine speak in our name', () => {
    expect(downstreamHeaders(raw('X-Stackyard-Route', 'x')).headers).toEqual([]);
  });
});

describe('encodeHeader', () => {
  it('encodes % and what is not printable ASCII, as UTF-8', () => {
    expect(encodeHeader('ollama/qwen2.5-coder:7b ~')).toBe('ollama/qwen2.5-coder:7b ~');
    expect(encodeHeader('100%')).toBe('100%25');
    expect(encodeHeader('ä😀\r\n')).toBe('%C3%A4%F0%9F%98%80%0D%0A');
    expect(encodeHeader('\ud800')).toBe('%EF%BF%BD');
  });
});
