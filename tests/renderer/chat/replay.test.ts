import { expect, it } from 'vitest';
import { requestFor } from '../../../renderer/chat/chat-request.ts';
import { asked, emptyChat } from '../../../renderer/chat/conversation.ts';
import { replayOf } from '../../../renderer/chat/replay.ts';

const PICTURE = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const BODY = {
  model: 'qwen-coder',
  temperature: 0.2,
  top_p: 0.9,
  max_tokens: 64,
  stop: ['END', 'STOP'],
  seed: 7,
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'answer', strict: true, schema: { type: 'object' } },
  },
  tools: [{ type: 'function', function: { name: 'look' } }],
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'What is this?' },
    { role: 'assistant', content: 'A cat.' },
    { role: 'user', content: [{ type: 'text', text: 'And this?' }, PICTURE] },
  ],
};

it('makes a conversation that asks exactly the same again', () => {
  const again = replayOf(JSON.stringify(BODY), 'qwen-coder');
  if (!again) throw new Error('not read');
  const { settings, turns, ask, images } = again;
  const chat = { ...emptyChat('x', '2026-01-01'), models: ['qwen-coder'], settings, turns };
  expect(requestFor(asked(chat, ask, images, '2026-01-01'), 0)).toEqual(BODY);
});

it('joins what was answered in pieces, and takes what a plain request says', () => {
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'tool', content: 'found' },
    { role: 'assistant', content: 'c' },
    { role: 'user', content: 'd' },
  ];
  const again = replayOf(JSON.stringify({ messages, stop: 'X', max_completion_tokens: 9 }), 'm');
  expect(again?.turns).toMatchObject([{ ask: 'a', answers: [{ content: 'b\n\nc', state: 'done', model: 'm' }] }]);
  expect(again).toMatchObject({ ask: 'd', settings: { stop: 'X', maxTokens: 9, system: '', tools: '', schema: '' } });
});

it('never has the page fetch a picture from elsewhere', () => {
  const content = [{ type: 'image_url', image_url: { url: 'https://example.com/x.png' } }];
  expect(replayOf(JSON.stringify({ messages: [{ role: 'user', content }] }), 'm')?.images).toEqual([]);
});

it.each([
  ['cut off', JSON.stringify(BODY).slice(0, 90)],
  ['no chat', '{"input": "embed me"}'],
  [
    'no question at its end',
    '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
  ],
  ['no JSON', 'hello'],
])('is none for a body that is %s', (_, body) => expect(replayOf(body, 'm')).toBeNull());
