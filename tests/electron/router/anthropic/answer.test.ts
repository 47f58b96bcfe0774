import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesAnswer } from '../../../../electron/router/anthropic/answer.ts';

interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ model: 'up', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } })}\n\n`;
const DONE = 'data: [DONE]\n\n';

function translate(stream: string, cuts: readonly number[] = []): Event[] {
  const answer = messagesAnswer([], true);
  const bytes = Buffer.from(stream);
  let said = '';
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    said += answer.chunk(bytes.subarray(from, to));
    from = to;
  }
  said += answer.end();
  return said
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name, data] = event.split('\n');
      const parsed = JSON.parse((data as string).slice('data: '.length)) as Event;
      expect(name).toBe(`event: ${parsed.type}`);
      return parsed;
    });
}

const kinds = (events: readonly Event[]) => events.map(({ type }) => type).filter((type) => type !== 'ping');

const TEXT =
  chunk({ role: 'assistant', content: null }) + chunk({ content: 'Grüß ' }) + chunk({ content: 'dich 👋' });
const CALLS =
  chunk({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'look', arguments: '' } }] }) +
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{"at":' } }] }) +
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"sky"}' } }] }) +
  chunk({ tool_calls: [{ index: 1, id: 'c2', function: { name: 'listen', arguments: '{}' } }] });

describe('a chat stream as a Messages stream', () => {
  it('has the full sequence of events, block after block', () => {
    const events = translate(TEXT + CALLS + chunk({}, 'tool_calls') + USAGE + DONE);
    expect(kinds(events)).toEqual([
      'message_start',
      ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
      ...['content_block_start', 'content_block_delta', 'content_block_delta', 'content_block_stop'],
      ...['content_block_start', 'content_block_delta', 'content_block_stop'],
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]).toMatchObject({ message: { role: 'assistant', model: 'up', content: [], stop_reason: null } });
    const starts = events.filter(({ type }) => type === 'content_block_start');
    expect(starts).toMatchObject([
      { index: 0, content_block: { type: 'text', text: '' } },
      { index: 1, content_block: { type: 'tool_use', id: 'c1', name: 'look', input: {} } },
      { index: 2, content_block: { type: 'tool_use', id: 'c2', name: 'listen', input: {} } },
    ]);
    expect(events.at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { input_tokens: 7, output_tokens: 3 },
    });
  });

  it('says the same wherever the bytes are cut, inside a character too', () => {
    const stream = TEXT + CALLS + chunk({}, 'stop') + USAGE + DONE;
    const strip = (events: Event[]) => JSON.stringify(events).replaceAll(/msg_[0-9a-f]+/g, 'msg');
    const whole = strip(translate(stream));
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => strip(translate(stream, cuts)) === whole));
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool_calls', 'tool_use'],
    ['content_filter', 'refusal'],
  ])('calls %s %s', (finish, reason) => {
    expect(translate(TEXT + chunk({}, finish) + DONE).at(-2)).toMatchObject({ delta: { stop_reason: reason } });
  });

  it('keeps alive while the model only thinks, and never says so as its answer', () => {
    const events = translate(
      chunk({ reasoning_content: 'Hm.' }) + chunk({ content: 'Yes.' }) + chunk({}, 'stop') + DONE,
    );
    expect(JSON.stringify(events)).not.toContain('Hm.');
    expect(events.filter(({ type }) => type === 'ping').length).toBe(2);
  });

  it('never claims an end that the engine did not reach', () => {
    const events = translate(TEXT);
    expect(kinds(events).at(-1)).toBe('error');
    expect(kinds(events)).not.toContain('message_stop');
  });

  it('passes an error on as the event that ends the stream', () => {
    const events = translate(`${TEXT}data: {"error":{"message":"out of memory"}}\n\n${DONE}`);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error', message: 'out of memory' } });
    expect(kinds(events)).not.toContain('message_stop');
  });
});

describe('a whole chat answer as a message', () => {
  const answer = (message: object, finish_reason = 'stop') =>
    Buffer.from(
      JSON.stringify({
        model: 'up',
        choices: [{ message, finish_reason }],
        usage: { prompt_tokens: 7, completion_tokens: 3 },
      }),
    );

  it('carries text, tool calls, reason and counts', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } };
    const said = answer({ role: 'assistant', content: 'Hi.', tool_calls: [call] }, 'tool_calls');
    expect(JSON.parse(messagesAnswer([], false).whole(said))).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'up',
      content: [
        { type: 'text', text: 'Hi.' },
        { type: 'tool_use', id: 'c1', name: 'look', input: { at: 'sky' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 7, output_tokens: 3 },
    });
  });

  it('hands broken arguments over instead of losing them', () => {
    const call = { id: 'c1', function: { name: 'look', arguments: '{"at":' } };
    const said = JSON.parse(messagesAnswer([], false).whole(answer({ content: null, tool_calls: [call] })));
    expect(said.content).toEqual([{ type: 'tool_use', id: 'c1', name: 'look', input: { arguments: '{"at":' } }]);
  });

  it('is told in events to a client that asked for a stream', () => {
    const said = messagesAnswer([], true).whole(answer({ content: 'Hi.' }));
    expect(said).toMatch(/message_start[\s\S]*Hi\.[\s\S]*"output_tokens":3[\s\S]*message_stop/);
  });

  it('throws when it is none', () => {
    expect(() => messagesAnswer([], false).whole(Buffer.from('{"object":"list"}'))).toThrow('choices');
  });
});

it('puts an engine’s error into Anthropic’s envelope', () => {
  const said = messagesAnswer([], false).error(400, '{"error":{"message":"too long","code":400}}');
  expect(JSON.parse(said)).toEqual({ type: 'error', error: { type: 'invalid_request_error', message: 'too long' } });
});
