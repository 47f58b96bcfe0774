import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { KNOWN_ANSWER, KNOWN_TOKENS } from '../../../build/tiny-model.mjs';
import { startTestHost } from '../../support/host.ts';
import { describeNeeding, llamaServer, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const only = (name: string) => ({ names: [name], wait_ms: 60_000 });
const hi = [{ role: 'user' as const, content: 'Hi' }];

const engine = (name: string, more = '') => `  ${name}:
    kind: llama.cpp
    command: ${JSON.stringify(llamaServer)}
    model: ${JSON.stringify(tinyModel)}
    args: ["-t", "1", "--alias", "${name}-model"${more}]
`;

const config = `version: 1
gateway: { port: 0 }
engines:
${engine('one', ', "--parallel", "1"')}${engine('two', ', "--embeddings", "--pooling", "mean"')}models:
  first: { targets: [{ engine: one, model: one-model }, { engine: two, model: two-model }] }
  second: { targets: [{ engine: two, model: two-model }] }
aliases: { gpt-4o-mini: second }
`;

describeNeeding(['llama-server'], 'the gateway before two real llama-servers', () => {
  it('serves the openai client unmodified: chat, stream with usage, completions, embeddings, models', async () => {
    const { gateway } = await startTestHost(config);
    const client = new OpenAI({ baseURL: `${await gateway()}/v1`, apiKey: 'none' });

    const chat = await client.chat.completions.create({ model: 'first', messages: hi });
    expect(chat.choices[0]?.message.content).toBe(KNOWN_ANSWER);
    expect(chat.usage?.completion_tokens).toBe(KNOWN_TOKENS);

    const stream = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: hi,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage?.completion_tokens ?? usage;
    }
    expect(text).toBe(KNOWN_ANSWER);
    expect(usage).toBe(KNOWN_TOKENS);

    const completion = await client.completions.create({ model: 'first', prompt: 'Hello!', max_tokens: 5 });
    expect(completion.choices[0]?.text).toBe(KNOWN_ANSWER.split(' ').slice(0, 6).join(' '));

    const embedding = await client.embeddings.create({ model: 'second', input: 'Hello!' });
    expect(embedding.data[0]?.embedding.length).toBeGreaterThan(0);

    const models = (await client.models.list()).data.map((model) => model.id);
    expect(models).toEqual(['first', 'second', 'gpt-4o-mini', 'one-model', 'two-model']);
    expect((await client.models.retrieve('gpt-4o-mini')).id).toBe('gpt-4o-mini');
  });

  it('answers an unknown model with 404 and near names, as the client’s typed error', async () => {
    const { gateway } = await startTestHost(config);
    const client = new OpenAI({ baseURL: `${await gateway()}/v1`, apiKey: 'none', maxRetries: 0 });
    const error = await client.chat.completions.create({ model: 'frist', messages: hi }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect((error as { code: string }).code).toBe('model_not_found');
    const raw = await fetch(`${await gateway()}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'frist', messages: hi }),
    });
    expect(((await raw.json()) as { stackyard: { near: string[] } }).stackyard.near).toContain('first');
  });

  it('passes an engine’s own error unchanged: context overflow', async () => {
    const { gateway } = await startTestHost(config);
    const client = new OpenAI({ baseURL: `${await gateway()}/v1`, apiKey: 'none', maxRetries: 0 });
    const long = [{ role: 'user' as const, content: 'Hello! '.repeat(12_000) }];
    const error = await client.chat.completions.create({ model: 'second', messages: long }).catch((e: unknown) => e);
    expect(error, String(((error as Error).cause as Error | undefined)?.cause)).toBeInstanceOf(
      OpenAI.BadRequestError,
    );
    expect((error as { type: string }).type).toBe('exceed_context_size_error');
  });

  it('frees the only slot when a client goes, before the next request is taken', async () => {
    const { call, engine: view, gateway } = await startTestHost(config);
    const url = await gateway();
    await call('engines.start', only('one'));
    const leaving = new AbortController();
    const endless = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      signal: leaving.signal,
      body: JSON.stringify({ model: 'one/one-model', messages: hi, stream: true, ignore_eos: true, max_tokens: -1 }),
    });
    await endless.body?.getReader().read();
    const slots = async () =>
      (await (await fetch(`${view('one').url}/slots`)).json()) as { is_processing: boolean }[];
    expect((await slots()).map((slot) => slot.is_processing)).toEqual([true]);
    leaving.abort();
    const next = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'one/one-model', messages: hi, max_tokens: 2 }),
    });
    // With one slot it could not be answered while the abandoned one went on for ever.
    expect(next.status).toBe(200);
    await until('the slot is idle', async () => (await slots()).every((slot) => !slot.is_processing));
  });

  it('ends a stream with an error event when the engine dies in it, and answers by the next target then', async () => {
    const { call, engine: view, gateway } = await startTestHost(config);
    const url = await gateway();
    await call('engines.start', { names: ['one', 'two'], wait_ms: 60_000 });
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'first', messages: hi, stream: true, ignore_eos: true, max_tokens: -1 }),
    });
    expect(answer.headers.get('x-stackyard-route')).toBe('one/one-model');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    process.kill(view('one').pid ?? 0, 'SIGKILL');
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) text += piece.value;
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.replace(/^data: /, '')).error.code).toBe('upstream_error');
    expect(text).not.toContain('[DONE]');

    const next = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'first', messages: hi, max_tokens: 2 }),
    });
    expect(next.status).toBe(200);
  });

  it('refuses a page on another origin and a rebinding Host', async () => {
    const { gateway } = await startTestHost(config);
    const url = new URL(await gateway());
    const page = await fetch(`${url}v1/models`, { headers: { origin: 'https://evil.example' } });
    expect(page.status).toBe(403);
    const { request } = await import('node:http');
    const rebound = await new Promise<number>((resolve, reject) => {
      request(
        { host: url.hostname, port: url.port, path: '/v1/models', headers: { host: 'evil.example' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(rebound).toBe(403);
  });
});
