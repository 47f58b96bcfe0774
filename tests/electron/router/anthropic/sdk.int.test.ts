/** Anthropic's own client, unmodified, before the router and a real llama-server: in its own protocol, and translated. */
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER } from '../../../../build/tiny-model.mjs';
import { engine, model, table, target } from '../../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../../fixtures/upstream/running-router.ts';
import { startUpstream, type Upstream } from '../../../fixtures/upstream/upstream-server.ts';
import { busySlots, type Llama, startLlama } from '../../../support/llama.ts';
import { describeNeeding } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const ask = { max_tokens: 200, messages: [{ role: 'user' as const, content: 'hi' }] };

describeNeeding(['llama-server'], 'the Anthropic client', () => {
  let llama: Llama;
  let dying: Upstream;
  let router: RunningRouter;
  let client: Anthropic;

  beforeAll(async () => {
    llama = await startLlama();
    dying = await startUpstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\n', () => res.destroy());
    });
    router = await startRouter(
      table({
        engines: [
          engine('native', llama.url, { speaks: ['chat', 'messages'] }),
          engine('translated', llama.url, { speaks: ['chat'] }),
          engine('dying', dying.url, { speaks: ['chat'] }),
          engine('away', null, { phase: 'stopped', held: true, speaks: ['chat'] }),
        ],
        models: ['native', 'translated', 'dying', 'away'].map((name) => model(name, [target(name, 'tiny')])),
      }),
    );
    client = new Anthropic({ baseURL: router.url, apiKey: 'unused', maxRetries: 0 });
  });
  afterAll(async () => {
    await router?.close();
    await dying?.close();
    await llama?.stop();
  });

  it.each(['native', 'translated'])('gets a whole message (%s)', async (name) => {
    const said = await client.messages.create({ ...ask, model: name });
    expect(said).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    expect(said.content).toEqual([{ type: 'text', text: KNOWN_ANSWER }]);
    expect(said.usage.output_tokens).toBeGreaterThan(10);
  });

  it.each(['native', 'translated'])('gets a stream (%s)', async (name) => {
    const stream = client.messages.stream({ ...ask, model: name });
    const events: string[] = [];
    stream.on('streamEvent', (event) => events.push(event.type));
    const said = await stream.finalMessage();
    expect(said.content).toEqual([{ type: 'text', text: KNOWN_ANSWER }]);
    expect(said.stop_reason).toBe('end_turn');
    expect(said.usage.output_tokens).toBeGreaterThan(10);
    expect([events[0], events.at(-1)]).toEqual(['message_start', 'message_stop']);
  });

  it('is told what was left out', async () => {
    const { response } = await client.messages
      .create({ ...ask, model: 'translated', service_tier: 'auto', metadata: { user_id: 'me' } })
      .withResponse();
    expect(response.headers.get('x-stackyard-dropped')).toBe('metadata, service_tier');
    expect(response.headers.get('x-stackyard-route')).toBe('translated/tiny');
  });

  it('counts tokens where the engine can, and hears 501 where it can’t', async () => {
    const counted = await client.messages.countTokens({ model: 'native', messages: ask.messages });
    expect(counted.input_tokens).toBeGreaterThan(0);
    await expect(client.messages.countTokens({ model: 'translated', messages: ask.messages })).rejects.toMatchObject({
      status: 501,
      error: { type: 'error', stackyard: { attempts: [{ reason: 'not_supported_by_engine' }] } },
    });
  });

  it.each(['native', 'translated'])('hears an overflow as a typed exception (%s)', async (name) => {
    const long = { role: 'user' as const, content: 'hello '.repeat(5_000) };
    const failed = client.messages.create({ ...ask, model: name, messages: [long] });
    await expect(failed).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    await expect(failed).rejects.toThrow(/context/);
  });

  it('hears our own errors in its own envelope', async () => {
    await expect(client.messages.create({ ...ask, model: 'nobody' })).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error' }, stackyard: { source: 'gateway' } },
    });
    await expect(client.messages.create({ ...ask, model: 'away' })).rejects.toMatchObject({
      status: 503,
      error: { error: { type: 'overloaded_error' } },
    });
    const tools = [{ type: 'web_search_20250305' as const, name: 'web_search' as const }];
    await expect(client.messages.create({ ...ask, model: 'translated', tools })).rejects.toThrow(/tools\.0/);
  });

  it('never takes a broken stream for a whole one', async () => {
    const stream = client.messages.stream({ ...ask, model: 'dying' });
    await expect(stream.finalMessage()).rejects.toThrow(/closed the connection/);
  });

  it.each(['native', 'translated'])('frees the engine’s slot when it aborts a running stream (%s)', async (name) => {
    const endless = await startLlama({ args: ['--ignore-eos', '-np', '1'] });
    const speaks = name === 'native' ? (['chat', 'messages'] as const) : (['chat'] as const);
    const engines = [engine('endless', endless.url, { speaks })];
    const mine = await startRouter(table({ engines, models: [model('endless', [target('endless', 'tiny')])] }));
    const its = new Anthropic({ baseURL: mine.url, apiKey: 'unused', maxRetries: 0 });
    const stream = its.messages.stream({ ...ask, model: 'endless', max_tokens: 1_000_000 });
    await new Promise<void>((resolve) => stream.once('text', () => resolve()));
    expect(await busySlots(endless)).toBe(1);
    stream.abort();
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    await until('the engine cancels it', () => endless.log().includes('cancel task'));
    await until('the slot is free', async () => (await busySlots(endless)) === 0);
    await mine.close();
    await endless.stop();
  });

  it('ends the engine’s work when it aborts before the engine goes on', async () => {
    const held = await startUpstream(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"index":0,"delta":{"content":"…"}}]}\n\n');
    });
    const engines = [engine('held', held.url, { speaks: ['chat'] })];
    const mine = await startRouter(table({ engines, models: [model('held', [target('held')])] }));
    const stream = new Anthropic({ baseURL: mine.url, apiKey: 'x', maxRetries: 0 }).messages.stream({
      ...ask,
      model: 'held',
    });
    await new Promise<void>((resolve) => stream.once('text', () => resolve()));
    stream.abort();
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    expect(await held.seen[0]?.closed).toBe(false);
    await mine.close();
    await held.close();
  });
});
