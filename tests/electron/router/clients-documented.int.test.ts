/**
 * The official clients, unmodified, on a fixture that replays documented bytes, for what the tiny model can't do: tool calls,
 * reasoning, images, audio; and before a recorded llama-server that is still loading. Anthropic's and Ollama's are translated.
 */
import { join } from 'node:path';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import { execa } from 'execa';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentedChat } from '../../fixtures/upstream/documented-chat.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';
import { type RunningRouter, startRouter } from '../../fixtures/upstream/running-router.ts';
import { startUpstream, type Upstream } from '../../fixtures/upstream/upstream-server.ts';
import { recording } from '../../support/recordings.ts';
import { describeNeeding, need, pythonOpenai, top } from '../../support/tools.ts';

const LOADING = recording('llama-server', 'chat-loading').response;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const SEEN = `I see data:image/png;base64,${PIXEL}`;
const parameters = {
  type: 'object' as const,
  properties: { at: { type: 'string' as const } },
  required: ['at'],
  additionalProperties: false,
};

let up: Upstream;
let router: RunningRouter;
let openai: OpenAI;
let anthropic: Anthropic;
let ollama: Ollama;
let ai: ReturnType<typeof createOpenAICompatible>;

/** How often each request to the model `loading` was told to wait. */
const told = new Map<string, number>();

beforeAll(async () => {
  up = await startUpstream((seen) => {
    const who = String(seen.headers['user-agent']);
    const before = told.get(who) ?? 0;
    if (!seen.body.includes('"model":"loading"') || before >= 2) {
      documentedChat(seen);
      return;
    }
    told.set(who, before + 1);
    seen.res.writeHead(LOADING.status, { 'content-type': 'application/json' }).end(JSON.stringify(LOADING.json));
  });
  const names = ['tools', 'think', 'see'];
  router = await startRouter(
    table({
      engines: [
        engine('all', up.url, { speaks: ['chat', 'audio'] }),
        // One that is loading is loading for everybody: each client has an engine of its own.
        ...['openai', 'anthropic', 'ollama', 'ai'].map((name) => engine(name, up.url, { speaks: ['chat'] })),
      ],
      models: [
        ...names.map((name) => model(name, [target('all', name)])),
        ...['openai', 'anthropic', 'ollama', 'ai'].map((name) => model(`by-${name}`, [target(name, 'loading')])),
      ],
    }),
  );
  openai = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'unused', maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: router.url, apiKey: 'unused', maxRetries: 0 });
  ollama = new Ollama({ host: router.url });
  ai = createOpenAICompatible({ name: 'stackyard', baseURL: `${router.url}/v1`, includeUsage: true });
});
afterAll(async () => {
  await router?.close();
  await up?.close();
});

const hi = [{ role: 'user' as const, content: 'hi' }];

