import { describe, expect, it } from 'vitest';
import { heldNow, memoryChange } from '../../../renderer/chat/memory-change.ts';
import { GPU_SAMPLE, NO_GPU } from '../../fixtures/gpu/sample.ts';
import { engine } from '../support/recorded.ts';

const llama = (memory: number | null) => [engine('llama', { memory })];
const process = { pid: 1, name: 'x', gpu: GPU_SAMPLE.gpus[0]?.uuid ?? '', engine: 'llama', survivor: false };
const holding = (memory: number | null) => ({
  ...GPU_SAMPLE,
  processes: memory === null ? [] : [{ ...process, memory }],
});

describe('memoryChange', () => {
  it('tells graphics memory where cards can be read', () => {
    const change = memoryChange('llama/m', heldNow(holding(null), llama(5)), heldNow(holding(300), llama(9)));
    expect(change).toEqual({ kind: 'GPU', change: 300 });
  });

  it('tells main memory where they can’t', () => {
    expect(memoryChange('llama/m', heldNow(NO_GPU, llama(5)), heldNow(NO_GPU, llama(9)))).toEqual({
      kind: 'main',
      change: 4,
    });
  });

  it('is unknown when one side is, or nobody said who answered', () => {
    const [before, after] = [heldNow(null, llama(null)), heldNow(null, llama(9))];
    expect(memoryChange('llama/m', before, after)).toBeNull();
    expect(memoryChange(null, after, after)).toBeNull();
  });
});
