import { type Fields, fields, items, number, text } from '../json.ts';
import { Untranslatable } from '../refusal.ts';

/** An Ollama request in OpenAI's words, and the parts of it that have no counterpart there. */
export interface Translated {
  readonly openai: Readonly<Record<string, unknown>>;
  readonly dropped: readonly string[];
}

/** Options that both know, by OpenAI's name. */
const OPTIONS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  seed: 'seed',
  stop: 'stop',
  num_predict: 'max_tokens',
};

/** `/api/chat` as a chat completion. Source: ollama docs/api.md. Throws `Untranslatable`. */
export function chatRequest(body: Fields): Translated {
  const dropped = droppedKeys(body, ['model', 'messages', 'tools', 'format', 'options', 'stream']);
  if (!Array.isArray(body.messages)) throw new Untranslatable('`messages` must be a list.');
  const messages = chatMessages(body.messages);
  const tools = items(body.tools);
  return asked(body, { messages, ...(tools.length === 0 ? {} : { tools }) }, dropped);
}

/** `/api/generate` as a chat completion of one message. */
export function generateRequest(body: Fields): Translated {
  for (const key of ['raw', 'suffix', 'context'] as const) {
    const given = body[key];
    if (given !== undefined && given !== null && given !== false && given !== '') {
      throw new Untranslatable(`\`${key}\` only works with models that Ollama itself serves.`);
    }
  }
  const known = ['model', 'prompt', 'system', 'images', 'format', 'options', 'stream', 'raw', 'suffix', 'context'];
  const dropped = droppedKeys(body, known);
  const system = text(body.system) ?? '';
  const messages = [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: withImages(text(body.prompt) ?? '', body.images) },
  ];
  // Without a prompt it only asks for the model to be loaded: one token is the least that brings that about.
  return asked(body, { messages, ...(isLoad(body) ? { max_tokens: 1 } : {}) }, dropped);
}

/** Whether a `generate` has nothing to generate from: Ollama then just loads the model. */
export const isLoad = (body: Fields): boolean => (text(body.prompt) ?? '') === '' && items(body.images).length === 0;

/** `/api/embed`, and the older `/api/embeddings` with its one `prompt`. */
export function embedRequest(body: Fields): Translated {
  const dropped = droppedKeys(body, ['model', 'input', 'prompt', 'dimensions']);
  const dimensions = number(body.dimensions);
  return {
    openai: {
      model: body.model,
      input: body.input ?? body.prompt ?? '',
      encoding_format: 'float',
      ...(dimensions === null ? {} : { dimensions }),
    },
    dropped,
  };
}

function droppedKeys(body: Fields, known: readonly string[]): string[] {
  return Object.keys(body).filter((key) => !known.includes(key));
}

function asked(body: Fields, said: object, dropped: string[]): Translated {
  const options = fields(body.options) ?? {};
  const openai: Record<string, unknown> = { model: body.model };
  for (const [key, value] of Object.entries(options)) {
    const name = OPTIONS[key];
    if (name === undefined) dropped.push(`options.${key}`);
    // Ollama's "without end" (-1) and "until the context is full" (-2) are what happens anyway.
    else if (!(key === 'num_predict' && typeof value === 'number' && value < 0)) openai[name] = value;
  }
  const stream = body.stream !== false;
  return {
    openai: {
      ...openai,
      ...said,
      ...format(body.format),
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    },
    dropped: dropped.sort(),
  };
}

function format(wanted: unknown): object {
  if (wanted === 'json') return { response_format: { type: 'json_object' } };
  const schema = fields(wanted);
  if (schema === null) return {};
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } };
}

/** Ollama's tool calls have no ids, so an answer belongs to the first call before it that has none yet, by name if it tells one. */
function chatMessages(messages: readonly unknown[]): object[] {
  const open: { readonly id: string; readonly name: string | null }[] = [];
  let calls = 0;
  return messages.map((message, at) => {
    const it = fields(message);
    const role = text(it?.role);
    if (it === null || role === null) throw new Untranslatable(`\`messages.${at}.role\` is missing.`);
    const content = text(it.content) ?? '';
    if (role === 'tool') {
      const name = text(it.tool_name) ?? text(it.name);
      const found = open.findIndex((call) => name === null || call.name === name);
      const [call] = open.splice(Math.max(0, found), 1);
      return { role, tool_call_id: text(it.tool_call_id) ?? call?.id ?? `call_${calls}`, content };
    }
    const made = items(it.tool_calls).map((call) => {
      const named = fields(fields(call)?.function);
      const id = text(fields(call)?.id) ?? `call_${calls}`;
      calls += 1;
      open.push({ id, name: text(named?.name) });
      return { id, type: 'function', function: { name: named?.name, arguments: argumentsOf(named?.arguments) } };
    });
    return {
      role,
      content: made.length > 0 && content === '' ? null : withImages(content, it.images),
      ...(made.length === 0 ? {} : { tool_calls: made }),
    };
  });
}

const argumentsOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? {}));

function withImages(said: string, images: unknown): string | object[] {
  const shown = items(images).map((image) => ({
    type: 'image_url',
    image_url: { url: `data:${mediaType(text(image) ?? '')};base64,${text(image) ?? ''}` },
  }));
  return shown.length === 0 ? said : [...(said === '' ? [] : [{ type: 'text', text: said }]), ...shown];
}

/** Ollama's images carry no type; their first bytes do. */
function mediaType(base64: string): string {
  if (base64.startsWith('/9j/')) return 'image/jpeg';
  if (base64.startsWith('R0lGOD')) return 'image/gif';
  return base64.startsWith('UklGR') ? 'image/webp' : 'image/png';
}