describe('openai (npm)', () => {
  const tools = [{ type: 'function' as const, function: { name: 'look', parameters } }];

  it('calls tools, whole and in pieces, and hands their result back', async () => {
    const whole = await openai.chat.completions.create({ model: 'tools', messages: hi, tools });
    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject({ id: 'call_1', function: { name: 'look', arguments: '{"at":"sky"}' } });
    const streamed = await openai.chat.completions.stream({ model: 'tools', messages: hi, tools }).finalMessage();
    expect(streamed.tool_calls).toMatchObject([{ id: 'call_1', function: { arguments: '{"at":"sky"}' } }]);
    const result = { role: 'tool' as const, tool_call_id: 'call_1', content: 'blue' };
    const said = await openai.chat.completions.create({
      model: 'tools',
      messages: [...hi, { role: 'assistant', tool_calls: whole.choices[0]?.message.tool_calls ?? [] }, result],
      tools,
    });
    expect(said.choices[0]?.message.content).toBe('The sky is blue.');
  });

  it('gets the reasoning, whole and in pieces', async () => {
    const whole = await openai.chat.completions.create({ model: 'think', messages: hi });
    expect(whole.choices[0]?.message).toMatchObject({ reasoning_content: 'I should greet.', content: 'Hello.' });
    let thought = '';
    for await (const part of await openai.chat.completions.create({ model: 'think', messages: hi, stream: true }))
      thought += (part.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? '';
    expect(thought).toBe('I should greet.');
  });

  it('shows an image', async () => {
    const content = [
      { type: 'text' as const, text: 'what is it?' },
      { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${PIXEL}` } },
    ];
    const said = await openai.chat.completions.create({ model: 'see', messages: [{ role: 'user', content }] });
    expect(said.choices[0]?.message.content).toBe(SEEN);
  });

  it('waits while the engine loads', async () => {
    const said = await openai.chat.completions.create({ model: 'by-openai', messages: hi });
    expect(said.choices[0]?.message.content).toBe('I see nothing');
  });
});

describe('@anthropic-ai/sdk, translated', () => {
  const ask = { max_tokens: 99, messages: hi };
  const tools = [{ name: 'look', input_schema: parameters }];
  const use = { type: 'tool_use' as const, id: 'call_1', name: 'look', input: { at: 'sky' } };

  it('calls tools, whole and in pieces, and hands their result back', async () => {
    const whole = await anthropic.messages.create({ ...ask, model: 'tools', tools });
    expect(whole).toMatchObject({ stop_reason: 'tool_use', content: [use] });
    const streamed = await anthropic.messages.stream({ ...ask, model: 'tools', tools }).finalMessage();
    expect(streamed).toMatchObject({ stop_reason: 'tool_use', content: [use], usage: { output_tokens: 5 } });
    const result = { type: 'tool_result' as const, tool_use_id: 'call_1', content: 'blue' };
    const messages = [
      ...hi,
      { role: 'assistant' as const, content: [use] },
      { role: 'user' as const, content: [result] },
    ];
    const said = await anthropic.messages.create({ ...ask, model: 'tools', tools, messages });
    expect(said.content).toEqual([{ type: 'text', text: 'The sky is blue.' }]);
  });

  it('gets the answer behind the reasoning, which can’t be carried over', async () => {
    const said = await anthropic.messages.stream({ ...ask, model: 'think' }).finalMessage();
    expect(said.content).toEqual([{ type: 'text', text: 'Hello.' }]);
  });

  it('shows an image', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL };
    const said = await anthropic.messages.create({
      ...ask,
      model: 'see',
      messages: [{ role: 'user', content: [{ type: 'image', source }] }],
    });
    expect(said.content).toEqual([{ type: 'text', text: SEEN }]);
  });

  it('waits while the engine loads', async () => {
    const said = await anthropic.messages.create({ ...ask, model: 'by-anthropic' });
    expect(said.content).toEqual([{ type: 'text', text: 'I see nothing' }]);
  });

  it('lists the models', async () => {
    const names: string[] = [];
    for await (const one of anthropic.models.list()) names.push(one.id);
    expect(names).toEqual(['tools', 'think', 'see', 'by-openai', 'by-anthropic', 'by-ollama', 'by-ai']);
    expect((await anthropic.models.retrieve('see')).id).toBe('see');
  });
});

describe('ollama (npm), translated', () => {
  const tools = [{ type: 'function', function: { name: 'look', description: 'looks', parameters } }];
  const call = { function: { name: 'look', arguments: { at: 'sky' } } };

  it('calls tools, whole and in pieces, and hands their result back', async () => {
    const whole = await ollama.chat({ model: 'tools', messages: hi, tools });
    expect(whole.message.tool_calls).toMatchObject([call]);
    const called: unknown[] = [];
    for await (const part of await ollama.chat({ model: 'tools', messages: hi, tools, stream: true }))
      called.push(...(part.message.tool_calls ?? []));
    expect(called).toMatchObject([call]);
    const messages = [
      ...hi,
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', content: 'blue', tool_name: 'look' },
    ];
    expect((await ollama.chat({ model: 'tools', messages, tools })).message.content).toBe('The sky is blue.');
  });

  it('gets the reasoning, whole and in pieces', async () => {
    const whole = await ollama.chat({ model: 'think', messages: hi });
    expect(whole.message).toMatchObject({ thinking: 'I should greet.', content: 'Hello.' });
    let thought = '';
    for await (const part of await ollama.chat({ model: 'think', messages: hi, stream: true }))
      thought += part.message.thinking ?? '';
    expect(thought).toBe('I should greet.');
  });

  it('shows an image', async () => {
    const said = await ollama.chat({ model: 'see', messages: [{ role: 'user', content: 'what?', images: [PIXEL] }] });
    expect(said.message.content).toBe(SEEN);
  });

  it('waits while the engine loads', async () => {
    const said = await ollama.chat({ model: 'by-ollama', messages: hi });
    expect(said.message.content).toBe('I see nothing');
  });
});

describe('ai (npm)', () => {
  const tools = { look: tool({ inputSchema: jsonSchema<{ at: string }>(parameters), execute: async () => 'blue' }) };

  it('calls tools, whole and in pieces, and hands their result back', async () => {
    const whole = await generateText({ model: ai('tools'), prompt: 'hi', tools, maxRetries: 0 });
    expect(whole.toolCalls).toMatchObject([{ toolName: 'look', input: { at: 'sky' } }]);
    expect(whole.toolResults).toMatchObject([{ toolName: 'look', output: 'blue' }]);
    const stream = streamText({ model: ai('tools'), prompt: 'hi', tools, maxRetries: 0 });
    expect(await stream.toolCalls).toMatchObject([{ toolName: 'look', input: { at: 'sky' } }]);
    const messages = [...hi, ...whole.response.messages];
    expect((await generateText({ model: ai('tools'), messages, tools, maxRetries: 0 })).text).toBe(
      'The sky is blue.',
    );
  });

  it('gets the reasoning, whole and in pieces', async () => {
    const whole = await generateText({ model: ai('think'), prompt: 'hi', maxRetries: 0 });
    expect([whole.reasoningText, whole.text]).toEqual(['I should greet.', 'Hello.']);
    expect(await streamText({ model: ai('think'), prompt: 'hi', maxRetries: 0 }).reasoningText).toBe(
      'I should greet.',
    );
  });

  it('shows an image', async () => {
    const image = Buffer.from(PIXEL, 'base64');
    const content = [{ type: 'image' as const, image, mediaType: 'image/png' }];
    const said = await generateText({ model: ai('see'), messages: [{ role: 'user', content }], maxRetries: 0 });
    expect(said.text).toBe(SEEN);
  });

  it('waits while the engine loads', async () => {
    expect((await generateText({ model: ai('by-ai'), prompt: 'hi', maxRetries: 0 })).text).toBe('I see nothing');
  });
});

describeNeeding(['python-openai'], 'openai (PyPI)', () => {
  it('calls tools, reasons, shows an image, hears and speaks', async () => {
    const script = join(top, 'tests/fixtures/clients/openai_documented.py');
    const { stdout } = await execa(need(pythonOpenai), [script, `${router.url}/v1`, PIXEL]);
    expect(JSON.parse(stdout)).toEqual({
      call: { id: 'call_1', name: 'look', arguments: '{"at":"sky"}' },
      streamed_call: { id: 'call_1', name: 'look', arguments: '{"at":"sky"}' },
      result: 'The sky is blue.',
      reasoning: 'I should greet.',
      streamed_reasoning: 'I should greet.',
      image: SEEN,
      transcription: 'hello',
      speech: 'fffb9000fe',
    });
  });
});
