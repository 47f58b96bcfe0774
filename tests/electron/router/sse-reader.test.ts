import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseReader } from '../../../electron/router/sse-reader.ts';

/** The same, of the whole text at once. */
const plain = (text: string): string[] =>
  text
    .split(/\r?\n\r?\n/)
    .slice(0, -1)
    .map((event) =>
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(line[5] === ' ' ? 6 : 5)),
    )
    .filter((data) => data.length > 0)
    .map((data) => data.join('\n'));

describe('the reader of server-sent events', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    fc.constantFrom(': a comment', 'event: message', 'data:', 'data:{"a":"€🙂"}', 'id: 1'),
  );
  const stream = fc
    .tuple(fc.array(fc.array(line, { minLength: 1, maxLength: 3 })), fc.constantFrom('\n', '\r\n'))
    .map(([events, end]) => events.map((lines) => `${lines.join(end)}${end}${end}`).join(''));

  it('gives the same events however the bytes are cut, inside of characters too', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (text, sizes) => {
        const bytes = Buffer.from(text);
        const reader = createSseReader();
        const events: string[] = [];
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          events.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(events).toEqual(plain(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes an event of megabytes, and refuses one that never ends, in one line or in many', () => {
    const long = 'x'.repeat(64 * 1024);
    const reader = createSseReader();
    reader.push(Buffer.from('data: '));
    for (let n = 0; n < 128; n += 1) expect(reader.push(Buffer.from(long))).toEqual([]);
    expect(reader.push(Buffer.from('\n\n'))[0]?.length).toBe(128 * long.length);
    for (const piece of [long, `data: ${long}\n`]) {
      const endless = createSseReader();
      const push = () => {
        for (let n = 0; n < 300; n += 1) endless.push(Buffer.from(piece));
      };
      expect(push).toThrow('never ends');
    }
  });
});
