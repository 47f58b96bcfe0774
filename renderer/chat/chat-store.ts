/** The conversation that is open, and what a person can do with it. Every change is kept, so that a reload finds it again. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { go } from '../route.ts';
import { begun, ended } from './answer.ts';
import { forget, keep, prune, read } from './archive.ts';
import { askModel } from './ask-model.ts';
import { requestFor } from './chat-request.ts';
import {
  asked,
  before,
  branched,
  type Conversation,
  emptyChat,
  type Image,
  isRunning,
  MAX_LANES,
  patched,
  type Settings,
  settled,
} from './conversation.ts';
import type { Replay } from './replay.ts';

/** Which conversation is open. The conversations themselves are in the archive. */
const KEY = 'stackyard.chat';
const now = () => new Date().toISOString();
/** Only has to differ from those of this window; `crypto.randomUUID` is missing where the page came over plain HTTP. */
const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

export const chat = createStore<Conversation>(() => emptyChat(newId(), now()));
export const useChat = <T>(pick: (chat: Conversation) => T): T => useStore(chat, pick);

let running: AbortController | null = null;

/** Opens the conversation that an earlier page had open, unless this one has begun already. Once, when the page starts. */
export async function restore(): Promise<void> {
  const id = globalThis.localStorage?.getItem(KEY);
  const kept = id ? await read(id) : null;
  if (kept && chat.getState().turns.length === 0) chat.setState(settled(kept), true);
  chat.subscribe((next, old) => {
    if (next.id !== old.id) rememberOpen(next.id);
    soon ??= setTimeout(keepNow, KEEP_AFTER);
  });
  window.addEventListener('pagehide', () => soon !== null && keepNow());
  await prune();
}

/** Asks this one model from now on; with `lane`, in that place of those that are asked side by side. */
export function chooseModel(model: string, lane?: number): void {
  chat.setState(({ models }) => ({
    models: lane === undefined ? [model] : models.map((one, i) => (i === lane ? model : one)),
  }));
}

/** Asks one model more. */
export function addModel(model: string): void {
  chat.setState(({ models }) => ({ models: [...models, model].slice(0, MAX_LANES) }));
}

export function removeModel(lane: number): void {
  chat.setState(({ models }) => ({ models: models.filter((_, i) => i !== lane) }));
}

/** Opens the playground with that model chosen. */
export function tryModel(model: string): void {
  chooseModel(model);
  go('playground');
}

export function changeSettings(change: Partial<Settings>): void {
  chat.setState((c) => ({ settings: { ...c.settings, ...change } }));
}

/** Ends the answers that are coming, if any, and keeps what came. */
export function stop(): void {
  running?.abort();
  running = null;
  chat.setState(({ turns }) => ({
    turns: turns.map((turn, i) => (i === turns.length - 1 ? { ...turn, answers: turn.answers.map(ended) } : turn)),
  }));
}

/** An empty conversation with the same models and settings. */
export function newChat(): void {
  if (chat.getState().turns.length === 0) return;
  openChat(emptyChat(newId(), now(), chat.getState()));
}

/** Opens a conversation; the one that was open stays in the archive. */
export function openChat(next: Conversation): void {
  stop();
  const old = chat.getState();
  chat.setState(settled(next), true);
  void (old.turns.length === 0 ? forget(old.id) : keep(old)).then(prune);
}

/** Takes a conversation out of the archive; if it is the one that is open, an empty one is opened. */
export async function deleteChat(id: string): Promise<void> {
  if (chat.getState().id === id) {
    stop();
    chat.setState(emptyChat(newId(), now(), chat.getState()), true);
  }
  await forget(id);
}

/** Asks every chosen model; the answers stream into the last turn. */
export async function send(text: string, images: readonly Image[] = []): Promise<void> {
  const state = chat.getState();
  const ask = text.trim();
  if (state.models.length === 0 || (ask === '' && images.length === 0) || isRunning(state)) return;
  chat.setState(asked(state, ask, images, now()), true);
  await answerLast(state.models.map((_, lane) => lane));
}

/** Asks the last question again, of the models that are chosen now; with `lane`, only of that one. */
export async function regenerate(lane?: number): Promise<void> {
  stop();
  const { models, turns } = chat.getState();
  const last = turns.at(-1);
  if (!last || models.length === 0) return;
  const lanes = lane === undefined ? models.map((_, i) => i) : [lane];
  const answers = models.map((model, i) => (lanes.includes(i) ? begun(model) : (last.answers[i] ?? begun(model))));
  chat.setState({ changed: now(), turns: [...turns.slice(0, -1), { ...last, answers }] });
  await answerLast(lanes);
}

/** Asks a model what another program asked it, in a conversation of its own. */
export async function replay({ settings, turns, ask, images }: Replay, model: string): Promise<void> {
  openChat({ ...emptyChat(newId(), now()), models: [model], settings, turns });
  go('playground');
  await send(ask, images);
}

/** Asks a question anew in other words. What came after it stays in the archive, as the conversation it was. */
export async function resend(turn: number, text: string): Promise<void> {
  stop();
  const state = chat.getState();
  const old = state.turns.find(({ id }) => id === turn);
  if (!old) return;
  const rest = before(state, turn);
  if (old !== state.turns.at(-1)) openChat({ ...rest, id: newId(), created: now() });
  else chat.setState(rest, true);
  await send(text, old.images);
}

/** Goes on from that turn in a conversation of its own. */
export function branch(turn: number): void {
  openChat(branched(chat.getState(), turn, newId(), now()));
}

async function answerLast(lanes: readonly number[]): Promise<void> {
  const control = new AbortController();
  running = control;
  const state = chat.getState();
  const turn = state.turns.at(-1)?.id ?? 0;
  await Promise.all(
    lanes.map((lane) =>
      askModel(requestFor(state, lane), control.signal, (change) => {
        if (chat.getState().id === state.id) chat.setState(patched(chat.getState(), turn, lane, change), true);
      }),
    ),
  );
  if (running === control) running = null;
}

/** A conversation is written this long after it changed, ms. */
const KEEP_AFTER = 300;
let soon: ReturnType<typeof setTimeout> | null = null;

function keepNow(): void {
  if (soon !== null) clearTimeout(soon);
  soon = null;
  const state = chat.getState();
  rememberOpen(state.id);
  void keep(state);
}

function rememberOpen(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // forbidden: the next page then begins with an empty conversation
  }
}
