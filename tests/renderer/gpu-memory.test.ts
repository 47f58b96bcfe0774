import { describe, expect, it } from 'vitest';
import { cardName, otherNames, shares } from '../../renderer/gpu-memory.ts';
import type { GpuDevice } from '../../shared/gpu.ts';
import { GPU_SAMPLE } from '../fixtures/gpu/sample.ts';

const { gpus, processes } = GPU_SAMPLE;
const card = gpus[0] as GpuDevice;
const ENGINES = ['ollama', 'llama', 'qwen-vllm'];
const told = (parts: ReturnType<typeof shares>) =>
  parts.map(({ name, bytes, colour, left }) => [name, Math.round(bytes / 1024 ** 2), colour, left]);

describe('the memory of a card by owner', () => {
  it('has engines in their order and colours, what outlived one, and the rest in one', () => {
    expect(told(shares(card, processes, ENGINES))).toEqual([
      ['ollama', 5325, 1, false],
      ['llama', 9216, 2, false],
      ['Left by qwen-vllm', 1331, 3, true],
      ['Other apps', 922, null, false],
    ]);
  });

  it('counts what no process accounts for as others’, and knows engines that the config lost', () => {
    expect(told(shares(card, [], ENGINES))).toEqual([['Other apps', 16794, null, false]]);
    const gone = processes.filter((one) => one.engine === 'llama');
    expect(told(shares({ ...card, memory_used: null }, gone, []))).toEqual([['llama', 9216, 1, false]]);
  });

  it('is empty when nobody can tell', () => {
    const hidden = processes.map((one) => ({ ...one, memory: null }));
    expect(shares({ ...card, memory_used: null }, hidden, ENGINES)).toEqual([]);
  });

  it('names the other programs, and cards without their maker', () => {
    expect(otherNames(card, processes)).toBe('Xorg');
    expect(gpus.map(cardName)).toEqual(['RTX 4090', 'RTX A2000 12GB']);
    expect(cardName({ ...card, name: null })).toBe('GPU 0');
  });
});
