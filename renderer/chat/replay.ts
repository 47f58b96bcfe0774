/** A request that the gateway kept, as a conversation of the playground that would ask the same. Pure. */
import { begun } from './answer.ts';
import { type Image, NO_SETTINGS, type Settings, type Turn } from './conversation.ts';
import { parseJson } from './stream-events.ts';

export interface Replay {
  readonly settings: Settings;
  /** All but the last question, each with the answer that the request said it had. */
  readonly turns: readonly Turn[];
  readonly ask: string;
  readonly images: readonly Image[];
}

type Body = Readonly<Record<string, unknown>>;

/**
 * From the JSON body of a chat completion; `null` when it is none, was cut off, or does not end with a question. What the
 * playground can't say (tool results, other fields) is left out.
 */
export function replayOf(text: string, model: string): Replay | null {
  const body = parseJson(text);
  if (!isBody(body) || !Array.isArray(body.messages)) return null;
  const messages = body.messages.filter(isBody);
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer').map(wordsOf);
  const said = messages.filter(({ role }) => role === 'user' || role === 'assistant');
  const last = said.at(-1);
  if (last?.role !== 'user') return null;
  return {
    settings: settingsOf(body, system.join('\n\n')),
    turns: turnsOf(said.slice(0, -1), model),
    ask: wordsOf(last),
    images: imagesOf(last),
  };
}

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A question with what was answered until the next one. */
function turnsOf(said: readonly Body[], model: string): readonly Turn[] {
  const turns: Turn[] = [];
  for (const message of said) {
    const words = wordsOf(message);
    const turn = turns.at(-1);
    if (message.role === 'user')
      turns.push({ id: turns.length + 1, ask: words, images: imagesOf(message), answers: [] });
    else if (turn) {
      const before = turn.answers[0]?.content;
      const content = before === undefined ? words : `${before}\n\n${words}`;
      turns[turns.length - 1] = { ...turn, answers: [{ ...begun(model), state: 'done', content }] };
    }
  }
  return turns;
}

const partsOf = ({ content }: Body): readonly Body[] => (Array.isArray(content) ? content.filter(isBody) : []);

function wordsOf(message: Body): string {
  if (typeof message.content === 'string') return message.content;
  return partsOf(message)
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('\n');
}

/** Only those that are in the request itself: the page may not fetch from elsewhere. */
function imagesOf(message: Body): readonly Image[] {
  return partsOf(message).flatMap(({ image_url }, i) => {
    const url = isBody(image_url) ? image_url.url : image_url;
    return typeof url === 'string' && url.startsWith('data:image/') ? [{ name: `Picture ${i + 1}`, url }] : [];
  });
}

function settingsOf(body: Body, system: string): Settings {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const { stop, response_format, tools } = body;
  const format = isBody(response_format) && isBody(response_format.json_schema) ? response_format.json_schema : null;
  return {
    ...NO_SETTINGS,
    system,
    temperature: number(body.temperature),
    topP: number(body.top_p),
    maxTokens: number(body.max_tokens) ?? number(body.max_completion_tokens),
    seed: number(body.seed),
    stop: (Array.isArray(stop) ? stop : [stop]).filter((one) => typeof one === 'string').join('\n'),
    schema: isBody(format?.schema) ? JSON.stringify(format.schema, null, 2) : '',
    tools: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools, null, 2) : '',
  };
}
