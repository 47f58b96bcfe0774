import { request } from 'node:http';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../../build/tiny-model.mjs';
import { isListening } from '../../../electron/host/ports.ts';
import { startTestHost } from '../../support/host.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const all = { names: [], wait_ms: 60_000 };
const only = (name: string) => ({ names: [name], wait_ms: 60_000 });

/** One llama.cpp engine with the tiny model. */
const config = (more = '', engine = '') => `version: 1
gateway: { port: 0 }
engines:
  tiny:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1"]
    ${engine}
${more}`;

/** The text of a streamed chat answer. */
async function chat(
  gateway: string,
  model: string,
): Promise<{ status: number; text: string; headers: Headers; raw: string }> {
  const answer = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const raw = await answer.text();
  const text = raw
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)).choices?.[0]?.delta?.content ?? '')
    .join('');
  return { status: answer.status, text, headers: answer.headers, raw };
}

describeNeeding(['llama-server'], 'a host with a real llama-server', () => {
  it('starts it, routes to it, stops and holds it, verified', async () => {
    need(llamaServer);
    const { call, engine, gateway, shows } = await startTestHost(
      config('models: { hello: { targets: [{ engine: tiny, model: tiny }] } }\naliases: { gpt-4o-mini: hello }'),
    );
    const url = await gateway();
    expect(engine('tiny').phase).toBe('stopped');

    const [up] = await call('engines.start', only('tiny'));
    expect(up).toEqual({ engine: 'tiny', ok: true, cause: null });
    const { pid, port } = engine('tiny');
    expect(pid).toBeGreaterThan(0);

    const answer = await chat(url, 'gpt-4o-mini');
    expect(answer.text).toBe(KNOWN_ANSWER);
    expect(answer.headers.get('x-stackyard-route')).toBe('tiny/tiny');
    expect(answer.headers.get('x-stackyard-model')).toBe('hello');

    const [down] = await call('engines.stop', all);
    expect(down).toEqual({ engine: 'tiny', ok: true, cause: null });
    expect(await isListening('127.0.0.1', port ?? 0)).toBe(false);
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    await shows('held', (s) => s.engines[0]?.held === true);

    const refused = await chat(url, 'hello');
    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.raw).error.code).toBe('engine_held');
    expect(engine('tiny').phase).toBe('stopped');
  });

  it('parks a request for a stopped on-demand engine, starts it and answers', async () => {
    const { engine, gateway } = await startTestHost(config());
    const url = await gateway();
    expect(engine('tiny').phase).toBe('stopped');
    const answer = await chat(url, 'tiny');
    expect(answer.text).toBe(KNOWN_ANSWER);
    expect(engine('tiny').phase).toBe('ready');
  });

  it('heals a killed engine and tells about it', async () => {
    const { host, call, engine, gateway, shows } = await startTestHost(config());
    const url = await gateway();
    const notices: string[] = [];
    host.onNotice((notice) => notices.push(`${notice.engine} ${notice.kind}`));
    await call('engines.start', only('tiny'));
    const { pid } = engine('tiny');
    process.kill(pid ?? 0, 'SIGKILL');
    await shows('it waits to be started again', (s) => s.engines[0]?.phase === 'backoff');
    await shows('it is ready with another pid', (s) => s.engines[0]?.phase === 'ready' && s.engines[0].pid !== pid);
    expect(engine('tiny').restarts).toBe(1);
    expect(notices).toEqual(['tiny crashed']);
    expect((await chat(url, 'tiny')).text).toBe(KNOWN_ANSWER);
  });

  it('explains a model file that does not exist', async () => {
    const broken = config().replace(JSON.stringify(tinyModel), '"/nowhere/model.gguf"');
    const { call, engine } = await startTestHost(broken);
    const [up] = await call('engines.start', only('tiny'));
    expect(up?.ok).toBe(false);
    expect(up?.cause?.code).toBe('model_file_missing');
    expect(engine('tiny').phase).toBe('failed');
  });

  it('starts another router when it is killed; the engine is untouched', async () => {
    const { host, call, engine, gateway, shows } = await startTestHost(config());
    const url = await gateway();
    await call('engines.start', only('tiny'));
    const { pid } = engine('tiny');
    const router = host.snapshot().router.pid;
    process.kill(router ?? 0, 'SIGKILL');
    await shows(
      'another router listens',
      (s) => s.router.pid !== null && s.router.pid !== router && s.gateway.phase === 'ready',
    );
    expect(await gateway()).toBe(url);
    expect((await chat(url, 'tiny')).text).toBe(KNOWN_ANSWER);
    expect(engine('tiny').pid).toBe(pid);
  });

  it('gives up on a router that ends again and again, says so, and leaves the engine alone', async () => {
    const { host, call, engine, gateway } = await startTestHost(config());
    await gateway();
    await call('engines.start', only('tiny'));
    const { pid } = engine('tiny');
    const killed = new Set<number>();
    const killing = setInterval(() => {
      const router = host.snapshot().router.pid;
      if (router === null || killed.has(router)) return;
      killed.add(router);
      process.kill(router, 'SIGKILL');
    }, 20);
    try {
      const failed = () => host.snapshot().gateway.phase === 'failed' && host.snapshot().router.pid === null;
      // Its pauses alone are 16 s.
      await until('the gateway has failed', failed, { deadline: 50_000 });
    } finally {
      clearInterval(killing);
    }
    expect(host.snapshot().gateway.cause?.message).toMatch(/^The router ended \d+ times within a minute\./);
    expect(killed.size).toBeLessThan(12);
    expect(engine('tiny')).toMatchObject({ phase: 'ready', pid });
  });

  it('lets a request in flight finish before a stop', async () => {
    const { call, gateway } = await startTestHost(config());
    const url = await gateway();
    await call('engines.start', only('tiny'));
    const body = JSON.stringify({
      model: 'tiny',
      stream: true,
      ignore_eos: true,
      max_tokens: 1500,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const finished = new Promise<string>((resolve, reject) => {
      const call_ = request(
        `${url}/v1/chat/completions`,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.once('data', () => void call('engines.stop', only('tiny')));
          answer.on('data', (chunk: string) => {
            text += chunk;
          });
          answer.on('end', () => resolve(text));
          answer.on('error', reject);
        },
      );
      call_.on('error', reject);
      call_.end(body);
    });
    expect(await finished).toContain('data: [DONE]');
  });

  it('follows models of the router mode: load, unload, free', async () => {
    const { copyFileSync } = await import('node:fs');
    const { tempFolder } = await import('../../support/tmp.ts');
    const folder = tempFolder('models');
    copyFileSync(need(tinyModel), `${folder}/a.gguf`);
    copyFileSync(need(tinyModel), `${folder}/b.gguf`);
    const text = config().replace(/model: .*\n/, `models_dir: ${JSON.stringify(folder)}\n`);
    const { call, host, gateway } = await startTestHost(text);
    const url = await gateway();
    const phase = (id: string) => host.snapshot().models.find((m) => m.id === id)?.targets[0]?.phase;
    expect([phase('a'), phase('b')]).toEqual(['not_loaded', 'not_loaded']);
    expect(await call('model.load', { model: 'a', engine: null })).toEqual([
      { engine: 'tiny', ok: true, cause: null },
    ]);
    expect(phase('a')).toBe('ready');
    expect((await chat(url, 'b')).text).toBe(KNOWN_ANSWER);
    await until('b is shown as loaded', () => phase('b') === 'ready');
    expect(await call('model.unload', { model: 'b', engine: null })).toEqual([
      { engine: 'tiny', ok: true, cause: null },
    ]);
    await until('b is gone', () => phase('b') === 'not_loaded');
    expect(await call('memory.free', {})).toEqual({ unloaded: ['tiny/a'], stopped: [], kept: [] });
  });

  it('tells who begins to listen the newest of everything, and who ceased nothing', async () => {
    const { host, call, shows } = await startTestHost(config());
    await shows('the gateway listens', (s) => s.gateway.phase === 'ready');
    const told: string[] = [];
    const off = host.subscribe({ id: 'late', from: 'window', onGone: () => {}, emit: (event) => told.push(event) });
    expect(told).toEqual(['snapshot', 'jobs', 'verify', 'config']);
    off();
    await call('engines.start', only('tiny'));
    expect(told).toHaveLength(4);
  });
});
