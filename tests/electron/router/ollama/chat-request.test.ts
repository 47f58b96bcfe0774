import { describe, expect, it } from 'vitest';
import {
  chatRequest,
  embedRequest,
  generateRequest,
  isLoad,
} from '../../../../electron/router/ollama/chat-request.ts';

const chat = (over: object) =>
  chatRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...over }).openai;

describe('/api/chat in OpenAI’s words', () => {
  it('streams unless told not to, and asks for counts then', () => {
    expect(chat({})).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(chat({ stream: false })).not.toHaveProperty('stream_options');
  });

  it('carries over the options both know, and names the others', () => {
    const options = { temperature: 0, top_p: 0.9, top_k: 5, seed: 7, stop: ['END'], num_predict: 50, num_ctx: 4096 };
    const { openai, dropped } = chatRequest({ model: 'm', messages: [], options, keep_alive: '5m', think: true });
    expect(openai).toMatchObject({ temperature: 0, top_p: 0.9, top_k: 5, seed: 7, stop: ['END'], max_tokens: 50 });
    expect(dropped).toEqual(['keep_alive', 'options.num_ctx', 'think']);
  });

  it.each([-1, -2])('takes num_predict %i for no limit', (num_predict) => {
    expect(chat({ options: { num_predict } })).not.toHaveProperty('max_tokens');
  });

  it('puts formats as OpenAI knows them', () => {
    expect(chat({ format: 'json' })).toMatchObject({ response_format: { type: 'json_object' } });
    const schema = { type: 'object', properties: {} };
    expect(chat({ format: schema })).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema, strict: true } },
    });
  });

  it('tells images by their first bytes', () => {
    const messages = [{ role: 'user', content: 'What?', images: ['iVBORw0K', '/9j/4AAQ', 'R0lGODlh', 'UklGRg=='] }];
    const [message] = chat({ messages }).messages as { content: { image_url?: { url: string } }[] }[];
    expect(message?.content.map((part) => part.image_url?.url.split(';')[0])).toEqual([
      undefined,
      'data:image/png',
      'data:image/jpeg',
      'data:image/gif',
      'data:image/webp',
    ]);
  });

  it('gives tool calls ids, and answers to the calls they belong to', () => {
    const call = (name: string) => ({ function: { name, arguments: { of: name } } });
    const messages = [
      { role: 'assistant', content: '', tool_calls: [call('look'), call('listen')] },
      { role: 'tool', tool_name: 'listen', content: 'quiet' },
      { role: 'tool', content: 'blue' },
    ];
    expect(chat({ messages }).messages).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_0', type: 'function', function: { name: 'look', arguments: '{"of":"look"}' } },
          { id: 'call_1', type: 'function', function: { name: 'listen', arguments: '{"of":"listen"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'quiet' },
      { role: 'tool', tool_call_id: 'call_0', content: 'blue' },
    ]);
  });

  it('refuses what is no list of messages', () => {
    expect(() => chat({ messages: 'hi' })).toThrow('`messages`');
    expect(() => chat({ messages: [{ content: 'hi' }] })).toThrow('messages.0.role');
  });
});

describe('/api/generate in OpenAI’s words', () => {
  it('is a chat of one message', () => {
    const { openai, dropped } = generateRequest({ model: 'm', prompt: 'hi', system: 'Be brief.', template: 'x' });
    expect(openai).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
    });
    expect(dropped).toEqual(['template']);
  });

  it('without a prompt only loads: one token is asked for', () => {
    expect(generateRequest({ model: 'm' }).openai).toMatchObject({ max_tokens: 1 });
    expect([isLoad({}), isLoad({ prompt: 'x' }), isLoad({ images: ['QUJD'] })]).toEqual([true, false, false]);
  });

  it.each([{ raw: true }, { suffix: '}' }, { context: [1, 2] }])('refuses %j, which is Ollama’s own', (over) => {
    expect(() => generateRequest({ model: 'm', prompt: 'hi', ...over })).toThrow(Object.keys(over)[0]);
  });
});

it('puts /api/embed and the older /api/embeddings alike', () => {
  const wanted = { model: 'm', encoding_format: 'float' };
  expect(embedRequest({ model: 'm', input: ['a', 'b'] }).openai).toEqual({ ...wanted, input: ['a', 'b'] });
  expect(embedRequest({ model: 'm', prompt: 'a', keep_alive: 0 })).toEqual({
    openai: { ...wanted, input: 'a' },
    dropped: ['keep_alive'],
  });
});
