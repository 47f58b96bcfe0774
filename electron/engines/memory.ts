/**
 * How an engine's config makes it use memory, told from its arguments and environment: what an estimate needs beside the model's
 * file. Sources: llama-server b11669 (`--help`, and its own log of buffer sizes), Ollama's envconfig/config.go and docs/faq.mdx,
 * vLLM's cli_args.py and config/cache.py, llama-cpp-python's server/settings.py.
 */
import type { EngineConfig } from '../../shared/config/schema.ts';
import { type Flags, optionIn } from './option-in.ts';

export interface MemoryHabits {
  /** As the config says it; `null` = left to the engine. */
  readonly context: number | null;
  readonly slots: number | null;
  /** Tokens for all slots together and for one, given what the model was trained for and the cards' bytes; `null` = not known. */
  readonly room: (facts: MachineFacts) => { readonly context: number; readonly sequence: number } | null;
  /** Tokens computed at a time. */
  readonly batch: number;
  /** Bytes of one value in the cache; `null` = a type that is not known here. */
  readonly keyBytes: number | null;
  readonly valueBytes: number | null;
  /** `gpu` all of it where there is a card · `partly` so many layers as a person said, which can't be reckoned · `cpu` none. */
  readonly device: 'gpu' | 'partly' | 'cpu';
  /** It takes this part of a card, whatever the model needs (vLLM). */
  readonly share: number | null;
  /** Cards that a model is spread over: so many, or `all`. */
  readonly cards: number | 'all';
}

export interface MachineFacts {
  /** Tokens that the model was trained for. */
  readonly trained: number | null;
  /** Bytes of all cards; `null` = unknown, 0 = none. */
  readonly cardBytes: number | null;
}

/** What a person would like it to run with instead; `null` = as configured. */
export interface MemoryWish {
  readonly context: number | null;
  readonly slots: number | null;
}

type Habits = (config: EngineConfig, wish: MemoryWish) => MemoryHabits;

/** ggml's types of the cache, bytes a value (blocks of 32 with their scales). */
const CACHE_BYTES: Readonly<Record<string, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
};
const cacheBytes = (type: string | null): number | null => CACHE_BYTES[(type ?? 'f16').toLowerCase()] ?? null;

/** llama-server: with automatic slots they share one context; with `-np N` each has its own, of the trained length unless `-c` says the sum. */
export const llamaCppMemory: Habits = (config, wish) => {
  const said = (flags: Flags, variable: string) => optionIn(config.args, flags) ?? config.env[variable] ?? null;
  const context = wish.context ?? count(said(['-c', '--ctx-size'], 'LLAMA_ARG_CTX_SIZE'));
  const parallel = count(said(['-np', '--parallel'], 'LLAMA_ARG_N_PARALLEL'));
  const slots = wish.slots ?? (parallel !== null && parallel > 0 ? parallel : null);
  const unified = config.args.some((arg) => arg === '-kvu' || arg === '--kv-unified') || slots === null;
  const layers = said(['-ngl', '--gpu-layers', '--n-gpu-layers'], 'LLAMA_ARG_N_GPU_LAYERS');
  const devices = said(['-dev', '--device'], 'LLAMA_ARG_DEVICE');
  const total = context === 0 ? null : context;
  return {
    context: total,
    slots,
    room: ({ trained }) => {
      const all = total ?? (trained === null ? null : unified ? trained : trained * (slots ?? 1));
      return all === null ? null : { context: all, sequence: unified ? all : Math.ceil(all / (slots ?? 1)) };
    },
    batch: count(said(['-ub', '--ubatch-size'], 'LLAMA_ARG_UBATCH')) ?? 512,
    keyBytes: cacheBytes(said(['-ctk', '--cache-type-k'], 'LLAMA_ARG_CACHE_TYPE_K')),
    valueBytes: cacheBytes(said(['-ctv', '--cache-type-v'], 'LLAMA_ARG_CACHE_TYPE_V')),
    device:
      devices === 'none' || layers === '0'
        ? 'cpu'
        : layers === null || Number(layers) >= 99 || !/^\d+$/.test(layers)
          ? 'gpu'
          : 'partly',
    share: null,
    cards: devices === null || devices === 'none' ? 'all' : devices.split(',').length,
  };
};

