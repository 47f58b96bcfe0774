import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessLevel, MAX_LINE, ownLine, splitter, toLine } from '../../../electron/host/log-lines.ts';

const plain = (text: string) => text;
const show = (text: string | Buffer, redact = plain) => toLine({ seq: 7, bytes: Buffer.from(text) }, null, redact);

describe('splitter', () => {
  it('gives the same lines at the same places however the bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }).map((s) => s.replaceAll('\n', '·'))),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.nat(1000),
        (texts, sizes, start) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          const cut = splitter(start);
          const lines = [];
          for (let at = 0, n = 0; at < bytes.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            lines.push(...cut.feed(bytes.subarray(at, at + size)));
            at += size;
          }
          expect(lines.map((line) => line.bytes.toString())).toEqual(texts);
          let place = start;
          for (const [n, line] of lines.entries()) {
            expect(line.seq).toBe(place);
            place += Buffer.byteLength(texts[n] ?? '') + 1;
          }
          expect(cut.open).toBe(false);
          expect(cut.flush()).toBeNull();
        },
      ),
    );
  });

  it('holds an unended line until it ends or is asked for', () => {
    const cut = splitter(0);
    expect(cut.feed(Buffer.from('a\nbe'))).toEqual([{ seq: 0, bytes: Buffer.from('a') }]);
    expect(cut.open).toBe(true);
    expect(cut.feed(Buffer.from('gun'))).toEqual([]);
    expect(cut.flush()).toEqual({ seq: 2, bytes: Buffer.from('begun') });
    expect(cut.flush()).toBeNull();
    // The newline that comes later ended that line; it is no empty one.
    expect(cut.feed(Buffer.from('\nc\n\n'))).toEqual([
      { seq: 8, bytes: Buffer.from('c') },
      { seq: 10, bytes: Buffer.alloc(0) },
    ]);
  });

  it('keeps no more of an endless line than is shown of it', () => {
    const cut = splitter(0);
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let n = 0; n < 100; n += 1) cut.feed(piece);
    const [line] = cut.feed(Buffer.from('\n'));
    expect(line?.bytes.length).toBeLessThanOrEqual(2 * MAX_LINE);
    expect(cut.feed(Buffer.from('next\n'))).toEqual([{ seq: 6_553_601, bytes: Buffer.from('next') }]);
  });
});

describe('toLine', () => {
  it('takes colours, titles, links and control characters away', () => {
    const esc = '\u001b';
    expect(
      show(`${esc}[32mINFO${esc}[0m: ${esc}]8;;http://x${esc}\\here${esc}]8;;\u0007 ${esc}[2K\u0008done\ttab`).text,
    ).toBe('INFO: here done\ttab');
    expect(show(`${esc}[38;2;1;2;3mx${esc}(B`).text).toBe('x');
  });

  it('shows what a progress bar last drew', () => {
    expect(show('  0%|    |\r 50%|██  |\r100%|████|\r').text).toBe('100%|████|');
    expect(show('windows\r').text).toBe('windows');
  });

  it('survives bytes that are no text', () => {
    expect(show(Buffer.from([0x61, 0xff, 0xc3, 0x62])).text).toBe('a\ufffd\ufffdb');
  });

  it('caps a long line, and hides a secret that lies across the cap', () => {
    expect(show('é'.repeat(MAX_LINE)).text).toHaveLength(MAX_LINE);
    const secret = 's3cret-s3cret';
    const text = `${'x'.repeat(MAX_LINE - 6)}${secret} and more`;
    expect(show(text, (found) => found.replaceAll(secret, '***')).text).not.toContain('s3');
  });

  it('knows a line of Stackyard’s own again', () => {
    const at = new Date('2026-11-23T09:04:26.000Z');
    const [first, second] = ownLine('Stopping.\nIt took long.', 'warn', at).trimEnd().split('\n');
    expect(show(first as string)).toEqual({
      seq: 7,
      at: at.toISOString(),
      level: 'warn',
      text: 'Stopping.',
      source: 'stackyard',
    });
    expect(show(second as string).text).toBe('It took long.');
    expect(show('[stackyard] I am an engine')).toMatchObject({
      source: 'engine',
      text: '[stackyard] I am an engine',
    });
  });
});

describe('guessLevel', () => {
  it.each([
    // recorded from llama-server
    ['0.00.017.364 I srv    load_model: loading model', 'info'],
    ['0.00.026.792 W srv    operator(): unauthorized: Invalid API Key', 'warn'],
    ['0.00.030.001 E srv    load_model: failed to load', 'error'],
    ['0.00.030.001 D srv    x', 'debug'],
    // the manners of Python logging, uvicorn, vLLM, LiteLLM, Ollama
    ['INFO 11-23 09:04:26 [api_server.py:1] vLLM API server version', 'info'],
    ['(EngineCore_0 pid=12) WARNING 11-23 09:04:26 [x.py:3] slow', 'warn'],
    ['INFO:     Started server process [123]', 'info'],
    ['09:04:26 - LiteLLM Proxy:ERROR: proxy_server.py:1 - boom', 'error'],
    ['2026-11-23 09:04:26,123 - vllm - CRITICAL - out', 'error'],
    ['time=2026-11-23T09:04:26.000Z level=WARN source=x.go:1 msg="low"', 'warn'],
    ['{"ts":1,"level":"error","msg":"x"}', 'error'],
    ['[WARNING] careful', 'warn'],
    ['2026-11-23T09:04:26Z DEBUG x', 'debug'],
    ['error: invalid argument: --no-mmap', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['torch.OutOfMemoryError: CUDA out of memory', 'error'],
    // and nothing where nothing is said
    ['I am an information about errors', null],
    ['no error here', null],
    ['', null],
  ])('%s', (text, level) => {
    expect(guessLevel(text)).toBe(level);
  });
});
