import { expect, it } from 'vitest';
import type { GpuSource } from '../../shared/gpu.ts';
import { unseenGpus } from '../../shared/gpu-words.ts';
import { GPU_SAMPLE } from '../fixtures/gpu/sample.ts';

const { gpus } = GPU_SAMPLE;
const source = (vendor: GpuSource['vendor'], state: GpuSource['state'], reason: string | null = null) => ({
  vendor,
  state,
  reason,
});
const told = (sources: GpuSource[], cards = false) =>
  unseenGpus({ gpus: cards ? gpus : [], sources }).map(({ title, text }) => `${title}: ${text}`);

it('says once that there is no card when nobody complains', () => {
  const makers = [source('nvidia', 'absent'), source('amd', 'absent'), source('intel', 'absent')];
  expect(told(makers)).toEqual([
    'No graphics card: Neither a card nor a tool of NVIDIA, AMD or Intel is there. Models run on the processor.',
  ]);
  expect(told([source('apple', 'absent')])).toEqual([
    'No graphics card: Neither a card nor a tool of Apple is there. Models run on the processor.',
  ]);
  expect(told([source('nvidia', 'absent', 'nvidia-smi finds no card.'), source('amd', 'absent')])).toEqual([
    'No graphics card: nvidia-smi finds no card. Models run on the processor.',
  ]);
});

it('gives the reason of each that is broken or lacks its tool, and only of those', () => {
  const sources = [
    source('nvidia', 'broken', 'It fails.'),
    source('amd', 'no_tool', 'Install it.'),
    source('intel', 'absent'),
  ];
  const both = ['NVIDIA can’t be read: It fails.', 'AMD has no tool: Install it.'];
  expect(told(sources)).toEqual(both);
  expect(told(sources, true)).toEqual(both);
});

it('is silent where a card is shown, unless that one lacks something', () => {
  expect(told([source('nvidia', 'ok'), source('amd', 'absent', 'There is none.')], true)).toEqual([]);
  expect(told([source('nvidia', 'ok', 'Its processes can’t be told.')], true)).toEqual([
    'NVIDIA: Its processes can’t be told.',
  ]);
});
