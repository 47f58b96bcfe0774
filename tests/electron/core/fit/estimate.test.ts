import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateParts, type ModelShape, type RunShape, sumOf } from '../../../../electron/core/fit/estimate.ts';

const MIB = 1024 ** 2;
const run = (change: Partial<RunShape> = {}): RunShape => ({
  context: 8192,
  sequence: 8192,
  batch: 512,
  key_bytes: 2,
  value_bytes: 2,
  program: 0,
  ...change,
});
/** `node build/tiny-model.mjs OUT --embd 512 --ff 2048 --layers 8 --ctx 8192`. */
const WIDE: ModelShape = {
  weights: 128_109_536,
  layers: 8,
  embedding: 512,
  feed_forward: 2048,
  heads: 16,
  kv_heads: 8,
  key_length: null,
  value_length: null,
  trained: 8192,
};

// "KV buffer size" and "compute buffer size" in the log of llama-server b11669, `-t 1 -v` on a processor.
describe('what llama-server said of its buffers', () => {
  it.each([
    ['as it comes', {}, 64, 25.02],
    ['-c 2048', { context: 2048, sequence: 2048 }, 16, 19.02],
    ['-c 2048 -ub 128', { context: 2048, sequence: 2048, batch: 128 }, 16, 4.75],
    ['-ctk q8_0 -ctv q8_0', { key_bytes: 34 / 32, value_bytes: 34 / 32 }, 34, 25.02],
    ['-np 2', { context: 16384 }, 128, 25.02],
  ])('is what is reckoned: %s', (_, change, cache, compute) => {
    const parts = estimateParts(WIDE, run(change));
    if ('missing' in parts) throw new Error(parts.missing);
    expect(parts.cache / MIB).toBeCloseTo(cache, 5);
    expect(parts.compute / MIB).toBeCloseTo(compute, 1);
    expect(sumOf(parts)).toBe(WIDE.weights + parts.cache + parts.compute);
  });

  it('of a model of other widths too', () => {
    const other = { ...WIDE, layers: 6, embedding: 1024, feed_forward: 4096, kv_heads: 8, heads: 16 };
    const parts = estimateParts(other, run({ context: 4096, sequence: 4096 }));
    expect(parts).toMatchObject({ cache: 48 * MIB });
    expect('compute' in parts && parts.compute / MIB).toBeCloseTo(38.02, 1);
  });
});

describe('a file that does not tell everything', () => {
  it.each([
    [{ layers: null }, 'the number of its layers'],
    [{ layers: 0 }, 'the number of its layers'],
    [{ embedding: null }, 'the width of its layers'],
    [{ heads: null, kv_heads: null }, 'the number of its attention heads'],
    [{ heads: 0, kv_heads: null }, 'the number of its attention heads'],
  ])('gives no estimate, and says what is missing: %j', (change, missing) => {
    expect(estimateParts({ ...WIDE, ...change }, run())).toEqual({ missing });
  });

  it('has as many heads for keys as for questions, and four times its width, when it says nothing else', () => {
    const silent = estimateParts({ ...WIDE, kv_heads: null, feed_forward: null }, run());
    expect(silent).toEqual(estimateParts({ ...WIDE, kv_heads: 16, feed_forward: 2048 }, run()));
  });
});

it('more of anything never takes less', () => {
  const shape = fc.record({
    weights: fc.integer({ min: 0, max: 2 ** 40 }),
    layers: fc.integer({ min: 1, max: 200 }),
    embedding: fc.integer({ min: 1, max: 20_000 }),
    feed_forward: fc.integer({ min: 1, max: 100_000 }),
    heads: fc.integer({ min: 1, max: 256 }),
    kv_heads: fc.integer({ min: 1, max: 256 }),
    key_length: fc.integer({ min: 1, max: 512 }),
    value_length: fc.integer({ min: 1, max: 512 }),
    trained: fc.constant(null),
  });
  const of = (model: ModelShape, how: RunShape): number => {
    const parts = estimateParts(model, how);
    return 'missing' in parts ? Number.NaN : sumOf(parts);
  };
  fc.assert(
    fc.property(
      shape,
      fc.integer({ min: 1, max: 2 ** 20 }),
      fc.integer({ min: 0, max: 2 ** 20 }),
      (model, n, more) => {
        const small = of(model, run({ context: n, sequence: n }));
        expect(Number.isSafeInteger(small)).toBe(true);
        expect(small).toBeGreaterThanOrEqual(model.weights);
        expect(of(model, run({ context: n + more, sequence: n + more }))).toBeGreaterThanOrEqual(small);
        expect(of({ ...model, layers: model.layers + 1 }, run({ context: n, sequence: n }))).toBeGreaterThanOrEqual(
          small,
        );
        expect(of(model, run({ context: n, sequence: n, key_bytes: 4 }))).toBeGreaterThanOrEqual(small);
      },
    ),
  );
});
