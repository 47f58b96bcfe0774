/** Ollama's own client, unmodified, before the router: translated for a real llama-server, and passed on to an Ollama (stand-in). */
import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../../../build/tiny-model.mjs';
import { engine, model, table, target } from '../../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../../fixtures/upstream/running-router.ts';
import { startUpstream, type Upstream } from '../../../fixtures/upstream/upstream-server.ts';
import { busySlots, type Llama, startLlama } from '../../../support/llama.ts';
import { type StandIn, startStandIn } from '../../../support/stand-ins.ts';
import { describeNeeding } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const messages = [{ role: 'user', content: 'hi' }];

describeNeeding(['llama-server'], 'the Ollama client before a real llama-server', () => {
  let llama: Llama;
  let router: RunningRouter;
  let client: Ollama;

  beforeAll(async () => {
    llama = await startLlama({ args: ['--embeddings', '--pooling', 'mean'] });
    router = await startRouter(
      table({
        engines: [engine('llama', llama.url), engine('away', null, { phase: 'stopped', held: true })],
        models: [model('tiny', [target('llama', 'tiny')]), model('away', [target('away')])],
        aliases: { small: 'tiny' },
      }),
    );
    client = new Ollama({ host: router.url });
  });
  afterAll(async () => {
    await router?.close();
    await llama?.stop();
  });

  it('chats, whole and in pieces, with and without a tag', async () => {
    const whole = await client.chat({ model: 'tiny', messages });
    expect(whole).toMatchObject({ model: 'tiny', message: { role: 'assistant', content: KNOWN_ANSWER }, done: true });
    expect(whole.eval_count).toBeGreaterThan(10);
    let said = '';
    let last: { done: boolean; done_reason: string } | null = null;
    for await (const part of await client.chat({ model: 'tiny:latest', messages, stream: true })) {
      said += part.message.content;
      last = part;
    }
    expect(said).toBe(KNOWN_ANSWER);
    expect(last).toMatchObject({ done: true, done_reason: 'stop', model: 'tiny:latest' });
  });

  it('generates, stops where it is told, and loads by an empty prompt', async () => {
    const short = await client.generate({ model: 'tiny', prompt: 'hi', options: { num_predict: 3 } });
    expect(short).toMatchObject({ done_reason: 'length', eval_count: 3 });
    expect(KNOWN_ANSWER.startsWith(short.response ?? '')).toBe(true);
    expect(await client.generate({ model: 'tiny', prompt: '' })).toMatchObject({ response: '', done_reason: 'load' });
  });

  it('gets an answer that fits a schema', async () => {
    const format = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const said = await client.chat({ model: 'tiny', messages, format, options: { num_predict: 30 } });
    expect(said.message.content.trimStart().startsWith('{')).toBe(true);
  });

  it('embeds, in the newer and the older way', async () => {
    const { embeddings } = await client.embed({ model: 'tiny', input: ['one', 'two'] });
    expect(embeddings.map(({ length }) => length)).toEqual([embeddings[0]?.length, embeddings[0]?.length]);
    const { embedding } = await client.embeddings({ model: 'tiny', prompt: 'one' });
    expect(embedding.length).toBe(embeddings[0]?.length);
  });

  it('lists, shows, and tells what is in memory and which API it is', async () => {
    expect((await client.list()).models.map(({ name }) => name)).toEqual(['tiny', 'away', 'small']);
    expect(await client.show({ model: 'tiny' })).toMatchObject({
      capabilities: ['completion', 'tools', 'embedding'],
    });
    expect((await client.ps()).models.map(({ name }) => name)).toEqual(['tiny', 'small']);
    const version = await (await fetch(`${router.url}/api/version`)).json();
    expect(version).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it('frees the engine’s slot when it aborts a running stream', async () => {
    const endless = await startLlama({ args: ['--ignore-eos', '-np', '1'] });
    const engines = [engine('endless', endless.url)];
    const mine = await startRouter(table({ engines, models: [model('endless', [target('endless', 'tiny')])] }));
    const stream = await new Ollama({ host: mine.url }).chat({ model: 'endless', messages, stream: true });
    let busy = 0;
    const read = async (): Promise<void> => {
      for await (const _part of stream) {
        busy ||= await busySlots(endless);
        stream.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
    expect(busy).toBe(1);
    await until('the engine cancels it', () => endless.log().includes('cancel task'));
    await until('the slot is free', async () => (await busySlots(endless)) === 0);
    await mine.close();
    await endless.stop();
  });

  it('hears errors as it knows them', async () => {
    await expect(client.chat({ model: 'nobody', messages })).rejects.toMatchObject({ status_code: 404 });
    await expect(client.show({ model: 'nobody' })).rejects.toMatchObject({ status_code: 404 });
    await expect(client.chat({ model: 'away', messages })).rejects.toThrow(/stopped by you/);
    await expect(client.pull({ model: 'tiny' })).rejects.toMatchObject({ status_code: 501 });
    await expect(client.delete({ model: 'tiny' })).rejects.toMatchObject({ status_code: 501 });
    const long = [{ role: 'user', content: 'hello '.repeat(5_000) }];
    await expect(client.chat({ model: 'tiny', messages: long })).rejects.toThrow(/context/);
  });
});

describe('the Ollama client before an Ollama (stand-in)', () => {
  let ollama: StandIn;
  let router: RunningRouter;
  let client: Ollama;

  beforeAll(async () => {
    ollama = await startStandIn('ollama');
    const speaks = ['chat', 'completions', 'embeddings', 'responses', 'ollama'] as const;
    router = await startRouter(
      table({
        engines: [engine('ollama', ollama.url, { kind: 'ollama', speaks })],
        models: [model('mine', [target('ollama', 'tiny:latest')])],
      }),
    );
    client = new Ollama({ host: router.url });
  });
  afterAll(async () => {
    await router?.close();
    await ollama?.stop();
  });

  it('gets its own bytes, under the name of the target', async () => {
    const said = await client.chat({ model: 'mine', messages });
    expect(said).toMatchObject({
      model: 'tiny:latest',
      done: true,
      message: { content: expect.stringMatching(/stand-in/) },
    });
    let pieces = 0;
    for await (const part of await client.chat({ model: 'mine', messages, stream: true }))
      pieces += part.done ? 0 : 1;
    expect(pieces).toBeGreaterThan(1);
    const shown = (await client.show({ model: 'mine' })) as { details: { format: string } };
    expect(shown.details.format).toBe('gguf');
  });
});

describe('a stream of lines that breaks off', () => {
  let dying: Upstream;
  let router: RunningRouter;

  beforeAll(async () => {
    dying = await startUpstream(({ res, url }) => {
      const native = url.startsWith('/api/');
      res.writeHead(200, { 'content-type': native ? 'application/x-ndjson' : 'text/event-stream' });
      const half = native
        ? '{"model":"up","message":{"role":"assistant","content":"Ha'
        : 'data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\n';
      res.write(half, () => res.destroy());
    });
    router = await startRouter(
      table({
        engines: [
          engine('native', dying.url, { speaks: ['chat', 'ollama'] }),
          engine('translated', dying.url, { speaks: ['chat'] }),
        ],
        models: ['native', 'translated'].map((name) => model(name, [target(name)])),
      }),
    );
  });
  afterAll(async () => {
    await router?.close();
    await dying?.close();
  });

  it.each(['native', 'translated'])('ends with a line that says so (%s)', async (name) => {
    const answer = await fetch(`${router.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: name, messages }),
    });
    const last = (await answer.text()).trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ error: expect.stringContaining('closed the connection') });
  });
});

it('ends the engine’s work when it aborts before the engine goes on', async () => {
  const held = await startUpstream(({ res }) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: {"choices":[{"index":0,"delta":{"content":"…"}}]}\n\n');
  });
  const engines = [engine('held', held.url, { speaks: ['chat'] })];
  const mine = await startRouter(table({ engines, models: [model('held', [target('held')])] }));
  const stream = await new Ollama({ host: mine.url }).chat({ model: 'held', messages, stream: true });
  const read = async (): Promise<void> => {
    for await (const _part of stream) stream.abort();
  };
  await expect(read()).rejects.toMatchObject({ name: 'AbortError' });
  expect(await held.seen[0]?.closed).toBe(false);
  await mine.close();
  await held.close();
});
