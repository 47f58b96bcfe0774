/** A conversation and what can become of it. Pure: no clock, no storage. */
import { type Answer, begun, ended, isComing } from './answer.ts';

export interface Image {
  /** File name, for people. */
  readonly name: string;
  /** `data:image/png;base64,…`. */
  readonly url: string;
}

/** One question, and an answer of each model that was asked. */
export interface Turn {
  readonly id: number;
  readonly ask: string;
  readonly images: readonly Image[];
  readonly answers: readonly Answer[];
}

/** What is sent along with every question; `null` and `''` are left to the engine. */
export interface Settings {
  readonly system: string;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly maxTokens: number | null;
  /** Strings at which the answer ends, one a line. */
  readonly stop: string;
  readonly seed: number | null;
  /** JSON Schema that the answer must keep to, as text. */
  readonly schema: string;
  /** OpenAI's list of tools, as text. */
  readonly tools: string;
}

export interface Conversation {
  readonly id: string;
  /** ISO. */
  readonly created: string;
  /** ISO, of the last question or answer. */
  readonly changed: string;
  /** The models that are asked side by side; none until one is chosen. */
  readonly models: readonly string[];
  readonly settings: Settings;
  readonly turns: readonly Turn[];
}

/** The most models that are asked at once. */
export const MAX_LANES = 4;

export const NO_SETTINGS: Settings = {
  system: '',
  temperature: null,
  topP: null,
  maxTokens: null,
  stop: '',
  seed: null,
  schema: '',
  tools: '',
};

/** An empty one; with the models and settings of another. */
export const emptyChat = (id: string, at: string, like?: Conversation): Conversation => ({
  id,
  created: at,
  changed: at,
  models: like?.models ?? [],
  settings: like?.settings ?? NO_SETTINGS,
  turns: [],
});

/** Whether any answer is still coming. */
export const isRunning = (chat: Conversation): boolean => chat.turns.at(-1)?.answers.some(isComing) ?? false;

/** What a list calls it: the first line of the first question. */
export function titleOf(chat: Conversation): string {
  const first = chat.turns[0]?.ask.trim().split('\n')[0] ?? '';
  return first === '' ? 'New chat' : first.length > 80 ? `${first.slice(0, 79)}…` : first;
}

/** With one more question, put to every model that is chosen. */
export function asked(chat: Conversation, ask: string, images: readonly Image[], at: string): Conversation {
  const id = (chat.turns.at(-1)?.id ?? 0) + 1;
  const turn: Turn = { id, ask, images, answers: chat.models.map(begun) };
  return { ...chat, changed: at, turns: [...chat.turns, turn] };
}

/** Without that question and all after it. */
export function before(chat: Conversation, turn: number): Conversation {
  return { ...chat, turns: chat.turns.slice(0, indexOf(chat, turn)) };
}

/** Another conversation that goes on from that question and its answers; the first stays as it is. */
export function branched(chat: Conversation, turn: number, id: string, at: string): Conversation {
  return { ...chat, id, created: at, changed: at, turns: chat.turns.slice(0, indexOf(chat, turn) + 1) };
}

function indexOf(chat: Conversation, turn: number): number {
  const found = chat.turns.findIndex(({ id }) => id === turn);
  return found < 0 ? chat.turns.length : found;
}

/** With one answer changed; the same conversation when nothing was. */
export function patched(
  chat: Conversation,
  turn: number,
  lane: number,
  change: (answer: Answer) => Answer,
): Conversation {
  const old = chat.turns.find(({ id }) => id === turn)?.answers[lane];
  if (old === undefined) return chat;
  const next = change(old);
  if (next === old) return chat;
  const turns = chat.turns.map((one) =>
    one.id === turn ? { ...one, answers: one.answers.map((answer, i) => (i === lane ? next : answer)) } : one,
  );
  return { ...chat, turns };
}

/** As an earlier page kept it: an answer that was still coming then counts as stopped. */
export const settled = (chat: Conversation): Conversation => ({
  ...chat,
  settings: { ...NO_SETTINGS, ...chat.settings },
  turns: chat.turns.map((turn) => ({ ...turn, answers: turn.answers.map(ended) })),
});
