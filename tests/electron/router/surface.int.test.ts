/** The endpoints that are only passed through, on fixtures that replay documented bytes: responses, rerank, audio, tool calls, reasoning. */
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { json, startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';

const sse =
  (events: readonly string[]): Upstream['answer'] =>
  ({ res }) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.end(events.join(''));
  };

describe('documented bytes, passed through', () => {
  let up: Upstream;
  let router: RunningRouter;
  let client: OpenAI;

  beforeAll(async () => {
    up = await startUpstream(json(500, {}));
    router = await startRouter(
      table({
        engines: [
          engine('all', up.url, { speaks: ['chat', 'responses', 'rerank', 'audio'] }),
          engine('chat-only', up.url, { speaks: ['chat'] }),
        ],
        models: [model('m', [target('all')]), model('deaf', [target('chat-only')])],
      }),
    );
    client = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'unused', maxRetries: 0 });
  });
  afterAll(async () => {
    await router?.close();
    await up?.close();
  });

  it('responses, whole and in events (OpenAI’s API reference)', async () => {
    const output = [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hi.', annotations: [] }],
      },
    ];
    up.answer = json(200, {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'up',
      output,
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
    expect((await client.responses.create({ model: 'm', input: 'hi' })).output_text).toBe('Hi.');
    expect(up.seen.at(-1)).toMatchObject({ url: '/v1/responses', body: expect.stringContaining('"model":"up"') });
    expect(await router.recorded(({ path }) => path === '/v1/responses')).toMatchObject({
      prompt_tokens: 3,
      completion_tokens: 2,
    });

    const event = (data: { type: string } & Record<string, unknown>) =>
      `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
    up.answer = sse([
      event({ type: 'response.created', sequence_number: 0, response: { id: 'resp_2' } }),
      event({
        type: 'response.output_text.delta',
        sequence_number: 1,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: 'Hi.',
      }),
      event({
        type: 'response.completed',
        sequence_number: 2,
        response: { id: 'resp_2', usage: { input_tokens: 3, output_tokens: 2 } },
      }),
    ]);
    const types: string[] = [];
    for await (const part of await client.responses.create({ model: 'm', input: 'hi', stream: true }))
      types.push(part.type);
    expect(types).toEqual(['response.created', 'response.output_text.delta', 'response.completed']);
    expect(await router.recorded(({ path, stream }) => path === '/v1/responses' && stream)).toMatchObject({
      first_token_ms: expect.any(Number),
      completion_tokens: 2,
    });
  });

  it('rerank (Jina’s and Cohere’s form, as llama-server and vLLM document it)', async () => {
    const results = [
      { index: 1, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.1 },
    ];
    up.answer = json(200, { model: 'up', object: 'list', results, usage: { prompt_tokens: 9, total_tokens: 9 } });
    const answer = await fetch(`${router.url}/v1/rerank`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', query: 'q', documents: ['a', 'b'], top_n: 2 }),
    });
    expect(await answer.json()).toMatchObject({ results });
    expect(answer.headers.get('x-stackyard-route')).toBe('all/up');
    expect(up.seen.at(-1)?.url).toBe('/v1/rerank');
  });

  it('audio: a form with a file in, text out; text in, bytes out (OpenAI’s API reference)', async () => {
    const sound = Buffer.from([0x52, 0x49, 0x46, 0x46, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]);
    up.answer = json(200, { text: 'hello' });
    const said = await client.audio.transcriptions.create({
      model: 'm',
      file: await toFile(sound, 'a.wav'),
      language: 'en',
    });
    expect(said.text).toBe('hello');
    const seen = up.seen.at(-1);
    expect(seen?.url).toBe('/v1/audio/transcriptions');
    expect(seen?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen?.body).toMatch(/name="model"\r\n\r\nup\r\n/);

    const bytes = Buffer.from([0xff, 0xfb, 0x90, 0x00, 0xfe]);
    up.answer = ({ res }) => {
      res.writeHead(200, { 'content-type': 'audio/mpeg' }).end(bytes);
    };
    const speech = await client.audio.speech.create({ model: 'm', voice: 'alloy', input: 'hi' });
    expect(Buffer.from(await speech.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('tool calls and reasoning in a chat, untouched (vLLM’s and llama-server’s documents)', async () => {
    const piece = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'up', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const events = [
      piece({ role: 'assistant', reasoning_content: 'I should look.' }),
      piece({
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":' } }],
      }),
      piece({ tool_calls: [{ index: 0, function: { arguments: '"sky"}' } }] }),
      piece({}, 'tool_calls'),
      'data: [DONE]\n\n',
    ];
    up.answer = sse(events);
    const raw = await router.chat({ model: 'm', messages: [], stream: true });
    expect(await raw.text()).toBe(events.join(''));
    const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const said = await stream.finalChatCompletion();
    expect(said.choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call_1', function: { name: 'look', arguments: '{"at":"sky"}' } },
    ]);
  });

  it('say 501 where no engine of the model speaks it', async () => {
    await expect(client.responses.create({ model: 'deaf', input: 'hi' })).rejects.toMatchObject({ status: 501 });
    const file = await toFile(Buffer.from('x'), 'a.wav');
    await expect(client.audio.transcriptions.create({ model: 'deaf', file })).rejects.toMatchObject({ status: 501 });
  });

  it('refuse a form that is none', async () => {
    const answer = await fetch(`${router.url}/v1/audio/transcriptions`, { method: 'POST', body: '{"model":"m"}' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('multipart') } });
  });
});
