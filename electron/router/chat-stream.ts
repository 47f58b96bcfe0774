import { type Fields, fields, items, number, parsed, text } from './json.ts';
import { createSseReader } from './sse-reader.ts';

/** A piece of a tool call; the first one of an index carries id and name. */
export interface ToolCallPiece {
  readonly index: number;
  readonly id: string | null;
  readonly name: string | null;
  readonly arguments: string;
}

/** What one event of an OpenAI chat stream says. */
export type ChatEvent =
  | {
      readonly kind: 'delta';
      readonly model: string | null;
      readonly content: string;
      readonly reasoning: string;
      readonly tools: readonly ToolCallPiece[];
      readonly finish: string | null;
    }
  | { readonly kind: 'usage'; readonly prompt: number | null; readonly completion: number | null }
  | { readonly kind: 'error'; readonly message: string; readonly type: string | null }
  | { readonly kind: 'done' };

/** Reads a chat stream of OpenAI's kind, as llama.cpp, vLLM and the others send it, from chunks cut anywhere. */
export function createChatReader(): { push(chunk: Buffer): ChatEvent[] } {
  const reader = createSseReader();
  return { push: (chunk) => reader.push(chunk).flatMap(eventsOf) };
}

function eventsOf(data: string): ChatEvent[] {
  if (data.trim() === '[DONE]') return [{ kind: 'done' }];
  const event = fields(parsed(data));
  if (event === null) throw new Error('an event of the stream is no JSON object');
  const error = event.error;
  if (error !== undefined && error !== null) {
    const message = text(fields(error)?.message) ?? text(error) ?? 'The engine reported an error.';
    return [{ kind: 'error', message, type: text(fields(error)?.type) }];
  }
  const found: ChatEvent[] = [];
  const choice = fields(items(event.choices)[0]);
  if (choice !== null) found.push(deltaOf(event, choice));
  const usage = usageOf(event);
  if (usage !== null) found.push({ kind: 'usage', ...usage });
  return found;
}

function deltaOf(event: Fields, choice: Fields): ChatEvent {
  const delta = fields(choice.delta);
  return {
    kind: 'delta',
    model: text(event.model),
    content: text(delta?.content) ?? '',
    reasoning: text(delta?.reasoning_content) ?? text(delta?.reasoning) ?? '',
    tools: items(delta?.tool_calls).flatMap((call, place) => {
      const piece = fields(call);
      const named = fields(piece?.function);
      if (piece === null) return [];
      return [
        {
          index: number(piece.index) ?? place,
          id: text(piece.id),
          name: text(named?.name),
          arguments: text(named?.arguments) ?? '',
        },
      ];
    }),
    finish: text(choice.finish_reason),
  };
}

/** An answer's `usage`; `null` when it has none. */
export function usageOf(answer: Fields): { prompt: number | null; completion: number | null } | null {
  const usage = fields(answer.usage);
  if (usage === null) return null;
  return { prompt: number(usage.prompt_tokens), completion: number(usage.completion_tokens) };
}

/** A whole chat answer, told as the one delta it comes to. Throws when it is none. */
export function chatAnswer(body: Buffer): {
  readonly delta: Extract<ChatEvent, { kind: 'delta' }>;
  readonly usage: { readonly prompt: number | null; readonly completion: number | null } | null;
} {
  const answer = fields(JSON.parse(body.toString('utf8')));
  const choice = fields(items(answer?.choices)[0]);
  if (answer === null || choice === null) throw new Error('it has no `choices`');
  const delta = deltaOf(answer, { ...choice, delta: choice.message });
  return { delta: delta as Extract<ChatEvent, { kind: 'delta' }>, usage: usageOf(answer) };
}
