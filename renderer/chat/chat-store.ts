/** The one conversation of the window: its messages, its settings, and the answer that is coming. Kept over a reload. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { gatewayAccess } from '../gateway.ts';
import { go } from '../route.ts';
import { type ChatRequest, streamChat } from './stream-chat.ts';
import type { ChatEvent, Failure } from './stream-events.ts';

export interface Answer {
  readonly model: string;
  readonly content: string;
  readonly reasoning: string;
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** What the gateway waits for, while it says so. */
  readonly parked: { readonly engine: string; readonly phase: string; readonly progress: number | null } | null;
  readonly failure: Failure | null;
  readonly metrics: Metrics;
}

export interface Metrics {
  /** From sending to the first sign of text, ms. */
  readonly firstToken: number | null;
  /** From sending to the end, ms. */
  readonly total: number | null;
  /** As the engine's usage says, else content chunks counted. */
  readonly tokens: number | null;
  readonly estimated: boolean;
  /** `ENGINE/MODEL`. */
  readonly route: string | null;
  /** `length` when the answer was cut by max tokens. */
  readonly finish: string | null;
}

export interface Turn {
  readonly id: number;
  readonly ask: string;
  readonly answer: Answer;
}

export interface Settings {
  readonly system: string;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
}

export interface Chat {
  /** `null` until one is chosen. */
  readonly model: string | null;
  readonly settings: Settings;
  readonly turns: readonly Turn[];
}

const KEY = 'stackyard.chat';
const NO_METRICS: Metrics = {
  firstToken: null,
  total: null,
  tokens: null,
  estimated: false,
  route: null,
  finish: null,
};
const EMPTY: Chat = { model: null, settings: { system: '', temperature: null, maxTokens: null }, turns: [] };

export const chat = createStore<Chat>(restored);
export const useChat = <T>(pick: (chat: Chat) => T): T => useStore(chat, pick);

chat.subscribe(keep);

let running: AbortController | null = null;

export const isRunning = (c: Chat): boolean => {
  const state = c.turns.at(-1)?.answer.state;
  return state === 'waiting' || state === 'streaming';
};

export function chooseModel(model: string): void {
  chat.setState({ model });
}

/** Opens the playground with that model chosen. */
export function tryModel(model: string): void {
  chooseModel(model);
  go('playground');
}

export function changeSettings(change: Partial<Settings>): void {
  chat.setState((c) => ({ settings: { ...c.settings, ...change } }));
}

/** Ends the answer that is coming, if one is, and keeps what came. */
export function stop(): void {
  running?.abort();
  running = null;
  patchLast((a) => (a.state === 'waiting' || a.state === 'streaming' ? { ...a, state: 'stopped', parked: null } : a));
}

/** An empty conversation with the same model and settings. */
export function newChat(): void {
  stop();
  chat.setState({ turns: [] });
}

/** Asks the chosen model; the answer streams into the last turn. */
export async function send(text: string): Promise<void> {
  const { model, turns } = chat.getState();
  const ask = text.trim();
  if (model === null || ask === '' || isRunning(chat.getState())) return;
  const turn: Turn = { id: (turns.at(-1)?.id ?? 0) + 1, ask, answer: begun(model) };
  chat.setState({ turns: [...turns, turn] });
  await answerLast();
}

/** Asks the last question again, of the model that is chosen now. */
export async function regenerate(): Promise<void> {
  stop();
  const { model } = chat.getState();
  if (model === null) return;
  patchLast(() => begun(model));
  await answerLast();
}

/** What would be sent if `ask` were asked now: the system prompt, every complete turn, the question. */
export function requestFor(state: Chat, model: string, turns: readonly Turn[]): ChatRequest {
  const { system, temperature, maxTokens } = state.settings;
  const messages: ChatRequest['messages'][number][] = [];
  if (system.trim() !== '') messages.push({ role: 'system', content: system });
  turns.forEach((turn, i) => {
    const last = i === turns.length - 1;
    if (!last && turn.answer.content === '') return; // a question that got no answer would put two user turns in a row
    messages.push({ role: 'user', content: turn.ask });
    if (!last) messages.push({ role: 'assistant', content: turn.answer.content });
  });
  return { model, messages, temperature, max_tokens: maxTokens };
}

