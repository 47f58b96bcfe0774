import { describe, expect, it } from 'vitest';
import { exported } from '../../../renderer/chat/export.ts';
import { conversation } from '../support/chats.ts';

const CHAT = conversation('a', [['Why *this*?', 'Because.', 'No idea.']], { models: ['a', 'b'] });

describe('exported', () => {
  it('writes Markdown that tells who said what', () => {
    const file = exported(CHAT, 'Markdown');
    expect(file.name).toBe('why-this.md');
    expect(file.text).toBe(
      '# Why *this*?\n\n_2026-11-23T08:00:00.000Z_\n\n## You\n\nWhy *this*?\n\n## a\n\nBecause.\n\n## b\n\nNo idea.\n',
    );
  });

  it('writes JSON that is the whole conversation', () => {
    const file = exported(CHAT, 'JSON');
    expect(file.name).toBe('why-this.json');
    expect(JSON.parse(file.text)).toEqual(CHAT);
  });

  it('has a name for a chat of signs alone', () => {
    expect(exported(conversation('a', [['???', 'x']]), 'JSON').name).toBe('chat.json');
  });
});
