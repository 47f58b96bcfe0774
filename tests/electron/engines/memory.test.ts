import { describe, expect, it } from 'vitest';
import type { MemoryHabits, MemoryWish } from '../../../electron/engines/memory.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import type { EngineKind } from '../../../shared/model.ts';
import { engineConfig } from '../../support/engine-config.ts';

const GIB = 1024 ** 3;
const none: MemoryWish = { context: null, slots: null };
function habits(kind: EngineKind, change: Parameters<typeof engineConfig>[0] = {}, wish = none): MemoryHabits {
  const found = PROFILES[kind].memory?.(engineConfig({ kind, ...change }), wish);
  if (!found) throw new Error(`${kind} has none`);
  return found;
}
const llama = (...args: string[]) => habits('llama.cpp', { args });
const room = (found: MemoryHabits, trained: number | null = 4096, cardBytes: number | null = 0) => {
  const one = found.room({ trained, cardBytes });
  return one === null ? null : [one.context, one.sequence];
};

describe('llama-server', () => {
  it('has one context for all slots, as long as the model was trained for', () => {
    expect(room(llama())).toEqual([4096, 4096]);
    expect(room(llama(), null)).toBeNull();
    expect(room(llama('-c', '1024'))).toEqual([1024, 1024]);
    expect(room(llama('--ctx-size=2048', '-c', '512'))).toEqual([512, 512]);
    expect(room(llama('-c', '0'))).toEqual([4096, 4096]);
  });
  it('has one for each slot when their number is set, and `-c` is their sum', () => {
    expect(room(llama('-np', '2'))).toEqual([8192, 4096]);
    expect(room(llama('-np', '4', '-c', '4096'))).toEqual([4096, 1024]);
    expect(room(llama('-np', '4', '-kvu'))).toEqual([4096, 4096]);
    expect(llama('-np', '-1').slots).toBeNull();
  });
  it('takes the same from its variables', () => {
    const found = habits('llama.cpp', { env: { LLAMA_ARG_CTX_SIZE: '512', LLAMA_ARG_CACHE_TYPE_K: 'q8_0' } });
    expect(found).toMatchObject({ context: 512, keyBytes: 34 / 32, valueBytes: 2 });
  });
  it.each([
    [[], 'gpu'],
    [['-ngl', '0'], 'cpu'],
    [['-ngl', '99'], 'gpu'],
    [['--gpu-layers', 'all'], 'gpu'],
    [['-ngl', '20'], 'partly'],
    [['--device', 'none'], 'cpu'],
  ])('goes with %j to: %s', (args, device) => {
    expect(llama(...args).device).toBe(device);
  });
  it('has a cache whose types are known, or nothing is said', () => {
    expect(llama('-ctk', 'q4_0', '-ctv', 'f32')).toMatchObject({ keyBytes: 18 / 32, valueBytes: 4 });
    expect(llama('-ctk', 'tq9_9').keyBytes).toBeNull();
  });
  it('runs as somebody would like instead', () => {
    const found = habits('llama.cpp', { args: ['-c', '512', '-np', '2'] }, { context: 8192, slots: 4 });
    expect(found).toMatchObject({ context: 8192, slots: 4 });
    expect(room(found)).toEqual([8192, 2048]);
  });
});

describe('Ollama', () => {
  it('has a context by the cards’ memory, never longer than the model’s', () => {
    expect(room(habits('ollama'), 131_072, 0)).toEqual([4_096, 4_096]);
    expect(room(habits('ollama'), 131_072, 24 * GIB)).toEqual([32_768, 32_768]);
    expect(room(habits('ollama'), 131_072, 80 * GIB)).toEqual([131_072, 131_072]);
    expect(room(habits('ollama'), 2_048, 0)).toEqual([2_048, 2_048]);
    expect(room(habits('ollama'), 2_048, null)).toBeNull();
  });
  it('has as many contexts as slots', () => {
    const env = { OLLAMA_CONTEXT_LENGTH: '8192', OLLAMA_NUM_PARALLEL: '3', OLLAMA_KV_CACHE_TYPE: 'q8_0' };
    expect(room(habits('ollama', { env }), null, null)).toEqual([24_576, 8_192]);
    expect(habits('ollama', { env })).toMatchObject({ keyBytes: 34 / 32, valueBytes: 34 / 32 });
  });
});

describe('vLLM', () => {
  it('takes a part of each card that it is spread over', () => {
    expect(habits('vllm')).toMatchObject({ share: 0.9, cards: 1 });
    const args = ['--gpu-memory-utilization=0.5', '-tp', '2', '--max-model-len', '8192', '--kv-cache-dtype', 'fp8'];
    expect(habits('vllm', { args })).toMatchObject({ share: 0.5, cards: 2, context: 8192, keyBytes: 1 });
    expect(habits('vllm', { args: ['--kv-cache-memory-bytes', '1000'] }).share).toBeNull();
    expect(habits('vllm', { args: ['--gpu-memory-utilization', 'all'] }).share).toBeNull();
  });
});

it('llama-cpp-python has a short context and no card unless it is told otherwise', () => {
  expect(habits('llama-cpp-python')).toMatchObject({ context: 2048, slots: 1, device: 'cpu' });
  expect(habits('llama-cpp-python', { args: ['--n_gpu_layers', '-1', '--n_ctx', '0'] }).device).toBe('gpu');
});

it('kinds that hold no models tell nothing of memory', () => {
  expect([PROFILES.litellm.memory, PROFILES.openai.memory]).toEqual([null, null]);
});
