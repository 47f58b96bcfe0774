import { type Fields, fields, items, number, text } from '../json.ts';
import { Untranslatable } from '../refusal.ts';

/** A Messages request as a chat completion, and the parts of it that have no counterpart there. */
export interface Translated {
  readonly chat: Readonly<Record<string, unknown>>;
  readonly dropped: readonly string[];
}

/** Keys of a Messages request that are carried over; every other one is dropped and named. */
const CARRIED = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'tools',
  'tool_choice',
]);

/**
 * Anthropic's Messages request as OpenAI's chat request (contract: HTTP). Throws `Untranslatable` for what only Anthropic can do:
 * documents, server tools, batches. Source: docs.anthropic.com, Messages API.
 */
export function chatRequest(body: Fields): Translated {
  const dropped = new Set(Object.keys(body).filter((key) => !CARRIED.has(key)));
  if (body.mcp_servers !== undefined) throw new Untranslatable('`mcp_servers` needs Anthropic’s own servers.');
  if (!Array.isArray(body.messages)) throw new Untranslatable('`messages` must be a list.');
  const system = systemOf(body.system, dropped);
  const messages = [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...body.messages.flatMap((message, at) => messagesOf(message, `messages.${at}`, dropped)),
  ];
  const tools = items(body.tools).map((tool, at) => toolOf(tool, `tools.${at}`, dropped));
  const stop = items(body.stop_sequences);
  const stream = body.stream === true;
  const chat: Record<string, unknown> = {
    model: body.model,
    messages,
    ...given('max_tokens', number(body.max_tokens)),
    ...given('temperature', number(body.temperature)),
    ...given('top_p', number(body.top_p)),
    ...(stop.length === 0 ? {} : { stop }),
    ...(tools.length === 0 ? {} : { tools, ...toolChoice(body.tool_choice) }),
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  };
  return { chat, dropped: [...dropped].sort() };
}

const given = (key: string, value: number | null) => (value === null ? {} : { [key]: value });

function systemOf(system: unknown, dropped: Set<string>): string {
  if (system === undefined || system === null) return '';
  if (typeof system === 'string') return system;
  return items(system)
    .map((block, at) => {
      const part = fields(block);
      if (part?.cache_control !== undefined) dropped.add('cache_control');
      const said = text(part?.text);
      if (part?.type !== 'text' || said === null) throw new Untranslatable(`\`system.${at}\` must be a text block.`);
      return said;
    })
    .join('\n\n');
}

function messagesOf(message: unknown, path: string, dropped: Set<string>): object[] {
  const said = fields(message);
  const role = said?.role;
  if (role !== 'user' && role !== 'assistant') {
    throw new Untranslatable(`\`${path}.role\` must be "user" or "assistant".`);
  }
  if (typeof said?.content === 'string') return [{ role, content: said.content }];
  if (!Array.isArray(said?.content))
    throw new Untranslatable(`\`${path}.content\` must be text or a list of blocks.`);
  const blocks = said.content.map((block, at) => blockOf(block, `${path}.content.${at}`, dropped));
  return role === 'user' ? userMessages(blocks) : assistantMessage(blocks, path);
}

type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

type Block =
  | { is: 'part'; part: Part }
  | { is: 'call'; call: object }
  | { is: 'result'; id: string; said: string; images: Part[] }
  | { is: 'nothing' };

function blockOf(block: unknown, path: string, dropped: Set<string>): Block {
  const it = fields(block);
  if (it === null) throw new Untranslatable(`\`${path}\` must be a content block.`);
  if (it.cache_control !== undefined) dropped.add('cache_control');
  switch (it.type) {
    case 'text':
      return { is: 'part', part: { type: 'text', text: text(it.text) ?? '' } };
    case 'image':
      return { is: 'part', part: imageOf(it, path) };
    case 'tool_use': {
      const call = { name: it.name, arguments: JSON.stringify(it.input ?? {}) };
      return { is: 'call', call: { id: it.id, type: 'function', function: call } };
    }
    case 'tool_result':
      return resultOf(it, path, dropped);
    case 'thinking':
    case 'redacted_thinking':
      dropped.add('thinking');
      return { is: 'nothing' };
    default:
      throw new Untranslatable(
        `\`${path}\` is a block of type ${JSON.stringify(it.type)}, which the engines of this model don’t understand.`,
      );
  }
}

