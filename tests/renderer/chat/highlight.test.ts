import { describe, expect, it } from 'vitest';
import { highlight } from '../../../renderer/chat/highlight.ts';

const CODE = 'def f(x):\n    # <b>\n    return "a" + 1\n';

describe('highlight', () => {
  it('colours a known language and loses no sign of it', () => {
    const pieces = highlight('Python', CODE);
    expect(pieces.map(({ text }) => text).join('')).toBe(CODE);
    const of = (colour: string) => pieces.filter((piece) => piece.colour === colour).map(({ text }) => text);
    expect(of('key')).toEqual(['def', 'return']);
    expect(of('string')).toEqual(['"a"']);
    expect(of('number')).toEqual(['1']);
    expect(of('comment')).toEqual(['# <b>']);
  });

  it('leaves what it does not know, and what is too long, as it is', () => {
    expect(highlight('brainfuck', CODE)).toEqual([{ text: CODE, colour: null }]);
    expect(highlight('', CODE)).toEqual([{ text: CODE, colour: null }]);
    const long = 'x = 1\n'.repeat(20_000);
    expect(highlight('python', long)).toEqual([{ text: long, colour: null }]);
  });
});
