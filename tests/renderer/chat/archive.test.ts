import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { find, forget, keep, MAX_CHATS, prune, read, surplus } from '../../../renderer/chat/archive.ts';
import { conversation } from '../support/chats.ts';

const at = (n: number) => ({ changed: new Date(1_700_000_000_000 + n).toISOString() });

afterEach(async () => {
  for (const { id } of await find()) await forget(id);
});

describe('the archive', () => {
  it('keeps, reads, finds by words of questions and answers, and forgets', async () => {
    await keep(conversation('a', [['About cats', 'They purr.']], at(1)));
    await keep(conversation('b', [['About dogs', 'They bark.']], at(2)));
    expect((await find()).map(({ id }) => id)).toEqual(['b', 'a']);
    expect((await find('PURR cats')).map(({ id }) => id)).toEqual(['a']);
    expect(await find('purr dogs')).toEqual([]);
    expect((await read('a'))?.turns[0]?.ask).toBe('About cats');
    await forget('a');
    expect(await read('a')).toBeNull();
  });

  it('does not list what was never begun', async () => {
    await keep(conversation('empty', [], at(1)));
    expect(await find()).toEqual([]);
    expect(await read('empty')).not.toBeNull();
    await forget('empty');
  });

  it('drops the oldest beyond its bounds', async () => {
    for (let n = 0; n < MAX_CHATS + 3; n += 1) await keep(conversation(`c${n}`, [['q', 'a']], at(n)));
    await prune();
    const kept = (await find()).map(({ id }) => id);
    expect(kept).toHaveLength(MAX_CHATS);
    expect(kept).not.toContain('c0');
    expect(kept).toContain('c3');
  });
});

describe('surplus', () => {
  it('is what is too much, but never the newest', () => {
    const big = (id: string) => conversation(id, [['x'.repeat(1000), 'a']]);
    expect(surplus([big('a'), big('b'), big('c')], 10, 4000)).toEqual(['c']);
    expect(surplus([big('a'), big('b')], 10, 10)).toEqual(['b']);
  });
});
