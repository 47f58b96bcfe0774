import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../shared/config/frame.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

const first = (text: string): string => {
  const [found] = parseConfig(text).findings;
  if (!found) throw new Error('no finding');
  return frame(text, found);
};

describe('frame', () => {
  it('shows the line with carets under the place', () => {
    expect(first('version: 1\ngatway: {}\n')).toBe('  2 | gatway: {}\n    | ^^^^^^');
    expect(first('version: 1\r\ngateway: { prot: 1 }\r\n')).toBe('  2 | gateway: { prot: 1 }\n    |            ^^^^');
  });

  it('keeps carets under wide characters and tabs', () => {
    expect(first('aliases: { 日本: nobody }\n')).toBe(
      '  1 | aliases: { 日本: nobody }\n    |                  ^^^^^^',
    );
    expect(frame('a:\tb', { line: 1, column: 4, endLine: 1, endColumn: 5 })).toBe('  1 | a: b\n    |    ^');
  });

  it('cuts a long line around the place', () => {
    const text = `# ${'x'.repeat(300)} here ${'y'.repeat(300)}`;
    const shown = frame(text, { line: 1, column: 304, endLine: 1, endColumn: 308 });
    expect(shown).toMatch(/^ {2}1 \| …x+ here y+…\n {4}\| {22}\^{4}$/);
  });

  it('marks the whole rest of the line when the place goes on below', () => {
    expect(frame('ab: [\n1', { line: 1, column: 5, endLine: 2, endColumn: 2 })).toBe('  1 | ab: [\n    |     ^');
  });

  it('never moves the cursor and never throws', () => {
    const number = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        number,
        number,
        number,
        number,
        (text, line, column, endLine, endColumn) => {
          const shown = frame(text, { line, column, endLine, endColumn });
          expect(shown.split('\n')).toHaveLength(2);
          expect(shown.replace('\n', '')).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
  });
});
