import { expect, it } from 'vitest';
import { gpuClaim } from '../../../electron/engines/gpu-claim.ts';

it.each<[string[], string | null]>([
  [['-ngl', '99'], '-ngl 99'],
  [['-t', '4', '--n-gpu-layers=20'], '--n-gpu-layers 20'],
  [['--gpu-layers', 'all'], '--gpu-layers all'],
  [['--n_gpu_layers', '-1'], '--n_gpu_layers -1'],
  [['--gpu-memory-utilization', '0.9'], '--gpu-memory-utilization 0.9'],
  [['-tp', '2'], '-tp 2'],
  [['-ngl', '99', '-ngl', '0'], null],
  [['-ngl', '0'], null],
  [['-ngl', 'auto'], null],
  [['-ngl'], null],
  [['-ngl', '99', '--device', 'none'], null],
  [['--gpu-memory-utilization', '0.9', '--device=cpu'], null],
  [['-m', '-ngl-model.gguf'], null],
  [[], null],
])('%j', (args, expected) => expect(gpuClaim({ args, env: {} })).toBe(expected));

it('also by llama.cpp’s variable, which an argument overrides', () => {
  const env = { LLAMA_ARG_N_GPU_LAYERS: '30' };
  expect(gpuClaim({ args: [], env })).toBe('LLAMA_ARG_N_GPU_LAYERS=30');
  expect(gpuClaim({ args: ['-ngl', '0'], env })).toBeNull();
});
