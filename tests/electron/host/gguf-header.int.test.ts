import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTinyModel } from '../../../build/tiny-model.mjs';
import { readModelHeader } from '../../../electron/host/gguf-header.ts';
import { type GgufEntry, gguf, texts } from '../../support/gguf.ts';
import { tempFolder } from '../../support/tmp.ts';

const folder = tempFolder('gguf');
const tiny = join(folder, 'tiny.gguf');
makeTinyModel(tiny, { name: 'Tiny model' });
const whole = readFileSync(tiny);

let count = 0;
function file(bytes: Uint8Array, size = bytes.length): string {
  const path = join(folder, `${++count}.gguf`);
  writeFileSync(path, bytes);
  if (size > bytes.length) {
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, size);
    closeSync(fd);
  }
  return path;
}
const header = async (entries: GgufEntry[], tensors = [{ name: 'w', shape: [1] }]) => {
  const answer = await readModelHeader(file(gguf(entries, tensors), 1 << 23));
  if (!answer.ok) throw new Error(answer.problem);
  return answer.header;
};
const problem = async (path: string) => {
  const answer = await readModelHeader(path);
  return answer.ok ? null : answer.problem;
};
const text = (key: string, value: string): GgufEntry => ({ key, type: 'text', value });
const u32 = (key: string, value: number): GgufEntry => ({ key, type: 'u32', value });
const llama = text('general.architecture', 'llama');

describe('the header of a model', () => {
  it('tells what the model is', async () => {
    expect(await readModelHeader(tiny)).toEqual({
      ok: true,
      header: {
        name: 'Tiny model',
        architecture: 'llama',
        purpose: 'chat',
        quantization: 'F32',
        context_length: 2048,
        parameters: expect.any(Number),
        bytes: whole.length,
        split: null,
        shape: {
          layers: 2,
          embedding: 64,
          feed_forward: 128,
          heads: 4,
          kv_heads: 2,
          key_length: null,
          value_length: null,
        },
      },
    });
  });

  it('counts the weights that are in the file', async () => {
    const { parameters } = await header(
      [llama],
      [
        { name: 'a', shape: [64, 32] },
        { name: 'b', shape: [10] },
      ],
    );
    expect(parameters).toBe(2058);
  });

  it('is read past a vocabulary of any length, which is not kept', async () => {
    const words = texts(
      'tokenizer.ggml.tokens',
      Array.from({ length: 200_000 }, (_, i) => `word ${i}`),
    );
    const model = await header([llama, words, u32('general.file_type', 15), u32('llama.context_length', 131_072)]);
    expect(model).toMatchObject({ quantization: 'Q4_K_M', context_length: 131_072 });
  });

  it.each([
    ['a vision projector', [text('general.architecture', 'clip')], 'projector'],
    ['a projector by its type', [llama, text('general.type', 'mmproj')], 'projector'],
    ['a LoRA adapter', [llama, text('general.type', 'adapter')], 'adapter'],
    ['an encoder', [text('general.architecture', 'nomic-bert')], 'embedding'],
    ['a pooled decoder', [text('general.architecture', 'qwen3'), u32('qwen3.pooling_type', 3)], 'embedding'],
    ['a ranker', [text('general.architecture', 'qwen3'), u32('qwen3.pooling_type', 4)], 'reranker'],
    ['a model without pooling', [llama, u32('llama.pooling_type', 0), u32('llama.block_count', 2)], 'chat'],
    ['what makes pictures', [text('general.architecture', 'flux')], 'other'],
  ] as const)('knows %s', async (_, entries, purpose) => {
    expect((await header([...entries])).purpose).toBe(purpose);
  });

  it('tells the part of a split model, and the most heads of all layers', async () => {
    const heads: GgufEntry = { key: 'llama.attention.head_count_kv', type: 'list', items: 'u32', value: [0, 8, 4] };
    const model = await header([llama, u32('split.no', 1), u32('split.count', 3), heads]);
    expect(model.split).toEqual({ part: 2, parts: 3 });
    expect(model.shape.kv_heads).toBe(8);
  });
});

describe('a part of a split model', () => {
  // As llama.cpp's gguf-split writes them: everything in the first, only numbers in the others.
  const numbers = (no: number) => [u32('split.no', no), u32('split.count', 2), u32('split.tensors.count', 3)];
  it('is read without the facts that only the first one has', async () => {
    expect(await header(numbers(1))).toMatchObject({
      architecture: null,
      purpose: 'chat',
      split: { part: 2, parts: 2 },
    });
  });
  it('may be a header only', async () => {
    expect(await header([llama, ...numbers(0)], [])).toMatchObject({ parameters: 0, split: { part: 1, parts: 2 } });
  });
});

