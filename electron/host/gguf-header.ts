/** What a GGUF file says about itself. Nothing is loaded: only its header is read, within bounds of size and time. */
import { open, stat } from 'node:fs/promises';
import type { ModelPurpose } from '../../shared/contract/detected.ts';
import { weightBytes } from './ggml-types.ts';
import { HeaderProblem, type TrimmedHeader, trimHeader } from './gguf-trim.ts';

export interface ModelHeader {
  /** `general.name`, as its maker wrote it. */
  readonly name: string | null;
  /** `llama`, `qwen2`, `clip`; `null` in the later parts of a split model. */
  readonly architecture: string | null;
  readonly purpose: ModelPurpose;
  /** `Q4_K_M`, of `general.file_type`. */
  readonly quantization: string | null;
  /** Tokens it was trained for. */
  readonly context_length: number | null;
  /** Weights in this file. */
  readonly parameters: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Which part of how many, from 1, when the model is split over files. */
  readonly split: { readonly part: number; readonly parts: number } | null;
  /** What memory depends on; `null` where the file does not say. `kv_heads` of the layer that has most. */
  readonly shape: {
    readonly layers: number | null;
    readonly embedding: number | null;
    /** Values of its inner half; of a mixture of experts all that one token passes. */
    readonly feed_forward: number | null;
    readonly heads: number | null;
    readonly kv_heads: number | null;
    readonly key_length: number | null;
    readonly value_length: number | null;
  };
}

export type HeaderAnswer =
  | { readonly ok: true; readonly header: ModelHeader }
  /** Why it is not readable as a model; a clause for after a colon, without a full stop. */
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the header of a GGUF file: a few megabytes at most. Whatever lies there – a broken, cut or hostile file, a
 * pipe, a disk that does not answer – the answer comes in time and nothing is thrown. `ok` also means that the file is long
 * enough for the weights that its header lists, so a download that was cut is found here.
 */