function imageOf(block: Fields, path: string): Part {
  const source = fields(block.source);
  const url = text(source?.url);
  if (source?.type === 'url' && url !== null) return { type: 'image_url', image_url: { url } };
  const data = text(source?.data);
  const media = text(source?.media_type);
  if (source?.type !== 'base64' || data === null || media === null) {
    throw new Untranslatable(`\`${path}.source\` must be base64 data with its media type, or a URL.`);
  }
  return { type: 'image_url', image_url: { url: `data:${media};base64,${data}` } };
}

function resultOf(block: Fields, path: string, dropped: Set<string>): Block {
  const id = text(block.tool_use_id);
  if (id === null) throw new Untranslatable(`\`${path}.tool_use_id\` is missing.`);
  if (typeof block.content === 'string') return { is: 'result', id, said: block.content, images: [] };
  const parts = items(block.content).flatMap((inner, at) => {
    const found = blockOf(inner, `${path}.content.${at}`, dropped);
    return found.is === 'part' ? [found.part] : [];
  });
  const said = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  return { is: 'result', id, said, images: parts.filter((part) => part.type === 'image_url') };
}

/** Tool results are messages of their own, right behind the calls; what the user says beside them comes after. */
function userMessages(blocks: readonly Block[]): object[] {
  const results = blocks.filter((block) => block.is === 'result');
  const parts = [
    ...results.flatMap((result) => result.images),
    ...blocks.flatMap((block) => (block.is === 'part' ? [block.part] : [])),
  ];
  return [
    ...results.map(({ id, said }) => ({ role: 'tool', tool_call_id: id, content: said })),
    ...(parts.length === 0 ? [] : [{ role: 'user', content: plainIfText(parts) }]),
  ];
}

function assistantMessage(blocks: readonly Block[], path: string): object[] {
  const parts = blocks.flatMap((block) => (block.is === 'part' ? [block.part] : []));
  if (parts.some((part) => part.type !== 'text')) {
    throw new Untranslatable(`\`${path}\` is of the assistant, which can’t send images.`);
  }
  const calls = blocks.flatMap((block) => (block.is === 'call' ? [block.call] : []));
  const content = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  if (content === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: content === '' ? null : content,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  ];
}

/** Many servers take lists of parts only from models that see. */
function plainIfText(parts: readonly Part[]): string | readonly Part[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === parts.length ? texts.join('\n') : parts;
}

function toolOf(tool: unknown, path: string, dropped: Set<string>): object {
  const it = fields(tool);
  const name = text(it?.name);
  if (it === null || name === null) throw new Untranslatable(`\`${path}.name\` is missing.`);
  if (it.type !== undefined && it.type !== null && it.type !== 'custom') {
    throw new Untranslatable(`\`${path}\` (${String(it.type)}) is a tool that only Anthropic’s own servers run.`);
  }
  if (it.cache_control !== undefined) dropped.add('cache_control');
  return {
    type: 'function',
    function: {
      name,
      ...(typeof it.description === 'string' ? { description: it.description } : {}),
      parameters: it.input_schema ?? { type: 'object', properties: {} },
    },
  };
}

function toolChoice(choice: unknown): object {
  const it = fields(choice);
  if (it === null) return {};
  const alone = it.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {};
  switch (it.type) {
    case 'any':
      return { tool_choice: 'required', ...alone };
    case 'tool':
      return { tool_choice: { type: 'function', function: { name: it.name } }, ...alone };
    case 'none':
      return { tool_choice: 'none' };
    default:
      return { tool_choice: 'auto', ...alone };
  }
}
