import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatLines, embeddings, generateLines } from '../../../../electron/router/ollama/answer.ts';

const ASKED = { model: 'asked', streaming: true, dropped: [] };
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ model: 'up', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } })}\n\n`;
const DONE = 'data: [DONE]\n\n';
const TEXT =
  chunk({ role: 'assistant', content: null }) + chunk({ content: 'Grüß ' }) + chunk({ content: 'dich 👋' });
const CALLS =
  chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '{"at":' } }] }) +
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"sky"}' } }] });

function lines(stream: string, cuts: readonly number[] = [], answer = chatLines(ASKED)) {
  const bytes = Buffer.from(stream);
  let said = '';
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    said += answer.chunk(bytes.subarray(from, to));
    from = to;
  }
  said += answer.end();
  expect(said.endsWith('\n')).toBe(true);
  return said
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a chat stream as Ollama’s lines', () => {
  it('is one line a piece, and a last one with reason and counts', () => {
    const said = lines(TEXT + chunk({}, 'stop') + USAGE + DONE);
    expect(said).toMatchObject([
      { model: 'asked', message: { role: 'assistant', content: 'Grüß ' }, done: false },
      { message: { content: 'dich 👋' }, done: false },
      { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 7, eval_count: 3 },
    ]);
    expect(said.at(-1)?.total_duration).toBeGreaterThan(0);
  });

  it('sends tool calls whole, with their arguments as an object', () => {
    expect(lines(CALLS + chunk({}, 'tool_calls') + DONE)).toMatchObject([
      { message: { tool_calls: [{ id: 'c1', function: { index: 0, name: 'look', arguments: { at: 'sky' } } }] } },
      { done: true, done_reason: 'stop' },
    ]);
  });

  it('says what the model thinks as thinking', () => {
    expect(
      lines(chunk({ reasoning_content: 'Hm.' }) + chunk({ content: 'Yes.' }) + chunk({}, 'length') + DONE),
    ).toMatchObject([
      { message: { content: '', thinking: 'Hm.' } },
      { message: { content: 'Yes.' } },
      { done: true, done_reason: 'length' },
    ]);
  });

  it('says the same wherever the bytes are cut', () => {
    const stream = TEXT + CALLS + chunk({}, 'stop') + USAGE + DONE;
    const strip = (all: object[]) => JSON.stringify(all).replaceAll(/"created_at":"[^"]*"|"\w+_duration":\d+/g, '');
    const whole = strip(lines(stream));
    fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => strip(lines(stream, cuts)) === whole));
  });

  it('never claims an end that the engine did not reach', () => {
    expect(lines(TEXT).at(-1)).toEqual({ error: 'The engine ended its answer in the middle.' });
    expect(lines(`${TEXT}data: {"error":{"message":"out of memory"}}\n\n${DONE}`).at(-1)).toEqual({
      error: 'out of memory',
    });
  });
});

describe('generate', () => {
  it('says `response` instead of a message', () => {
    expect(lines(TEXT + chunk({}, 'stop') + DONE, [], generateLines(ASKED, false))).toMatchObject([
      { response: 'Grüß ', done: false },
      { response: 'dich 👋', done: false },
      { response: '', done: true, done_reason: 'stop' },
    ]);
  });

  it('says nothing of what was generated only to load the model', () => {
    const said = lines(TEXT + chunk({}, 'length') + DONE, [], generateLines(ASKED, true));
    expect(said).toMatchObject([{ response: '', done: true, done_reason: 'load' }]);
  });
});

describe('whole answers', () => {
  it('carry text, calls and counts', () => {
    const call = { id: 'c1', function: { name: 'look', arguments: '{"at":"sky"}' } };
    const message = { role: 'assistant', content: 'Hi.', reasoning_content: 'Hm.', tool_calls: [call] };
    const body = {
      choices: [{ message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 7, completion_tokens: 3 },
    };
    const said = JSON.parse(chatLines({ ...ASKED, streaming: false }).whole(Buffer.from(JSON.stringify(body))));
    expect(said).toMatchObject({
      model: 'asked',
      message: { content: 'Hi.', thinking: 'Hm.', tool_calls: [{ function: { arguments: { at: 'sky' } } }] },
      done: true,
      eval_count: 3,
    });
  });

  it('of embeddings are a list, or one in the older way', () => {
    const body = Buffer.from(
      JSON.stringify({ data: [{ embedding: [1, 2] }, { embedding: [3, 4] }], usage: { prompt_tokens: 2 } }),
    );
    expect(JSON.parse(embeddings(ASKED, false).whole(body))).toMatchObject({
      model: 'asked',
      embeddings: [
        [1, 2],
        [3, 4],
      ],
      prompt_eval_count: 2,
    });
    expect(JSON.parse(embeddings(ASKED, true).whole(body))).toEqual({ embedding: [1, 2] });
    expect(() => embeddings(ASKED, false).whole(Buffer.from('{}'))).toThrow('data');
  });
});
