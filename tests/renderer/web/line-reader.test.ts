import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineReader } from '../../../renderer/web/line-reader.ts';

it('gives whole lines, however their bytes are cut', () => {
  const lines = fc.array(fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\n')));
  fc.assert(
    fc.property(lines, fc.array(fc.nat(200), { maxLength: 20 }), (all, cuts) => {
      const bytes = new TextEncoder().encode(all.map((line) => `${line}\n`).join(''));
      const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
      const got: string[] = [];
      const read = lineReader((line) => got.push(line));
      let from = 0;
      for (const end of ends) {
        read(bytes.slice(from, end).buffer);
        from = end;
      }
      expect(got).toEqual(all);
    }),
    { numRuns: 50 },
  );
});
