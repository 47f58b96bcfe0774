import type { Endpoint } from '../endpoint.ts';
import { fields } from '../json.ts';
import { jsonBody, type RequestBody } from '../request-body.ts';
import { applyParams } from '../rewrite.ts';
import { below, passThrough, type Way } from '../way.ts';
import { messagesAnswer } from './answer.ts';
import { chatRequest, type Translated } from './chat-request.ts';

/** Messages put as a chat completion, for engines that don't speak Anthropic's protocol themselves. */
const asChat: Way = {
  protocol: 'chat',
  address: (engine) => below(engine.base_url, '/chat/completions'),
  body: (request, entry, target) => {
    const { chat } = translated(request);
    return [Buffer.from(JSON.stringify(applyParams(chat, entry.params, target.model)))];
  },
  translation: (request) => messagesAnswer(translated(request).dropped, request.stream),
};

/** Each body is looked into once, however many targets it goes to. */
const known = new WeakMap<RequestBody, Translated>();

function translated(request: RequestBody): Translated {
  const before = known.get(request);
  if (before) return before;
  const made = chatRequest(fields(JSON.parse(request.bytes.toString('utf8'))) ?? {});
  known.set(request, made);
  return made;
}

export const MESSAGES: Endpoint = {
  ways: [passThrough('messages', '/messages'), asChat],
  read: (bytes) => jsonBody(bytes),
  early: true,
};

/** Only who speaks the protocol can count for it. */
export const COUNT_TOKENS: Endpoint = {
  ways: [passThrough('messages', '/messages/count_tokens')],
  read: (bytes) => jsonBody(bytes),
  early: false,
};
