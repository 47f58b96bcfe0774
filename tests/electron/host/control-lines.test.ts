import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine, encodeLine, lineReader } from '../../../electron/host/control-lines.ts';

/** Pushes the bytes cut at the given places; gives the lines and whether one was too long. */
function read(bytes: Buffer, cuts: readonly number[], limit: number): { lines: string[]; tooLong: number } {
  const lines: string[] = [];
  let tooLong = 0;
  const reader = lineReader(
    limit,
    (line) => lines.push(line),
    () => {
      tooLong += 1;
    },
  );
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    reader.push(bytes.subarray(from, place));
    from = place;
  }
  return { lines, tooLong };
}

describe('lineReader', () => {
  it('gives the same lines however the bytes are cut, also inside a character', () => {
    const line = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\n', ' '));
    void fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(400)), (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const wanted = texts.filter((text) => text.trim() !== '').map((text) => Buffer.from(text).toString('utf8'));
        expect(read(bytes, cuts, 1000)).toEqual({ lines: wanted, tooLong: 0 });
      }),
    );
  });

  it('takes a line of exactly the limit and complains once about a longer one, before its end has come', () => {
    expect(read(Buffer.from(`${'x'.repeat(10)}\n`), [3, 7], 10)).toEqual({ lines: ['xxxxxxxxxx'], tooLong: 0 });
    expect(read(Buffer.from(`ok\n${'x'.repeat(11)}`), [], 10)).toEqual({ lines: ['ok'], tooLong: 1 });
    expect(read(Buffer.from(`${'x'.repeat(30)}\nafter\n`), [12, 25], 10)).toEqual({ lines: [], tooLong: 1 });
  });

  it('obeys a limit that is changed on the way', () => {
    const lines: string[] = [];
    const reader = lineReader(
      3,
      (line) => {
        lines.push(line);
        reader.limit = 6;
      },
      () => lines.push('too long'),
    );
    reader.push(Buffer.from('abc\nabcdef\nabcdefg\n'));
    expect(lines).toEqual(['abc', 'abcdef', 'too long']);
  });
});

describe('encodeLine and decodeLine', () => {
  it('keep any object, on one line', () => {
    void fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json()), (object) => {
        const line = encodeLine(object);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(decodeLine(line)).toEqual({ ...object });
      }),
    );
  });

  it('take nothing for an object that is none', () => {
    for (const line of ['', '{', '[]', 'null', '1', '"x"', '{}{}']) expect(decodeLine(line)).toBeNull();
  });
});
