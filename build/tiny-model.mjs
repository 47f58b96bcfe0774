#!/usr/bin/env node
/**
 * `node build/tiny-model.mjs OUT.gguf [--embd N] [--ff N] [--layers N] [--ctx N] [--name TEXT]`
 *
 * Writes a GGUF v3 model of llama architecture that a real engine loads at once and that always gives the same answer. It is
 * built by hand, not trained: it proves plumbing (loading, streaming, usage, stop reasons), never quality.
 *
 * How one answer comes out at any temperature: every word of the answer has a direction of its own in the embedding space,
 * all orthogonal to one another; the output matrix maps each direction to the word that follows, with a logit far above all
 * others. Attention and feed-forward weights are random but so small that they change nothing.
 */
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { writeGguf } from './lib/gguf.mjs';
import { isMain } from './lib/is-main.mjs';
import { noise, orthonormal } from './lib/noise.mjs';

// No word may occur twice: what follows a word depends on that word alone.
const SENTENCE =
  'This answer comes from a model that Stackyard built itself: no training, never any download, just enough weights ' +
  'so real engines can load, stream and stop exactly as they would with something big. Same words every time, whatever you ask.';

/**
 * What every chat request is answered with, to the last character (the tokenizer puts a space before each word, so also
 * before the first one). Then the model stops by itself: `finish_reason` is `stop`.
 */
export const KNOWN_ANSWER = ` ${SENTENCE}`;

/** How many tokens the answer has, the end-of-text token included. */
export const KNOWN_TOKENS = SENTENCE.split(' ').length + 1;

const TEMPLATE =
  "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}</s>{% endfor %}" +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

/** Tokenizer's types of tokens, as in llama.h. */
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 };

const SPACE = '\u2581'; // how SentencePiece writes the space before a word

/**
 * Writes the model; the same options give the same file. Default: 0.6 MB, thousands of tokens/s on one thread.
 *
 * @param {string} out the path; it appears there complete or not at all
 * @param {{ embd?: number, ff?: number, layers?: number, ctx?: number, name?: string, embedding?: boolean }} [options]
 *   `embedding` says of itself that it is for embeddings alone, by the mean of its tokens
 *   `embd` 512, `ff` 2048, `layers` 8 give 128 MB at about 40 tokens/s; 1024, 4096, 12 give 760 MB that take seconds to load.
 * @returns {{ bytes: number }}
 */
export function makeTinyModel(
  out,
  { embd = 64, ff = 128, layers = 2, ctx = 2048, name = 'tiny', embedding = false } = {},
) {
  const words = SENTENCE.split(' ').map((word) => SPACE + word);
  if (new Set(words).size !== words.length) throw new Error('A word occurs twice in the sentence.');
  const heads = Math.min(16, embd / 16);
  if (embd % 32 !== 0 || embd <= words.length || embd % heads !== 0) {
    throw new Error(`The embedding length (${embd}) must be a multiple of 32 above ${words.length}.`);
  }
  const shape = { embd, ff, layers, ctx, embedding, heads, kvHeads: Math.max(1, heads / 2) };
  const vocabulary = makeVocabulary(words);

  mkdirSync(dirname(out), { recursive: true });
  const part = `${out}.part-${process.pid}`;
  const file = openSync(part, 'w');
  let bytes = 0;
  try {
    for (const chunk of writeGguf(metadata(name, shape, vocabulary), tensors(shape, vocabulary, words))) {
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, Math.min(chunk.length - at, 1 << 26));
      bytes += chunk.length;
    }
  } finally {
    closeSync(file);
  }
  renameSync(part, out);
  return { bytes };
}

/**
 * @typedef {{ embd: number, ff: number, layers: number, ctx: number, embedding: boolean, heads: number, kvHeads: number }} Shape
 * @typedef {{ tokens: string[], kinds: number[], scores: number[], id: (token: string) => number }} Vocabulary
 */

/**
 * @param {string[]} words
 * @returns {Vocabulary}
 */
function makeVocabulary(words) {
  /** @type {Map<string, number>} */
  const ids = new Map();
  /** @type {number[]} */
  const kinds = [];
  /** @type {number[]} */
  const scores = [];
  const add = (/** @type {string} */ token, /** @type {number} */ kind, score = 0) => {
    if (ids.has(token)) return;
    ids.set(token, ids.size);
    kinds.push(kind);
    scores.push(score);
  };
  add('<unk>', KIND.unknown);
  for (const control of ['<s>', '</s>', '<|system|>', '<|user|>', '<|assistant|>', '<|tool|>'])
    add(control, KIND.control);
  for (let byte = 0; byte < 256; byte++) add(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, KIND.byte);
  // SentencePiece joins pieces two by two: only if every prefix of a word is a token can it arrive at the word.
  for (const word of words) for (let n = 2; n <= word.length; n++) add(word.slice(0, n), KIND.normal, n - 100);
  add(SPACE, KIND.normal, -1000);
  for (let code = 33; code < 127; code++) add(String.fromCharCode(code), KIND.normal, -1000 - code);
  add('\n', KIND.normal, -1200);
  while (ids.size % 32 !== 0) add(`<|unused${ids.size}|>`, KIND.control);
  return { tokens: [...ids.keys()], kinds, scores, id: (token) => ids.get(token) ?? 0 };
}

/**
 * @param {string} name
 * @param {Shape} shape
 * @param {Vocabulary} vocabulary
 * @returns {import('./lib/gguf.mjs').Entry[]}
 */