describe('what is no readable model', () => {
  it('a file that does not come in time', async () => {
    const long = gguf([
      texts(
        'words',
        Array.from({ length: 400_000 }, (_, i) => `word ${i}`),
      ),
      llama,
    ]);
    expect(await readModelHeader(file(long), { timeoutMs: 1 })).toEqual({
      ok: false,
      problem: 'the disk did not answer in time',
    });
  });

  it.each([
    ['empty', Buffer.alloc(0), 'it is empty'],
    ['a few bytes', Buffer.from('GGUF'), 'it is too short for a model'],
    ['a web page', Buffer.from('<!doctype html><title>Sign in</title>'), 'it is no GGUF file'],
    ['version 1', gguf([llama], [], { version: 1 }), 'its GGUF version 1 is no longer in use'],
    ['a later version', gguf([llama], [], { version: 9 }), 'its GGUF version is not known'],
    ['absurdly many entries', gguf([llama], [], { entries: 2n ** 63n }), /claims \d+ entries/],
    ['absurdly many tensors', gguf([llama], [], { tensors: 2n ** 64n - 1n }), /claims \d+ tensors/],
    ['a vocabulary without weights', gguf([llama]), 'it holds no weights'],
    ['no architecture', gguf([text('general.name', 'x')]), 'its header names no architecture'],
    [
      'a text that goes on beyond the end',
      gguf([{ key: 'a', type: 'text', value: 'x', length: 2n ** 60n }]),
      /ends in the middle/,
    ],
    [
      'a list that goes on beyond the end',
      gguf([{ key: 'a', type: 'list', items: 'u32', value: [1], length: 2n ** 61n }]),
      /ends in the middle/,
    ],
    [
      'a type that does not exist',
      gguf([{ key: 'a', type: 'raw', code: 77, value: Buffer.alloc(40) }]),
      /unknown type/,
    ],
    [
      'weights that are not there',
      gguf([llama], [{ name: 'a', shape: [4096, 4096] }]),
      /cannot fit|bytes are missing/,
    ],
    [
      'weights that no file can hold',
      gguf([llama], [{ name: 'a', shape: [2 ** 31, 2 ** 31, 2 ** 31] }]),
      /broken|missing/,
    ],
  ] as const)('%s', async (_, bytes, expected) => {
    const said = await problem(file(bytes));
    if (typeof expected === 'string') expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it('lists in lists, down to where nobody counts any more', async () => {
    // each list holds one list
    const nested = Buffer.concat(
      Array.from({ length: 5_000 }, () => {
        const one = Buffer.alloc(12);
        one.writeUInt32LE(9);
        one.writeBigUInt64LE(1n, 4);
        return one;
      }),
    );
    expect(await problem(file(gguf([{ key: 'a', type: 'raw', code: 9, value: nested }])))).toMatch(/lists in lists/);
  });

  it('a file that was cut: in its header, or in its weights', async () => {
    for (const length of [24, 100, 2_000, whole.length - 1, Math.floor(whole.length / 2)])
      expect(await problem(file(whole.subarray(0, length)))).toMatch(/not copied or downloaded to the end/);
  });

  it.skipIf(process.platform === 'win32')('a folder, a pipe that nobody writes, a dead link', async () => {
    const [pipe, dir, link] = ['pipe.gguf', 'dir.gguf', 'link.gguf'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    execFileSync('mkfifo', [pipe]);
    mkdirSync(dir);
    symlinkSync('nowhere', link);
    expect(await problem(pipe)).toBe('it is no file');
    expect(await problem(dir)).toBe('it is no file');
    expect(await problem(link)).toBe('it is gone');
  });

  it('a file of somebody else', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such permissions');
    if (process.getuid?.() === 0) context.skip('root may read every file');
    const path = file(whole);
    chmodSync(path, 0o000);
    expect(await problem(path)).toBe('it may not be read by this user');
  });

  it('whatever was done to a real header: it answers, in time, with little memory', async () => {
    const end = 8_000; // the header and the first weights
    const change = fc.record({
      at: fc.integer({ min: 4, max: end }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    });
    const path = join(folder, 'changed.gguf');
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, bytes: put } of changes) bytes.set(put, at);
        writeFileSync(path, bytes);
        const answer = await readModelHeader(path);
        if (!answer.ok) expect(answer.problem).toMatch(/^(it|its|a|\d+ of its) /);
        else expect(answer.header.bytes).toBe(whole.length);
      }),
      { numRuns: 300 },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });
});
