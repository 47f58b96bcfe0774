import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../electron/router/meter.ts';
import { chatEvents } from '../../fixtures/upstream/upstream-server.ts';

const measure = (chunks: readonly (string | Buffer)[], streamed = true) => {
  const meter = createMeter(streamed);
  for (const [i, chunk] of chunks.entries()) meter.chunk(Buffer.from(chunk as string), i);
  return { first: meter.firstToken, ...meter.tokens() };
};
const usage =
  'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"c":0}}}\n\n';

describe('the meter', () => {
  it('takes the first chunk with content, not the first chunk', () => {
    expect(measure(chatEvents(['a', 'b'])).first).toBe(1);
    expect(measure(['data: {"choices":[{"delta":{"reasoning_content": "x"}}]}\n\n']).first).toBe(0);
    expect(measure(['data: {"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}\n\n']).first).toBe(0);
    expect(measure(['data: {"choices":[{"text":"x"}]}\n\n']).first).toBe(0);
    expect(measure(['data: {"choices":[{"delta":{"content":""}}]}\n\n']).first).toBeNull();
  });

  it('estimates from events when the engine tells nothing, however TCP cuts them', () => {
    const events = chatEvents(['a', 'b', 'c']);
    for (const chunks of [events, [events.join('')], [events.slice(0, 3).join(''), events.slice(3).join('')]]) {
      expect(measure(chunks)).toMatchObject({ prompt: null, completion: 3, estimated: true });
    }
    expect(measure(['data: [DONE]\n\n'])).toMatchObject({ completion: null, estimated: false });
  });

  it('reads usage from the end, also when it is cut anywhere', () => {
    const stream = [...chatEvents(['a', 'b']).slice(0, -1), usage, 'data: [DONE]\n\n'].join('');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: stream.length - 1 }), (at) => {
        expect(measure([stream.slice(0, at), stream.slice(at)])).toMatchObject({
          prompt: 7,
          completion: 2,
          estimated: false,
        });
      }),
    );
  });

  it('skips `"usage":null` and text that only talks of usage', () => {
    const talk = `data: ${JSON.stringify({ choices: [{ delta: { content: '"usage":{"completion_tokens":99}' } }] })}\n\n`;
    expect(measure([usage, 'data: {"choices":[],"usage":null}\n\n'])).toMatchObject({ completion: 2 });
    expect(measure([talk, 'data: [DONE]\n\n'])).toMatchObject({ completion: 1, estimated: true });
  });

  it('takes llama-server’s timings when there is no usage', () => {
    const timings = '"timings":{"cache_n":9,"prompt_n":1,"predicted_n":6}';
    expect(measure([...chatEvents(['a']), `data: {"choices":[],${timings}}\n\n`])).toMatchObject({
      prompt: 10,
      completion: 6,
      estimated: false,
    });
  });

  it('reads a document’s usage at its end or its beginning, and invents nothing', () => {
    const told = '"usage":{"prompt_tokens":4,"total_tokens":4}';
    const data = `"data":[${'0.123,'.repeat(20_000)}0]`;
    expect(
      measure([`{${told},${data.slice(0, 100)}`, ...(data.slice(100).match(/.{1,9000}/gs) ?? []), '}'], false),
    ).toMatchObject({
      prompt: 4,
      completion: null,
    });
    expect(measure([`{${data},${told}}`], false)).toMatchObject({ first: null, prompt: 4 });
    expect(measure(['{"choices":[{"message":{"content":"x"}}]}'], false)).toEqual({
      first: null,
      prompt: null,
      completion: null,
      estimated: false,
    });
  });

  it('survives a broken usage', () => {
    expect(measure(['data: {"usage":{"completion_tokens":\n\n'])).toMatchObject({ completion: null });
  });
});
