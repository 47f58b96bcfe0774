/** The router before a real llama-server, and an unmodified OpenAI client before the router. */
import { type ChildProcess, spawn } from 'node:child_process';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KNOWN_ANSWER, KNOWN_TOKENS } from '../../../build/tiny-model.mjs';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { busySlots } from '../../support/llama.ts';
import { freePort } from '../../support/ports.ts';
import { stop } from '../../support/processes.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const MESSAGES = [{ role: 'user' as const, content: 'hi' }];

describeNeeding(['llama-server'], 'a real engine', () => {
  let child: ChildProcess;
  let router: RunningRouter;
  let address: string;
  let client: OpenAI;

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const args = [
      '-m',
      need(tinyModel),
      '-t',
      '1',
      '--port',
      String(port),
      '-np',
      '1',
      '--embeddings',
      '--pooling',
      'mean',
    ];
    child = spawn(need(llamaServer), args, { stdio: 'ignore' });
    // The table calls it ready from the start: what comes too early has to wait, not to fail.
    router = await startRouter(
      table({
        engines: [engine('llama', address, { max_concurrent: 1 })],
        models: [model('tiny', [target('llama', 'anything')])],
        aliases: { 'gpt-4o-mini': 'tiny' },
      }),
    );
    client = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    await until('listening', () =>
      fetch(`${address}/health`).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await router?.close();
    if (child) await stop(child);
  });

  it('answers the OpenAI client, streamed and not, by name and by alias', async () => {
    const whole = await client.chat.completions.create({ model: 'tiny', messages: MESSAGES });
    expect(whole.choices[0]?.message.content).toBe(KNOWN_ANSWER);
    const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: MESSAGES, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe(KNOWN_ANSWER);
    expect(await router.recorded((x) => x.stream)).toMatchObject({
      asked: 'gpt-4o-mini',
      model: 'tiny',
      completion_tokens: KNOWN_TOKENS,
      estimated: false,
    });
  });

  it('answers completions, embeddings and the list', async () => {
    const completion = await client.completions.create({ model: 'tiny', prompt: 'hi', max_tokens: 3 });
    expect(completion.usage?.completion_tokens).toBe(3);
    const embedding = await client.embeddings.create({ model: 'tiny', input: 'hi', encoding_format: 'float' });
    expect(embedding.data[0]?.embedding.length).toBeGreaterThan(0);
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tiny', 'gpt-4o-mini']);
  });

  it('keeps to a schema', async () => {
    const schema = { type: 'object', properties: { yes: { type: 'boolean' } }, required: ['yes'] };
    const said = await client.chat.completions.create({
      model: 'tiny',
      messages: MESSAGES,
      max_tokens: 64,
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    });
    expect(JSON.parse(said.choices[0]?.message.content ?? '')).toEqual({ yes: expect.any(Boolean) });
  });

  it('tells the client in its own words what is wrong', async () => {
    await expect(client.chat.completions.create({ model: 'tinny', messages: MESSAGES })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client.chat.completions.create({ model: 'tiny', messages: 5 as never })).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
    });
  });

  it('answers at once after each stream, though llama-server then closes the connection', async () => {
    for (let i = 0; i < 20; i += 1) {
      const stream = await client.chat.completions.create({
        model: 'tiny',
        messages: MESSAGES,
        stream: true,
        max_tokens: 2,
      });
      for await (const _ of stream);
      const next = await client.chat.completions.create({ model: 'tiny', messages: MESSAGES, max_tokens: 2 });
      expect(next.usage?.completion_tokens).toBe(2);
    }
  });

  it('frees the slot when the client goes, before the next request is taken', async () => {
    const endless = {
      model: 'tiny',
      messages: MESSAGES,
      stream: true as const,
      ignore_eos: true,
      max_tokens: 1_000_000,
    };
    const stream = await client.chat.completions.create(endless);
    for await (const _ of stream) break;
    stream.controller.abort();
    const next = await client.chat.completions.create({ model: 'tiny', messages: MESSAGES });
    expect(next.choices[0]?.message.content).toBe(KNOWN_ANSWER);
    await until('idle', async () => (await busySlots({ url: address })) === 0);
  });
});