/** Ollama: without `OLLAMA_CONTEXT_LENGTH` by the cards' memory (4k, 32k from 24 GiB, 256k from 48 GiB), one slot. */
export const ollamaMemory: Habits = ({ env }, wish) => {
  const context = wish.context ?? count(env.OLLAMA_CONTEXT_LENGTH ?? null);
  const slots = wish.slots ?? count(env.OLLAMA_NUM_PARALLEL ?? null);
  const cache = cacheBytes(env.OLLAMA_KV_CACHE_TYPE ?? null);
  return {
    context,
    slots,
    room: ({ trained, cardBytes }) => {
      const usual =
        cardBytes === null ? null : cardBytes >= 48 * GIB ? 262_144 : cardBytes >= 24 * GIB ? 32_768 : 4_096;
      const one = context ?? usual;
      if (one === null) return null;
      const sequence = trained === null ? one : Math.min(one, trained);
      return { context: sequence * Math.max(1, slots ?? 1), sequence };
    },
    batch: 512,
    keyBytes: cache,
    valueBytes: cache,
    device: 'gpu',
    share: null,
    cards: 'all',
  };
};

/** vLLM fills `--gpu-memory-utilization` of each card of `--tensor-parallel-size` with weights and cache, however small the model. */
export const vllmMemory: Habits = ({ args }, wish) => {
  const context = wish.context ?? count(optionIn(args, ['--max-model-len']));
  const slots = wish.slots ?? count(optionIn(args, ['--max-num-seqs']));
  const cache = optionIn(args, ['--kv-cache-dtype']);
  const bytes = cache?.startsWith('fp8') ? 1 : 2;
  const fixed = optionIn(args, ['--kv-cache-memory-bytes']) !== null;
  const share = Number(optionIn(args, ['--gpu-memory-utilization']) ?? VLLM_SHARE);
  const tensor = count(optionIn(args, ['--tensor-parallel-size', '-tp'])) ?? 1;
  const pipeline = count(optionIn(args, ['--pipeline-parallel-size', '-pp'])) ?? 1;
  return {
    context,
    slots,
    // Its weights and one whole sequence must fit; how many more do is what is left.
    room: ({ trained }) => {
      const sequence = context ?? trained;
      return sequence === null ? null : { context: sequence, sequence };
    },
    batch: 2048,
    keyBytes: bytes,
    valueBytes: bytes,
    device: 'gpu',
    share: fixed || !(share > 0 && share <= 1) ? null : share,
    cards: tensor * pipeline,
  };
};

export const llamaCppPythonMemory: Habits = ({ args, env }, wish) => {
  const said = (flag: string, variable: string) => optionIn(args, [flag]) ?? env[variable] ?? null;
  const context = wish.context ?? count(said('--n_ctx', 'N_CTX')) ?? 2_048;
  const layers = said('--n_gpu_layers', 'N_GPU_LAYERS') ?? '0';
  return {
    context,
    slots: 1,
    room: ({ trained }) => {
      const sequence = context === 0 ? trained : context;
      return sequence === null ? null : { context: sequence, sequence };
    },
    batch: count(said('--n_ubatch', 'N_UBATCH')) ?? 512,
    keyBytes: 2,
    valueBytes: 2,
    device: layers === '0' ? 'cpu' : layers === '-1' || Number(layers) >= 99 ? 'gpu' : 'partly',
    share: null,
    cards: 'all',
  };
};

const GIB = 1024 ** 3;
/** config/cache.py; 0.92 in the newest documentation. */
const VLLM_SHARE = 0.9;

const count = (text: string | null): number | null => (text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null);
