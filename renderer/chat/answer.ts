/** One answer as it grows by the events of its stream, and what was measured of it. Pure. */
import type { ChatEvent, Failure } from './stream-events.ts';

export interface ToolCall {
  readonly name: string;
  /** JSON, as far as it has come. */
  readonly arguments: string;
}

export interface Metrics {
  /** From sending to the first sign of text, ms. */
  readonly firstToken: number | null;
  /** From sending to the end, ms. */
  readonly total: number | null;
  /** From the first sign of thought to the first word of the answer, ms. */
  readonly thought: number | null;
  readonly promptTokens: number | null;
  /** As the engine's usage says, else content chunks counted. */
  readonly tokens: number | null;
  readonly estimated: boolean;
  /** `ENGINE/MODEL`. */
  readonly route: string | null;
  /** `length` when the answer was cut by max tokens. */
  readonly finish: string | null;
  /** How much more of it the engine held after the answer than before, bytes. */
  readonly memory: { readonly kind: 'GPU' | 'main'; readonly change: number } | null;
}

export interface Answer {
  readonly model: string;
  readonly content: string;
  readonly reasoning: string;
  readonly tools: readonly ToolCall[];
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** What the gateway waits for, while it says so. */
  readonly parked: { readonly engine: string; readonly phase: string; readonly progress: number | null } | null;
  readonly failure: Failure | null;
  readonly metrics: Metrics;
}

const NO_METRICS: Metrics = {
  firstToken: null,
  total: null,
  thought: null,
  promptTokens: null,
  tokens: null,
  estimated: false,
  route: null,
  finish: null,
  memory: null,
};

/** An answer that was just asked for. */
export const begun = (model: string): Answer => ({
  model,
  content: '',
  reasoning: '',
  tools: [],
  state: 'waiting',
  parked: null,
  failure: null,
  metrics: NO_METRICS,
});

export const isComing = ({ state }: Answer): boolean => state === 'waiting' || state === 'streaming';

/** Stopped, if it was still coming; what came is kept. */
export const ended = (answer: Answer): Answer =>
  isComing(answer) ? { ...answer, state: 'stopped', parked: null } : answer;

/** An answer after one more event, `at` ms after it was sent. */
export function apply(answer: Answer, event: ChatEvent, at: number): Answer {
  const { metrics } = answer;
  switch (event.type) {
    case 'waiting':
      return { ...answer, parked: { engine: event.engine, phase: event.phase, progress: event.progress } };
    case 'route':
      return { ...answer, metrics: { ...metrics, route: event.route } };
    case 'delta':
      return {
        ...answer,
        state: 'streaming',
        parked: null,
        content: answer.content + event.content,
        reasoning: answer.reasoning + event.reasoning,
        metrics: {
          ...metrics,
          firstToken: metrics.firstToken ?? at,
          thought:
            event.content !== '' && answer.content === '' && answer.reasoning !== ''
              ? at - (metrics.firstToken ?? at)
              : metrics.thought,
          tokens: (metrics.tokens ?? 0) + 1,
          estimated: true,
        },
      };
    case 'tool':
      return {
        ...answer,
        state: 'streaming',
        parked: null,
        tools: withPiece(answer.tools, event),
        metrics: { ...metrics, firstToken: metrics.firstToken ?? at },
      };
    case 'usage': {
      const promptTokens = event.prompt ?? metrics.promptTokens;
      if (event.completion === null) return { ...answer, metrics: { ...metrics, promptTokens } };
      return { ...answer, metrics: { ...metrics, promptTokens, tokens: event.completion, estimated: false } };
    }
    case 'finish':
      return { ...answer, metrics: { ...metrics, finish: event.reason } };
    case 'error':
      return { ...answer, state: 'failed', parked: null, failure: event.failure };
    case 'done':
      return answer.state === 'failed' ? answer : { ...answer, state: 'done', parked: null };
  }
}

/** A call comes in pieces: its name once, its arguments bit by bit. */
function withPiece(tools: readonly ToolCall[], piece: Extract<ChatEvent, { type: 'tool' }>): readonly ToolCall[] {
  const { index } = piece;
  const old = tools[index] ?? { name: '', arguments: '' };
  const next = { name: old.name + piece.name, arguments: old.arguments + piece.arguments };
  return index < tools.length ? tools.map((tool, i) => (i === index ? next : tool)) : [...tools, next];
}

/** A shorter span is mostly the clock and the wire, ms. */
const MEASURABLE = 50;

/** Tokens a second after the first one; `null` while it can't be told. */
export function tokensPerSecond({
  tokens,
  firstToken,
  total,
}: Pick<Metrics, 'tokens' | 'firstToken' | 'total'>): number | null {
  if (tokens === null || firstToken === null || total === null || tokens < 2 || total - firstToken < MEASURABLE)
    return null;
  return (tokens - 1) / ((total - firstToken) / 1000);
}
