import { randomUUID } from 'node:crypto';
import { type ChatEvent, chatAnswer, createChatReader, type ToolCallPiece } from '../chat-stream.ts';
import { errorText } from '../engine-error.ts';
import { parsed } from '../json.ts';
import { ENDED_IN_ERROR, type Translation, UNFINISHED } from '../way.ts';
import { anthropicErrorType, messageEvent } from './dialect.ts';

type Delta = Extract<ChatEvent, { kind: 'delta' }>;

/** A chat answer in the words of Anthropic's Messages API: one message, or the full sequence of its events. */
export function messagesAnswer(dropped: readonly string[], streaming: boolean): Translation {
  const stream = createEvents();
  return {
    contentType: streaming ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    dropped,
    get failure() {
      return stream.failure;
    },
    chunk: stream.chunk,
    end: stream.end,
    whole: (body) => {
      const { delta, usage } = chatAnswer(body);
      // An engine that does not stream although it was asked to.
      if (streaming) return stream.tell(delta) + stream.count(usage) + stream.end();
      return JSON.stringify({
        ...message(delta.model),
        content: [
          ...(delta.content === '' ? [] : [{ type: 'text', text: delta.content }]),
          ...delta.tools.map(toolUse),
        ],
        stop_reason: stopReason(delta.finish),
        usage: { input_tokens: usage?.prompt ?? 0, output_tokens: usage?.completion ?? 0 },
      });
    },
    error: (status, text) =>
      JSON.stringify({ type: 'error', error: { type: anthropicErrorType(status), message: errorText(text) } }),
  };
}

const message = (model: string | null) => ({
  id: `msg_${randomUUID().replaceAll('-', '')}`,
  type: 'message',
  role: 'assistant',
  model: model ?? '',
  content: [],
  stop_reason: null as string | null,
  stop_sequence: null,
  usage: { input_tokens: 0, output_tokens: 0 },
});

const toolUse = (call: ToolCallPiece) => ({
  type: 'tool_use',
  id: call.id ?? `toolu_${randomUUID().replaceAll('-', '')}`,
  name: call.name ?? '',
  // What isn't JSON is handed over as it is: better seen by the program than lost.
  input: parsed(call.arguments === '' ? '{}' : call.arguments) ?? { arguments: call.arguments },
});

function stopReason(finish: string | null): string {
  if (finish === 'length') return 'max_tokens';
  if (finish === 'tool_calls' || finish === 'function_call') return 'tool_use';
  return finish === 'content_filter' ? 'refusal' : 'end_turn';
}

/** The events of one message, in Anthropic's order: start, then block by block, then the stop reason, then stop. */
function createEvents() {
  const reader = createChatReader();
  let begun = false;
  let over = false;
  let failure: string | null = null;
  let index = -1;
  /** The open block: text, or a tool call by its index in the chat stream. */
  let open: 'text' | number | null = null;
  let finish: string | null = null;
  let counted: { prompt: number | null; completion: number | null } | null = null;

  const begin = (model: string | null): string => {
    if (begun) return '';
    begun = true;
    return messageEvent({ type: 'message_start', message: message(model) }) + messageEvent({ type: 'ping' });
  };
  const close = (): string => {
    if (open === null) return '';
    open = null;
    return messageEvent({ type: 'content_block_stop', index });
  };
  const openBlock = (what: 'text' | number, block: object): string => {
    const closed = close();
    open = what;
    index += 1;
    return closed + messageEvent({ type: 'content_block_start', index, content_block: block });
  };
  const delta = (part: object): string => messageEvent({ type: 'content_block_delta', index, delta: part });

  const tell = (event: Delta): string => {
    let said = begin(event.model);
    // Thinking can't be carried over: it would have to be signed. A sign of life instead.
    if (event.reasoning !== '' && event.content === '') said += messageEvent({ type: 'ping' });
    if (event.content !== '') {
      if (open !== 'text') said += openBlock('text', { type: 'text', text: '' });
      said += delta({ type: 'text_delta', text: event.content });
    }
    for (const call of event.tools) {
      if (open !== call.index) said += openBlock(call.index, { ...toolUse({ ...call, arguments: '' }), input: {} });
      if (call.arguments !== '') said += delta({ type: 'input_json_delta', partial_json: call.arguments });
    }
    finish = event.finish ?? finish;
    return said;
  };
  const failed = (type: string, text: string, what: string): string => {
    over = true;
    failure = what;
    return messageEvent({ type: 'error', error: { type, message: text } });
  };
  const end = (): string => {
    if (over) return '';
    if (finish === null) return failed('api_error', 'The engine ended its answer in the middle.', UNFINISHED);
    over = true;
    const usage = {
      ...(counted?.prompt == null ? {} : { input_tokens: counted.prompt }),
      output_tokens: counted?.completion ?? 0,
    };
    return (
      close() +
      messageEvent({
        type: 'message_delta',
        delta: { stop_reason: stopReason(finish), stop_sequence: null },
        usage,
      }) +
      messageEvent({ type: 'message_stop' })
    );
  };
  return {
    get failure() {
      return failure;
    },
    tell,
    end,
    count(usage: { prompt: number | null; completion: number | null } | null): string {
      counted = usage ?? counted;
      return '';
    },
    chunk(chunk: Buffer): string {
      let said = '';
      for (const event of reader.push(chunk)) {
        if (over) break;
        if (event.kind === 'delta') said += tell(event);
        else if (event.kind === 'usage') counted = event;
        else if (event.kind === 'error') said += failed('api_error', event.message, ENDED_IN_ERROR);
        else said += end();
      }
      return said;
    },
  };
}
