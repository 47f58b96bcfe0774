/** What the gateway and engines say in a chat stream, read from SSE items. Pure. */
import type { SseItem } from './sse.ts';

export interface Failure {
  readonly code: string | null;
  readonly message: string;
  /** What to do; `null` when nothing better is known. */
  readonly hint: string | null;
  /** Targets that were tried or skipped, each with its reason. */
  readonly attempts?: readonly string[];
}

export type ChatEvent =
  /** Parked: the gateway waits for an engine. `progress` is 0–1, `null` when unknown. */
  | { readonly type: 'waiting'; readonly engine: string; readonly phase: string; readonly progress: number | null }
  /** Which target answers, `ENGINE/MODEL`. */
  | { readonly type: 'route'; readonly route: string }
  | { readonly type: 'delta'; readonly content: string; readonly reasoning: string }
  /** A piece of a call: its name comes once, its arguments bit by bit. */
  | { readonly type: 'tool'; readonly index: number; readonly name: string; readonly arguments: string }
  | { readonly type: 'usage'; readonly prompt: number | null; readonly completion: number | null }
  | { readonly type: 'finish'; readonly reason: string }
  | { readonly type: 'error'; readonly failure: Failure }
  | { readonly type: 'done' };

/** The chat events in one SSE item; none for what means nothing to a chat. */
export function chatEvents(item: SseItem): readonly ChatEvent[] {
  if (item.type === 'comment') return commentEvents(item.text);
  if (item.data.trim() === '[DONE]') return [{ type: 'done' }];
  const body = parseJson(item.data);
  if (!isRecord(body)) return [];
  if (body.error !== undefined) return [{ type: 'error', failure: failureOf(body) }];
  const events: ChatEvent[] = [];
  const choice = Array.isArray(body.choices) ? body.choices[0] : null;
  if (isRecord(choice)) {
    const delta = isRecord(choice.delta) ? choice.delta : {};
    const content = text(delta.content);
    const reasoning = text(delta.reasoning_content) || text(delta.reasoning);
    if (content !== '' || reasoning !== '') events.push({ type: 'delta', content, reasoning });
    if (Array.isArray(delta.tool_calls)) events.push(...delta.tool_calls.filter(isRecord).map(toolPiece));
    if (typeof choice.finish_reason === 'string') events.push({ type: 'finish', reason: choice.finish_reason });
  }
  if (isRecord(body.usage)) {
    events.push({
      type: 'usage',
      prompt: number(body.usage.prompt_tokens),
      completion: number(body.usage.completion_tokens),
    });
  }
  return events;
}

function toolPiece(call: Record<string, unknown>, place: number): ChatEvent {
  const { index, function: called } = call;
  const said = isRecord(called) ? called : {};
  return { type: 'tool', index: number(index) ?? place, name: text(said.name), arguments: text(said.arguments) };
}

/** `stackyard waiting engine=NAME phase=loading progress=0.43` and `stackyard route=ENGINE/MODEL`. */
function commentEvents(comment: string): readonly ChatEvent[] {
  const said = /^stackyard (.*)$/.exec(comment.trim())?.[1];
  if (said === undefined) return [];
  const fields = new Map([...said.matchAll(/(\w+)=(\S+)/g)].map((m) => [m[1], m[2] ?? '']));
  const route = fields.get('route');
  if (route !== undefined) return [{ type: 'route', route: decodeHeader(route) }];
  const engine = fields.get('engine');
  if (!said.startsWith('waiting') || engine === undefined) return [];
  const progress = Number.parseFloat(fields.get('progress') ?? '');
  return [
    {
      type: 'waiting',
      engine: decodeHeader(engine),
      phase: fields.get('phase') ?? '',
      progress: Number.isFinite(progress) ? progress : null,
    },
  ];
}

/** The failure in an OpenAI error body, with what the gateway adds: near names, why each target was skipped. */
export function failureOf(body: unknown): Failure {
  const error = isRecord(body) ? body.error : body;
  const extra = isRecord(body) && isRecord(body.stackyard) ? body.stackyard : {};
  const near = Array.isArray(extra.near) ? extra.near.filter((n) => typeof n === 'string') : [];
  const attempts = Array.isArray(extra.attempts)
    ? extra.attempts.filter(isRecord).map((a) => `${text(a.target)}: ${text(a.reason)}`)
    : [];
  const said = isRecord(error) ? text(error.message) : text(error);
  const message = said || 'The engine gave an error without words.';
  const code =
    isRecord(error) && (typeof error.code === 'string' || typeof error.code === 'number') ? `${error.code}` : null;
  return { code, message, hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : null, attempts };
}

/** A header value or comment field as it was before percent-encoding. */
export function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** JSON or `null`: a stream may hold anything. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
