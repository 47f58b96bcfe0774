/** What goes over the wire: the body of a chat completion, made from a conversation. Pure. */
import type { Conversation, Image, Settings } from './conversation.ts';
import { parseJson } from './stream-events.ts';

export type Content =
  | string
  | readonly (
      | { readonly type: 'text'; readonly text: string }
      | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
    )[];

/** OpenAI's body, without the two keys that every streamed request has. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: Content }[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly response_format?: Record<string, unknown>;
  readonly tools?: readonly unknown[];
}

/**
 * What the model of a lane is asked by the last question: the system prompt, every complete turn with that lane's answers
 * (of a turn with fewer lanes the first), the question.
 */
export function requestFor({ models, settings, turns }: Conversation, lane: number): ChatRequest {
  const messages: ChatRequest['messages'][number][] = [];
  if (settings.system.trim() !== '') messages.push({ role: 'system', content: settings.system });
  turns.forEach((turn, i) => {
    const last = i === turns.length - 1;
    const answer = (turn.answers[lane] ?? turn.answers[0])?.content ?? '';
    if (!last && answer === '') return; // a question that got no answer would put two user turns in a row
    messages.push({ role: 'user', content: contentOf(turn.ask, turn.images) });
    if (!last) messages.push({ role: 'assistant', content: answer });
  });
  return { model: models[lane] ?? '', messages, ...sent(settings) };
}

const contentOf = (text: string, images: readonly Image[]): Content =>
  images.length === 0
    ? text
    : [
        ...(text === '' ? [] : [{ type: 'text' as const, text }]),
        ...images.map(({ url }) => ({ type: 'image_url' as const, image_url: { url } })),
      ];

function sent(settings: Settings): Omit<ChatRequest, 'model' | 'messages'> {
  const stop = settings.stop.split('\n').filter((line) => line !== '');
  const schema = parsedSchema(settings.schema);
  const tools = parsedTools(settings.tools);
  return {
    ...(settings.temperature === null ? {} : { temperature: settings.temperature }),
    ...(settings.topP === null ? {} : { top_p: settings.topP }),
    ...(settings.maxTokens === null ? {} : { max_tokens: settings.maxTokens }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(settings.seed === null ? {} : { seed: settings.seed }),
    ...(schema.value && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: schema.value } },
    }),
    ...(tools.value && tools.value.length > 0 && { tools: tools.value }),
  };
}

export interface Parsed<T> {
  /** `null` = empty, or wrong. */
  readonly value: T | null;
  readonly wrong: string | null;
}

const NOTHING = { value: null, wrong: null };

/** A JSON Schema from its text. */
export function parsedSchema(text: string): Parsed<Record<string, unknown>> {
  if (text.trim() === '') return NOTHING;
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { value: null, wrong: 'A JSON Schema is a JSON object, {"type": "object", …}.' };
  return { value: value as Record<string, unknown>, wrong: null };
}

/** OpenAI's list of tools from its text. */
export function parsedTools(text: string): Parsed<readonly unknown[]> {
  if (text.trim() === '') return NOTHING;
  const value = parseJson(text);
  if (!Array.isArray(value)) return { value: null, wrong: 'Tools are a JSON list, [{"type": "function", …}].' };
  return { value, wrong: null };
}

/** What of the settings can't be sent; `null` when all can. */
export const wrongIn = (settings: Settings): string | null =>
  parsedSchema(settings.schema).wrong ?? parsedTools(settings.tools).wrong;

/** The JSON body of a streamed request. */
export const chatBody = (request: ChatRequest): Record<string, unknown> => ({
  ...request,
  stream: true,
  stream_options: { include_usage: true },
});
