import { describe, expect, it } from 'vitest';
import { parsedSchema, parsedTools, requestFor, wrongIn } from '../../../renderer/chat/chat-request.ts';
import { NO_SETTINGS } from '../../../renderer/chat/conversation.ts';
import { conversation } from '../support/chats.ts';

describe('requestFor', () => {
  it('sends the system prompt and the turns, leaving out a question that got no answer', () => {
    const chat = conversation('a', [
      ['one', 'first'],
      ['failed', ''],
      ['three', ''],
    ]);
    const settings = { ...NO_SETTINGS, system: 'Be brief.', temperature: 0, maxTokens: 8 };
    expect(requestFor({ ...chat, settings }, 0)).toEqual({
      model: 'm',
      temperature: 0,
      max_tokens: 8,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'first' },
        { role: 'user', content: 'three' },
      ],
    });
  });

  it('gives every model its own answers back, and the first one’s to a model that came later', () => {
    const chat = conversation(
      'a',
      [
        ['one', 'by a', 'by b'],
        ['two', '', ''],
      ],
      { models: ['a', 'b', 'c'] },
    );
    const said = (lane: number) => [requestFor(chat, lane).model, requestFor(chat, lane).messages[1]?.content];
    expect(said(1)).toEqual(['b', 'by b']);
    expect(said(2)).toEqual(['c', 'by a']);
  });

  it('sends what is set, and nothing of what is not', () => {
    const chat = conversation('a', [['one', '']]);
    const settings = {
      ...NO_SETTINGS,
      topP: 0.9,
      seed: 7,
      stop: 'END\n\n###',
      schema: '{"type":"object"}',
      tools: '[{"type":"function"}]',
    };
    expect(requestFor({ ...chat, settings }, 0)).toMatchObject({
      top_p: 0.9,
      seed: 7,
      stop: ['END', '###'],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: { type: 'object' } },
      },
      tools: [{ type: 'function' }],
    });
    expect(Object.keys(requestFor(chat, 0))).toEqual(['model', 'messages']);
  });

  it('sends pictures as parts beside the text', () => {
    const chat = conversation('a', [['What is it?', '']]);
    const [turn] = chat.turns;
    if (!turn) throw new Error('no turn');
    const images = [{ name: 'cat.png', url: 'data:image/png;base64,AA==' }];
    expect(requestFor({ ...chat, turns: [{ ...turn, images }] }, 0).messages[0]?.content).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ]);
  });
});

describe('what is typed as JSON', () => {
  it('is said to be wrong when it is, and nothing is sent of it', () => {
    expect(parsedSchema('[]').wrong).toContain('JSON object');
    expect(parsedSchema('{').wrong).toContain('JSON object');
    expect(parsedTools('{}').wrong).toContain('JSON list');
    expect(wrongIn({ ...NO_SETTINGS, tools: 'x' })).toContain('JSON list');
    expect(wrongIn(NO_SETTINGS)).toBeNull();
  });
});
