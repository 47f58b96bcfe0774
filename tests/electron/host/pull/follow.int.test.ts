import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { follow } from '../../../../electron/host/pull/follow.ts';
import { type ModelHost, startModelHost } from '../../../fixtures/servers/model-host.ts';

const BYTES = Buffer.from('GGUF and more');

let safe: ModelHost;
let plain: ModelHost;
let trusting: Agent;

beforeEach(async () => {
  [safe, plain] = await Promise.all([startModelHost({ secure: true }), startModelHost()]);
  // Our own certificate is the only thing that makes this one different from a real https server.
  trusting = new Agent({ connect: { rejectUnauthorized: false } });
});
afterEach(async () => {
  await trusting.destroy();
  await Promise.all([safe.close(), plain.close()]);
});

const get = (url: string, dispatcher = trusting, token: string | null = null) =>
  follow(url, {
    dispatcher,
    token,
    hub: false,
    headers: () => ({}),
    signal: new AbortController().signal,
    contact: { made: false },
  });

describe('a redirect', () => {
  it('from https to http is refused, also when it comes later', async () => {
    plain.serve('/x', BYTES);
    safe.serve('/x', BYTES, { always: { do: 'redirect', to: `${plain.url}/x` } });
    safe.serve('/first', BYTES, { always: { do: 'redirect', to: '/x' } });
    for (const path of ['/x', '/first']) {
      await expect(get(`${safe.url}${path}`)).rejects.toMatchObject({
        code: 'download_failed',
        message: expect.stringContaining('from https to http'),
      });
    }
    expect(plain.seen).toEqual([]);
  });

  it('from http to https is followed, without the token', async () => {
    safe.serve('/x', BYTES);
    plain.serve('/x', BYTES, { always: { do: 'redirect', to: `${safe.url}/x` } });
    const answer = await get(`${plain.url}/x`, trusting, 'secret');
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body.chunks()) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(BYTES)).toBe(true);
    expect(plain.seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(safe.seen[0]?.headers.authorization).toBeUndefined();
  });
});

describe('a certificate that nobody trusts', () => {
  it('ends it at once, with the reason', async () => {
    const strict = new Agent();
    safe.serve('/x', BYTES);
    await expect(get(`${safe.url}/x`, strict)).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining('certificate'),
    });
    await strict.destroy();
    expect(safe.seen).toEqual([]);
  });
});
