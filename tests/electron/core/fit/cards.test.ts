import { expect, it } from 'vitest';
import { cardsFor } from '../../../../electron/core/fit/cards.ts';
import type { GpuDevice, GpuSample } from '../../../../shared/gpu.ts';
import { GPU_SAMPLE, NO_GPU } from '../../../fixtures/gpu/sample.ts';

const GIB = 1024 ** 3;
const [big, small] = GPU_SAMPLE.gpus as [GpuDevice, GpuDevice];
const gib = (sample: GpuSample, spread: number | 'all' = 'all') => {
  const cards = cardsFor(sample, spread);
  if (cards === null || 'blind' in cards) return cards;
  const of = (n: number | null) => (n === null ? null : Math.round((10 * n) / GIB) / 10);
  return [of(cards.free), of(cards.total), cards.shared];
};
const with_ = (...gpus: readonly GpuDevice[]): GpuSample => ({ ...GPU_SAMPLE, gpus });

it('all cards of one maker count together, or the largest ones', () => {
  expect(gib(GPU_SAMPLE)).toEqual([18.8, 36, false]);
  expect(gib(GPU_SAMPLE, 1)).toEqual([7.6, 24, false]);
  expect(gib(with_(small, big), 1)).toEqual([7.6, 24, false]);
});

it('a card of another maker, or one without memory of its own, is left out', () => {
  const other: GpuDevice = { ...big, vendor: 'amd', uuid: 'amd:1', memory_total: 8 * GIB, memory_used: 0 };
  const shared: GpuDevice = { ...big, vendor: 'intel', uuid: 'intel:0', unified: true, memory_total: 64 * GIB };
  expect(gib(with_(other, big, shared))).toEqual([7.6, 24, false]);
  expect(gib(with_(shared))).toEqual([47.6, 64, true]);
});

it('what one of them does not tell is not known of all', () => {
  expect(gib(with_(big, { ...small, memory_used: null }))).toEqual([null, 36, false]);
  expect(gib(with_({ ...big, memory_total: null }))).toEqual([null, null, false]);
});

it('no card, and a card that can’t be read, are two things', () => {
  expect(gib(NO_GPU)).toBeNull();
  const sources = [{ vendor: 'nvidia', state: 'broken', reason: 'nvidia-smi fails.' }] as const;
  expect(gib({ ...NO_GPU, sources })).toEqual({ blind: 'nvidia-smi fails.' });
  // What can be read of one maker counts, whatever is wrong with another's tool.
  expect(gib({ ...GPU_SAMPLE, sources: [...GPU_SAMPLE.sources, sources[0]] })).toEqual([18.8, 36, false]);
});