const begun = (model: string): Answer => ({
  model,
  content: '',
  reasoning: '',
  state: 'waiting',
  parked: null,
  failure: null,
  metrics: NO_METRICS,
});

/** Text is shown at most this often, ms, however fast it comes. */
const PAINT_EVERY = 33;

async function answerLast(): Promise<void> {
  const control = new AbortController();
  running = control;
  const sent = performance.now();
  const mine = () => running === control;
  const access = await gatewayAccess();
  if (!mine()) return;
  const { model, turns } = chat.getState();
  if (!access.ok) {
    finish(control, { type: 'error', failure: access.error }, sent);
    return;
  }
  if (model === null) return;

  let queue: ChatEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const paint = () => {
    timer = null;
    const events = queue;
    queue = [];
    if (mine() && events.length > 0) patchLast((a) => events.reduce((at, e) => apply(at, e), a));
  };
  let first: number | null = null;
  await streamChat(access.value, requestFor(chat.getState(), model, turns), control.signal, (event) => {
    if (event.type === 'delta' && first === null) {
      first = performance.now() - sent;
      patchFirst(mine, first);
    }
    if (event.type === 'done' || event.type === 'error') return void queue.push(event);
    queue.push(event);
    timer ??= setTimeout(paint, PAINT_EVERY);
  });
  if (timer) clearTimeout(timer);
  if (!mine()) return;
  paint();
  finish(control, null, sent);
}

function patchFirst(mine: () => boolean, firstToken: number): void {
  if (mine()) patchLast((a) => ({ ...a, metrics: { ...a.metrics, firstToken } }));
}

/** An answer after one more event. Pure. */
export function apply(answer: Answer, event: ChatEvent): Answer {
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
        metrics: { ...metrics, tokens: (metrics.tokens ?? 0) + 1, estimated: true },
      };
    case 'usage':
      return event.completion === null
        ? answer
        : { ...answer, metrics: { ...metrics, tokens: event.completion, estimated: false } };
    case 'finish':
      return { ...answer, metrics: { ...metrics, finish: event.reason } };
    case 'error':
      return { ...answer, state: 'failed', parked: null, failure: event.failure };
    case 'done':
      return answer.state === 'failed' ? answer : { ...answer, state: 'done', parked: null };
  }
}

function finish(control: AbortController, event: ChatEvent | null, sent: number): void {
  if (running !== control) return;
  running = null;
  patchLast((a) => {
    const at = event ? apply(a, event) : a;
    return { ...at, metrics: { ...at.metrics, total: performance.now() - sent } };
  });
}

function patchLast(change: (answer: Answer) => Answer): void {
  chat.setState(({ turns }) => {
    const last = turns.at(-1);
    if (!last) return {};
    const answer = change(last.answer);
    return answer === last.answer ? {} : { turns: [...turns.slice(0, -1), { ...last, answer }] };
  });
}

/** A shorter span is mostly the clock and the wire, ms. */
const MEASURABLE = 50;

/** Tokens a second after the first one; `null` while it can't be told. */
export function tokensPerSecond({ tokens, firstToken, total }: Metrics): number | null {
  if (tokens === null || firstToken === null || total === null || tokens < 2 || total - firstToken < MEASURABLE)
    return null;
  return (tokens - 1) / ((total - firstToken) / 1000);
}

let keepSoon = false;

function keep(): void {
  if (keepSoon) return;
  keepSoon = true;
  setTimeout(() => {
    keepSoon = false;
    try {
      localStorage.setItem(KEY, JSON.stringify(chat.getState()));
    } catch {
      // full or forbidden: the conversation is then lost by a reload, nothing worse
    }
  }, 300);
}

/** What an earlier page kept; an answer that was still coming then counts as stopped. */
function restored(): Chat {
  try {
    const kept = JSON.parse(globalThis.localStorage?.getItem(KEY) ?? 'null') as Chat | null;
    if (kept === null || !Array.isArray(kept.turns)) return EMPTY;
    const turns = kept.turns.map((turn) =>
      turn.answer.state === 'waiting' || turn.answer.state === 'streaming'
        ? { ...turn, answer: { ...turn.answer, state: 'stopped' as const, parked: null } }
        : turn,
    );
    return { ...EMPTY, ...kept, settings: { ...EMPTY.settings, ...kept.settings }, turns };
  } catch {
    return EMPTY;
  }
}
