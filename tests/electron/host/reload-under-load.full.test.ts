/** A config file that is edited over and over while a real llama-server streams to many clients, and a gateway that moves meanwhile. */
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startTestHost } from '../../support/host.ts';
import { freePort } from '../../support/ports.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const file = (port: number, requests: number) => `version: 1
gateway:
  port: ${port}
  api_keys: [{ name: me, key: sk-me, requests_per_minute: ${requests} }]
engines:
  tiny:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "-np", "2"]
    max_concurrent: 2
models:
  m: { targets: [{ engine: tiny, model: tiny }], timeouts: { idle: ${requests % 2 === 0 ? '1m' : '2m'} } }
`;

describeNeeding(['llama-server'], 'a config edited under load', () => {
  it('breaks no stream, restarts no engine, and takes every request by one of its versions', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const { call, config, engine, host, gateway, shows } = await startTestHost(file(port, 10_000));
    let url = await gateway();
    await call('engines.start', { names: ['tiny'], wait_ms: 60_000 });
    const { pid } = engine('tiny');
    const router = host.snapshot().router.pid;

    let over = false;
    let answered = 0;
    let moving = false;
    const wrong: string[] = [];
    const client = async (): Promise<void> => {
      while (!over) {
        const asked = url;
        const answer = await fetch(`${asked}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk-me' },
          body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
        }).catch((error: Error) => error);
        if (answer instanceof Error) {
          // Once the gateway moves, nobody takes what comes to its old address.
          if (!moving || asked === url) await until('the address is known', () => moving && asked !== url);
          continue;
        }
        const text = await answer.text();
        answered += 1;
        if (answer.status !== 200 || !text.endsWith('data: [DONE]\n\n')) wrong.push(`${answer.status} ${text}`);
      }
    };
    const clients = Array.from({ length: 8 }, client);
    const revisions = new Set<string | null>();
    try {
      for (let edit = 1; edit <= 10; edit += 1) {
        const before = host.snapshot().config.revision;
        const had = answered;
        writeFileSync(config, file(port, 10_000 + edit));
        await until('it is taken up', () => host.snapshot().config.revision !== before);
        revisions.add(host.snapshot().config.revision);
        await until('requests went by', () => answered > had + 4);
      }
      moving = true;
      writeFileSync(config, file(other, 20_000));
      await shows('it listens at the other port', (s) => s.gateway.url === `http://127.0.0.1:${other}`);
      url = `http://127.0.0.1:${other}`;
      const had = answered;
      await until('requests went by', () => answered > had + 16);
    } finally {
      over = true;
      await Promise.allSettled(clients);
    }
    await Promise.all(clients);
    expect(wrong).toEqual([]);
    expect(revisions.size).toBe(10);
    expect(engine('tiny').pid).toBe(pid);
    expect(host.snapshot().router.pid).toBe(router);
  });
});