function metadata(name, shape, vocabulary) {
  /** @type {import('./lib/gguf.mjs').Entry} */
  const pooling = ['llama.pooling_type', 'u32', 1];
  return [
    ['general.architecture', 'string', 'llama'],
    ['general.name', 'string', name],
    ['general.type', 'string', 'model'],
    ['general.alignment', 'u32', 32],
    ['general.file_type', 'u32', 0],
    ['llama.context_length', 'u32', shape.ctx],
    ['llama.embedding_length', 'u32', shape.embd],
    ...(shape.embedding ? [pooling] : []),
    ['llama.block_count', 'u32', shape.layers],
    ['llama.feed_forward_length', 'u32', shape.ff],
    ['llama.attention.head_count', 'u32', shape.heads],
    ['llama.attention.head_count_kv', 'u32', shape.kvHeads],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['llama.rope.dimension_count', 'u32', shape.embd / shape.heads],
    ['llama.rope.freq_base', 'f32', 10000],
    ['llama.vocab_size', 'u32', vocabulary.tokens.length],
    ['tokenizer.ggml.model', 'string', 'llama'],
    ['tokenizer.ggml.pre', 'string', 'default'],
    ['tokenizer.ggml.tokens', 'string[]', vocabulary.tokens],
    ['tokenizer.ggml.scores', 'f32[]', vocabulary.scores],
    ['tokenizer.ggml.token_type', 'i32[]', vocabulary.kinds],
    ['tokenizer.ggml.unknown_token_id', 'u32', vocabulary.id('<unk>')],
    ['tokenizer.ggml.bos_token_id', 'u32', vocabulary.id('<s>')],
    ['tokenizer.ggml.eos_token_id', 'u32', vocabulary.id('</s>')],
    ['tokenizer.ggml.add_bos_token', 'bool', true],
    ['tokenizer.ggml.add_eos_token', 'bool', false],
    ['tokenizer.chat_template', 'string', TEMPLATE],
  ];
}

/**
 * @param {Shape} shape
 * @param {Vocabulary} vocabulary
 * @param {string[]} words
 * @returns {import('./lib/gguf.mjs').Tensor[]}
 */
function tensors({ embd, ff, layers, heads, kvHeads }, vocabulary, words) {
  const kv = (embd / heads) * kvHeads;
  const ones = () => new Float32Array(embd).fill(1);
  const faint = 0.02 / Math.sqrt(embd);
  /** @type {import('./lib/gguf.mjs').Tensor[]} */
  const all = [
    {
      name: 'token_embd.weight',
      shape: [embd, vocabulary.tokens.length],
      data: () => embeddings(embd, vocabulary, words),
    },
    { name: 'output_norm.weight', shape: [embd], data: ones },
    {
      name: 'output.weight',
      shape: [embd, vocabulary.tokens.length],
      data: () => followers(embd, vocabulary, words),
    },
  ];
  for (let layer = 0; layer < layers; layer++) {
    const at = (/** @type {string} */ part) => `blk.${layer}.${part}.weight`;
    const matrix = (/** @type {string} */ part, /** @type {number} */ from, /** @type {number} */ to) =>
      all.push({ name: at(part), shape: [from, to], data: () => noise(at(part), from * to, faint) });
    all.push({ name: at('attn_norm'), shape: [embd], data: ones });
    matrix('attn_q', embd, embd);
    matrix('attn_k', embd, kv);
    matrix('attn_v', embd, kv);
    matrix('attn_output', embd, embd);
    all.push({ name: at('ffn_norm'), shape: [embd], data: ones });
    matrix('ffn_gate', embd, ff);
    matrix('ffn_up', embd, ff);
    matrix('ffn_down', ff, embd);
  }
  return all;
}

/** Direction 0 is shared by all tokens that are no word of the sentence; direction n is the sentence's n-th word. */
const directions = (/** @type {number} */ embd, /** @type {number} */ count) =>
  orthonormal('direction', count + 1, embd);

/**
 * A little noise on top of the direction keeps the embeddings of different texts apart.
 *
 * @param {number} embd
 * @param {Vocabulary} vocabulary
 * @param {string[]} words
 */
function embeddings(embd, vocabulary, words) {
  const all = directions(embd, words.length);
  const which = new Map(words.map((word, n) => [vocabulary.id(word), n + 1]));
  const out = noise('token_embd', vocabulary.tokens.length * embd, 0.2);
  vocabulary.tokens.forEach((_, token) => {
    const direction = all[which.get(token) ?? 0] ?? [];
    for (const [i, x] of direction.entries())
      out[token * embd + i] = (out[token * embd + i] ?? 0) + Math.sqrt(embd) * x;
  });
  return out;
}

/**
 * Direction n leads to word n + 1, the last one to end-of-text: logit about 60 there, about 0 elsewhere.
 *
 * @param {number} embd
 * @param {Vocabulary} vocabulary
 * @param {string[]} words
 */
function followers(embd, vocabulary, words) {
  const out = new Float32Array(vocabulary.tokens.length * embd);
  directions(embd, words.length).forEach((direction, n) => {
    const next = vocabulary.id(words[n] ?? '</s>');
    for (const [i, x] of direction.entries()) out[next * embd + i] = (60 / Math.sqrt(embd)) * x;
  });
  return out;
}

if (isMain(import.meta.url)) {
  const number = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { embd: number, ff: number, layers: number, ctx: number, name: number },
  });
  const [out] = positionals;
  if (!out) {
    console.error(
      'usage: node build/tiny-model.mjs OUT.gguf [--embd N] [--ff N] [--layers N] [--ctx N] [--name TEXT]',
    );
    process.exit(2);
  }
  const { name, ...sizes } = values;
  const numbers = Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key, Number(value)]));
  const { bytes } = makeTinyModel(out, { ...numbers, ...(name ? { name } : {}) });
  console.log(`${out}: ${(bytes / 1e6).toFixed(2)} MB`);
}
