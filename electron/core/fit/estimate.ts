/**
 * What a model will take before it was ever loaded: its weights, the keys and values of its context, and buffers to compute in.
 * The formula and what it was held against: docs/decisions/0031-footprints.md.
 */
import type { FootprintParts } from '../../../shared/fit.ts';

/** What a model's file says of it; `null` where it does not. */
export interface ModelShape {
  /** Bytes of all its files. */
  readonly weights: number;
  readonly layers: number | null;
  readonly embedding: number | null;
  readonly feed_forward: number | null;
  readonly heads: number | null;
  /** `null` = as many as heads. */
  readonly kv_heads: number | null;
  /** Values for each head; `null` = embedding divided by heads. */
  readonly key_length: number | null;
  readonly value_length: number | null;
  /** Tokens it was trained for. */
  readonly trained: number | null;
}

/** How an engine will run it. */
export interface RunShape {
  /** Tokens that all slots together have room for. */
  readonly context: number;
  /** Tokens that one of them has at most. */
  readonly sequence: number;
  /** Tokens computed at a time. */
  readonly batch: number;
  /** Bytes of one value in the cache. */
  readonly key_bytes: number;
  readonly value_bytes: number;
  /** Bytes that the program takes without a model. */
  readonly program: number;
}

/** Bytes; or the name of what the file does not tell. */
export function estimateParts(shape: ModelShape, run: RunShape): FootprintParts | { readonly missing: string } {
  const { layers, embedding, heads } = shape;
  if (!layers) return { missing: 'the number of its layers' };
  if (!embedding) return { missing: 'the width of its layers' };
  const each = heads ? embedding / heads : null;
  const keys = shape.key_length ?? each;
  const values = shape.value_length ?? each;
  const kvHeads = shape.kv_heads || heads;
  if (!kvHeads || keys === null || values === null) return { missing: 'the number of its attention heads' };
  const token = layers * kvHeads * (keys * run.key_bytes + values * run.value_bytes);
  // Measured on llama-server b11669: a mask of two bytes for each token of a sequence, and 20 and 12 bytes for each value that the
  // two halves of a layer make.
  const step = 2 * run.sequence + 20 * embedding + 12 * (shape.feed_forward ?? 4 * embedding);
  return {
    weights: shape.weights,
    cache: Math.round(run.context * token),
    compute: Math.round(Math.min(run.batch, run.context) * step + run.program),
  };
}

/** Their sum. */
export const sumOf = ({ weights, cache, compute }: FootprintParts): number => weights + cache + compute;