export async function readModelHeader(path: string, { timeoutMs = 3_000 } = {}): Promise<HeaderAnswer> {
  const late = new HeaderProblem('the disk did not answer in time');
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(late);
    }, timeoutMs);
  });
  const alive = () => {
    if (over) throw late;
  };
  try {
    return { ok: true, header: await Promise.race([read(path, alive), deadline]) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function read(path: string, alive: () => void): Promise<ModelHeader> {
  // Opening a pipe would wait for its other end.
  const { size } = await ofFile(path);
  const file = await open(path, 'r');
  try {
    const trimmed = await trimHeader(file, size, alive);
    const header = await interpret(trimmed, size);
    alive();
    return header;
  } finally {
    await file.close();
  }
}

async function ofFile(path: string) {
  const found = await stat(path);
  if (!found.isFile()) throw new HeaderProblem('it is no file');
  return found;
}

/** The kept library reads the trimmed header, through its own way of asking for ranges of a remote file. */
async function interpret({ bytes, end }: TrimmedHeader, size: number): Promise<ModelHeader> {
  // Loaded when first needed: it brings tables that no other part of the host uses.
  const { gguf, GGMLFileQuantizationType } = await import('@huggingface/gguf');
  const { metadata, tensorInfos, parameterCount } = await gguf('http://header.invalid/', {
    fetch: rangesOf(bytes, size),
    computeParametersCount: true,
  });
  const facts = factsOf(metadata);
  const part = facts.count('split.no');
  const parts = facts.count('split.count');
  const split = part === null || parts === null || parts < 2 ? null : { part: part + 1, parts };
  const architecture = facts.text('general.architecture');
  // Of a split model the first part has the facts, and may have no weights.
  if (architecture === null && (split?.part ?? 1) === 1) throw new HeaderProblem('its header names no architecture');
  if (tensorInfos.length === 0 && split === null) throw new HeaderProblem('it holds no weights');
  const of = (key: string) => facts.count(`${architecture}.${key}`);

  const alignment = facts.count('general.alignment') ?? 32;
  const start = Math.ceil(end / alignment) * alignment;
  const ends = tensorInfos.map(
    ({ offset, shape, dtype }) =>
      Number(offset) +
      weightBytes(
        dtype,
        shape.reduce((a, b) => a * Number(b), 1),
      ),
  );
  const missing = start + ends.reduce((a, b) => Math.max(a, b), 0) - size;
  if (tensorInfos.length > 0 && missing > 0) {
    throw new HeaderProblem(`${missing} of its bytes are missing: it was not copied or downloaded to the end`);
  }

  // 1024 marks a type that was guessed when the file was made.
  const type = facts.count('general.file_type');
  const quantization = type === null ? undefined : (GGMLFileQuantizationType as Names)[type & ~1024];
  return {
    name: facts.text('general.name'),
    architecture,
    purpose: purposeOf(architecture, facts),
    quantization: typeof quantization === 'string' ? quantization : null,
    context_length: of('context_length'),
    parameters: parameterCount,
    bytes: size,
    split,
    shape: {
      layers: of('block_count'),
      embedding: of('embedding_length'),
      feed_forward: feedForward(of),
      heads: of('attention.head_count'),
      kv_heads: of('attention.head_count_kv'),
      key_length: of('attention.key_length'),
      value_length: of('attention.value_length'),
    },
  };
}

function feedForward(of: (key: string) => number | null): number | null {
  const expert = of('expert_feed_forward_length');
  const used = of('expert_used_count');
  const experts = expert === null || used === null ? null : expert * used;
  const dense = of('feed_forward_length');
  return experts === null || dense === null ? (experts ?? dense) : Math.max(experts, dense);
}

type Names = Readonly<Record<number, string | undefined>>;

/** Encoders that give vectors, by llama.cpp's names. */
const ENCODERS = /^(?:(?:\w+-)*bert(?:-\w+)*|t5encoder|gemma-embedding|eurobert)$/;

/** llama.cpp's pooling types: 1 mean, 2 cls, 3 last, 4 rank. */
function purposeOf(architecture: string | null, facts: Facts): ModelPurpose {
  const type = facts.text('general.type');
  if (architecture === 'clip' || type === 'mmproj') return 'projector';
  if (type === 'adapter') return 'adapter';
  const pooling = facts.count(`${architecture}.pooling_type`);
  if (pooling === 4) return 'reranker';
  if ((pooling !== null && pooling > 0) || ENCODERS.test(architecture ?? '')) return 'embedding';
  // A model of pictures or speech has neither.
  const language = ['block_count', 'context_length'].some((key) => facts.count(`${architecture}.${key}`) !== null);
  return architecture === null || language ? 'chat' : 'other';
}

interface Facts {
  readonly text: (key: string) => string | null;
  /** A whole number that is not negative; the largest of a list. */
  readonly count: (key: string) => number | null;
}

function factsOf(metadata: object): Facts {
  const values = new Map<string, unknown>(Object.entries(metadata));
  return {
    text: (key) => {
      const value = values.get(key);
      return typeof value === 'string' && value !== '' ? value.slice(0, 256) : null;
    },
    count: (key) => {
      const value = values.get(key);
      const numbers = (Array.isArray(value) ? value : [value]).map((one) =>
        typeof one === 'bigint' ? Number(one) : one,
      );
      const whole = numbers.filter((one): one is number => Number.isSafeInteger(one) && (one as number) >= 0);
      return whole.length === 0 ? null : whole.reduce((a, b) => Math.max(a, b));
    },
  };
}

/** Answers ranges of the trimmed header, with the whole file's size, by which the library judges the number of weights. */
function rangesOf(bytes: Buffer, size: number): typeof fetch {
  return async (_, init) => {
    const [, from = '0', to = '0'] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
    const part = bytes.subarray(Number(from), Number(to) + 1);
    return new Response(new Uint8Array(part), {
      status: 206,
      headers: { 'content-range': `bytes ${from}-${to}/${size}` },
    });
  };
}

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'it is gone',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ELOOP: 'it is a link to itself',
  EIO: 'the disk reports an error',
};

function problemOf(error: unknown): string {
  if (error instanceof HeaderProblem) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return CODES[code] ?? `it can’t be opened (${code})`;
  return `its header is broken (${message})`;
}
