/**
 * The conversations of this window, kept in its own database (IndexedDB): at most so many and so much, the oldest go first.
 * Where there is none (a private window, a full disk) everything works, but for what a reload then loses.
 */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { Conversation } from './conversation.ts';

export const MAX_CHATS = 200;
/** As JSON, UTF-16 units. */
const MAX_SIZE = 32 * 1024 * 1024;

let store: UseStore | null = null;
const own = (): UseStore => {
  store ??= createStore('stackyard', 'chats');
  return store;
};

/** Keeps a conversation in the state it has now. */
export const keep = (chat: Conversation): Promise<void> => quietly(() => set(chat.id, chat, own()), undefined);

/** Drops the oldest beyond the bounds. */
export const prune = (): Promise<void> =>
  quietly(async () => {
    for (const old of surplus(await all())) await del(old, own());
  }, undefined);

/** That conversation; `null` when it is not kept. */
export const read = (id: string): Promise<Conversation | null> =>
  quietly(async () => (await get<Conversation>(id, own())) ?? null, null);

export const forget = (id: string): Promise<void> => quietly(() => del(id, own()), undefined);

/** Those that were begun, newest first, and say every word of `text` in a question or an answer. */
export async function find(text = ''): Promise<readonly Conversation[]> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = await quietly(all, []);
  return kept.filter((chat) => {
    if (chat.turns.length === 0) return false;
    const said = textOf(chat);
    return words.every((word) => said.includes(word));
  });
}

async function all(): Promise<readonly Conversation[]> {
  const rows = await entries<string, Conversation>(own());
  return rows.map(([, chat]) => chat).sort((a, b) => b.changed.localeCompare(a.changed));
}

/** Ids beyond the bounds, of conversations newest first. The newest always stays. Pure. */
export function surplus(chats: readonly Conversation[], most = MAX_CHATS, size = MAX_SIZE): readonly string[] {
  let sum = 0;
  return chats
    .filter((chat, i) => {
      sum += JSON.stringify(chat).length;
      return i > 0 && (i >= most || sum > size);
    })
    .map(({ id }) => id);
}

const textOf = ({ models, turns }: Conversation): string =>
  [...models, ...turns.flatMap((turn) => [turn.ask, ...turn.answers.map(({ content }) => content)])]
    .join('\n')
    .toLowerCase();

async function quietly<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}
