import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseItem, sseParser } from '../../../renderer/chat/sse.ts';

/** All items of a stream that arrives in pieces cut at the given places. */
function parse(bytes: Uint8Array, cuts: readonly number[] = []): readonly SseItem[] {
  const parser = sseParser();
  const places = [...new Set(cuts.map((c) => c % (bytes.length + 1)))].sort((a, b) => a - b);
  const items: SseItem[] = [];
  let from = 0;
  for (const to of [...places, bytes.length]) {
    items.push(...parser.push(bytes.subarray(from, to)));
    from = to;
  }
  return [...items, ...parser.end()];
}

const bytes = (text: string) => new TextEncoder().encode(text);
const event = (data: string, name = 'message'): SseItem => ({ type: 'event', event: name, data });

describe('sseParser', () => {
  it('gives events and comments in order', () => {
    expect(parse(bytes(': hello\ndata: one\n\nevent: x\ndata: two\ndata: lines\n\n:\n'))).toEqual([
      { type: 'comment', text: 'hello' },
      event('one'),
      event('two\nlines', 'x'),
      { type: 'comment', text: '' },
    ]);
  });

  it('takes CR, LF and CRLF as line ends, also when a CRLF is cut in two', () => {
    const wanted = [event('a'), event('b')];
    expect(parse(bytes('data: a\r\rdata: b\r\r'))).toEqual(wanted);
    const crlf = bytes('data: a\r\n\r\ndata: b\r\n\r\n');
    for (let cut = 0; cut <= crlf.length; cut += 1) expect(parse(crlf, [cut])).toEqual(wanted);
  });

  it('drops an event that no empty line closed, and a leading BOM', () => {
    expect(parse(bytes('\ufeffdata: a\n\ndata: cut off'))).toEqual([event('a')]);
  });

  it('keeps a value’s own colons and all but the first space; ignores other fields', () => {
    expect(parse(bytes('id: 7\nretry: 5\ndata:  {"a": 1}\ndata\n\n'))).toEqual([event(' {"a": 1}\n')]);
  });

  it('says the same however the bytes are cut', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }).map((s) => `data: ${s.replace(/[\r\n]/g, ' ')}`),
      fc.string().map((s) => `: ${s.replace(/[\r\n]/g, ' ')}`),
      fc.constantFrom('', 'data: é漢🙂', 'event: ping', 'data', ':'),
    );
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')))
      .map((lines) => bytes(lines.flat().join('')));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(500)), (all, cuts) => {
        expect(parse(all, cuts)).toEqual(parse(all));
      }),
    );
  });

  it('survives one byte at a time', () => {
    const all = bytes('data: {"content":"漢字 🙂 é"}\n\n: stackyard route=a/b\n\n');
    expect(
      parse(
        all,
        Array.from({ length: all.length }, (_, i) => i),
      ),
    ).toEqual([event('{"content":"漢字 🙂 é"}'), { type: 'comment', text: 'stackyard route=a/b' }]);
  });
});
