import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedLines, diffLines } from '../../shared/line-diff.ts';

describe('diffLines', () => {
  it('holds both texts: without what came it is the old one, without what went the new one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (not: string) =>
          lines
            .filter((l) => l.kind !== not)
            .map((l) => l.text)
            .join('\n');
        expect(of('added')).toBe(before);
        expect(of('removed')).toBe(after);
      }),
    );
  });

  it('finds a single changed line', () => {
    expect(diffLines('a\nb\nc', 'a\nB\nc').filter((l) => l.kind !== 'same')).toEqual([
      { kind: 'removed', text: 'b', before: 2, after: null },
      { kind: 'added', text: 'B', before: null, after: 2 },
    ]);
    expect(changedLines('a\nb\nc', 'a\nB\nc')).toEqual(new Set([2]));
    expect(changedLines('a\r\nb', 'a\nb')).toEqual(new Set());
  });
});
