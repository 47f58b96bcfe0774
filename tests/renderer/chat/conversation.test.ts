import { describe, expect, it } from 'vitest';
import { before, branched, isRunning, patched, settled, titleOf } from '../../../renderer/chat/conversation.ts';
import { conversation } from '../support/chats.ts';

const CHAT = conversation('a', [
  ['one', 'first'],
  ['two', 'second'],
  ['three', ''],
]);
const asks = (chat: typeof CHAT) => chat.turns.map(({ ask }) => ask);

describe('a conversation', () => {
  it('is running while its last answer comes, and settled stopped when it is read again', () => {
    expect(isRunning(CHAT)).toBe(true);
    expect(isRunning(settled(CHAT))).toBe(false);
    expect(settled(CHAT).turns[2]?.answers[0]?.state).toBe('stopped');
  });

  it('can be cut before a question, and branched after its answer', () => {
    expect(asks(before(CHAT, 2))).toEqual(['one']);
    const other = branched(CHAT, 2, 'b', '2026-11-24T08:00:00.000Z');
    expect(asks(other)).toEqual(['one', 'two']);
    expect(other.id).toBe('b');
    expect(asks(CHAT)).toHaveLength(3);
  });

  it('is called by the first line of its first question', () => {
    expect(titleOf(conversation('a', [['Why?\nBecause', 'x']]))).toBe('Why?');
    expect(titleOf(conversation('a', [['x'.repeat(200), 'x']]))).toHaveLength(80);
    expect(titleOf(conversation('a', []))).toBe('New chat');
  });

  it('keeps the identity of all that a change does not touch', () => {
    const next = patched(CHAT, 2, 0, (answer) => ({ ...answer, content: 'other' }));
    expect(next.turns[1]?.answers[0]?.content).toBe('other');
    expect(next.turns[0]).toBe(CHAT.turns[0]);
    expect(patched(CHAT, 2, 0, (answer) => answer)).toBe(CHAT);
    expect(patched(CHAT, 9, 0, (answer) => ({ ...answer }))).toBe(CHAT);
  });
});
