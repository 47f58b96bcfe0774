import { performance } from 'node:perf_hooks';
import { type ChatEvent, chatAnswer, createChatReader, type ToolCallPiece } from '../chat-stream.ts';
import { errorText } from '../engine-error.ts';
import { fields, number, parsed } from '../json.ts';
import { ENDED_IN_ERROR, type Translation, UNFINISHED } from '../way.ts';

type Delta = Extract<ChatEvent, { kind: 'delta' }>;
type Counts = { readonly prompt: number | null; readonly completion: number | null };

export interface Asked {
  /** The name as the client wrote it; Ollama's answers repeat it. */
  readonly model: string;
  readonly streaming: boolean;
  readonly dropped: readonly string[];
}

/** How the words of an answer stand in one line: under `message` (`chat`), or as `response` (`generate`). */
type Line = (said: { content: string; thinking: string; tools: readonly ToolCallPiece[] }) => object;

const CHAT_LINE: Line = ({ content, thinking, tools }) => ({
  message: {
    role: 'assistant',
    content,
    ...(thinking === '' ? {} : { thinking }),
    ...(tools.length === 0 ? {} : { tool_calls: tools.map(toolCall) }),
  },
});

const GENERATE_LINE: Line = ({ content, thinking }) => ({
  response: content,
  ...(thinking === '' ? {} : { thinking }),
});

/** A chat answer as `/api/chat` tells it. */
export const chatLines = (asked: Asked): Translation => lines(asked, CHAT_LINE, false);

/** A chat answer as `/api/generate` tells it; `load`: only that the model is there now. */
export const generateLines = (asked: Asked, load: boolean): Translation => lines(asked, GENERATE_LINE, load);

/** OpenAI's embeddings as `/api/embed` tells them, or one of them as the older `/api/embeddings` does. */
export function embeddings(asked: Asked, legacy: boolean): Translation {
  const began = performance.now();
  return {
    ...plain(asked),
    contentType: 'application/json; charset=utf-8',
    failure: null,
    chunk: () => '',
    end: () => '',
    whole: (body) => {
      const answer = fields(JSON.parse(body.toString('utf8')));
      if (!Array.isArray(answer?.data)) throw new Error('it has no `data`');
      const vectors = answer.data.map((entry) => fields(entry)?.embedding);
      if (legacy) return JSON.stringify({ embedding: vectors[0] ?? [] });
      const count = number(fields(answer.usage)?.prompt_tokens);
      return JSON.stringify({
        model: asked.model,
        embeddings: vectors,
        total_duration: nanoseconds(performance.now() - began),
        ...(count === null ? {} : { prompt_eval_count: count }),
      });
    },
  };
}

const plain = ({ dropped }: Asked) => ({
  dropped,
  error: (_status: number, said: string) => JSON.stringify({ error: errorText(said) }),
});

function lines(asked: Asked, line: Line, load: boolean): Translation {
  const reader = createChatReader();
  const began = performance.now();
  let firstAt: number | null = null;
  let finish: string | null = null;
  let counts: Counts | null = null;
  let calls: ToolCallPiece[] = [];
  let over = false;
  let failure: string | null = null;

  const head = () => ({ model: asked.model, created_at: new Date().toISOString() });
  const write = (said: Parameters<Line>[0]): string =>
    `${JSON.stringify({ ...head(), ...line(said), done: false })}\n`;

  /** Ollama sends tool calls whole: their pieces are kept until all are there. */
  const gather = (pieces: readonly ToolCallPiece[]): void => {
    for (const piece of pieces) {
      const at = calls.findIndex((call) => call.index === piece.index);
      const before = calls[at];
      if (before === undefined) calls.push(piece);
      else calls[at] = { ...before, arguments: before.arguments + piece.arguments };
    }
  };
  const tell = (delta: Delta): string => {
    firstAt ??= performance.now();
    finish = delta.finish ?? finish;
    gather(delta.tools);
    if (load || (delta.content === '' && delta.reasoning === '')) return '';
    return write({ content: delta.content, thinking: delta.reasoning, tools: [] });
  };
  const last = (said: Parameters<Line>[0]): object => {
    const now = performance.now();
    return {
      ...head(),
      ...line(said),
      done: true,
      done_reason: load ? 'load' : finish === 'length' ? 'length' : 'stop',
      ...(load ? {} : durations(began, firstAt ?? now, now, counts)),
    };
  };
  const failed = (message: string, what: string): string => {
    over = true;
    failure = what;
    return `${JSON.stringify({ error: message })}\n`;
  };
  const end = (): string => {
    if (over) return '';
    if (finish === null) return failed('The engine ended its answer in the middle.', UNFINISHED);
    over = true;
    const tools = calls.length === 0 ? '' : write({ content: '', thinking: '', tools: calls });
    calls = [];
    return `${tools}${JSON.stringify(last({ content: '', thinking: '', tools: [] }))}\n`;
  };
  return {
    ...plain(asked),
    contentType: asked.streaming ? 'application/x-ndjson' : 'application/json; charset=utf-8',
    get failure() {
      return failure;
    },
    chunk(chunk) {
      let said = '';
      for (const event of reader.push(chunk)) {
        if (over) break;
        if (event.kind === 'delta') said += tell(event);
        else if (event.kind === 'usage') counts = event;
        else if (event.kind === 'error') said += failed(event.message, ENDED_IN_ERROR);
        // The counts may come behind the finish reason, but never behind this.
        else said += end();
      }
      return said;
    },
    end,
    whole(body) {
      const { delta, usage } = chatAnswer(body);
      counts = usage;
      finish = delta.finish ?? 'stop';
      const content = load ? '' : delta.content;
      const said = JSON.stringify(last({ content, thinking: load ? '' : delta.reasoning, tools: delta.tools }));
      return asked.streaming ? `${said}\n` : said;
    },
  };
}

/** Times that Ollama tells, in nanoseconds: as seen from here, so reading the prompt includes the way to the engine. */
function durations(began: number, first: number, now: number, counts: Counts | null): object {
  return {
    total_duration: nanoseconds(now - began),
    ...(counts?.prompt == null ? {} : { prompt_eval_count: counts.prompt }),
    prompt_eval_duration: nanoseconds(first - began),
    ...(counts?.completion == null ? {} : { eval_count: counts.completion }),
    eval_duration: nanoseconds(now - first),
  };
}

const nanoseconds = (ms: number): number => Math.round(ms * 1e6);

const toolCall = (call: ToolCallPiece) => ({
  ...(call.id === null ? {} : { id: call.id }),
  function: { index: call.index, name: call.name ?? '', arguments: argumentsOf(call.arguments) },
});

/** Ollama hands arguments over as an object. */
const argumentsOf = (source: string): object =>
  fields(parsed(source === '' ? '{}' : source)) ?? { arguments: source };
