import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, filterLines, pieces, searchFor } from '../../../../renderer/features/engines/log-filter.ts';
import { logLines } from '../../support/recorded.ts';

const none = searchFor('', false);

describe('filterLines', () => {
  it('gives the very same lines when nothing is filtered', () => {
    const lines = logLines(10);
    expect(filterLines(lines, 'all', none)).toBe(lines);
  });

  it('keeps lines of at least a level; one without a level counts as info', () => {
    const lines = (['debug', null, 'info', 'warn', 'error'] as const).map((level, i) => ({
      ...logLines(1)[0],
      seq: i,
      level,
    }));
    const kept = (min: 'info' | 'warn' | 'error') =>
      filterLines(lines as ReturnType<typeof logLines>, min, none).length;
    expect([kept('info'), kept('warn'), kept('error')]).toEqual([4, 2, 1]);
  });

  it('searches without regard to case, plainly or by expression, again and again', () => {
    const lines = logLines(90);
    const plain = filterLines(lines, 'all', searchFor('MEMORY ON', false));
    expect(plain.length).toBeGreaterThan(3);
    expect(filterLines(lines, 'all', searchFor('memory (on|off)', true))).toEqual(plain);
    const search = searchFor('memory', false);
    expect(filterLines(lines, 'all', search)).toEqual(filterLines(lines, 'all', search));
  });

  it('says that an expression can’t be read', () => {
    expect(searchFor('(', true)).toEqual({ pattern: null, wrong: true });
    expect(searchFor('(', false).wrong).toBe(false);
  });
});

describe('pieces', () => {
  it('marks what was found and loses no sign', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, needle) => {
        const cut = pieces(text, searchFor(needle, false));
        expect(cut.map((p) => p.text).join('')).toBe(text);
        for (const piece of cut) if (piece.found) expect(piece.text.toLowerCase()).toBe(needle.toLowerCase());
      }),
    );
  });

  it('is not caught by an expression that matches nothing', () => {
    expect(pieces('aab', searchFor('x*', true))).toEqual([{ text: 'aab', found: false }]);
  });
});

describe('columns', () => {
  it('counts wide signs twice', () => expect(columns('a漢🙂')).toBe(5));
});
