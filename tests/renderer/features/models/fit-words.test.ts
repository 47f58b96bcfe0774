import { describe, expect, it } from 'vitest';
import { fitBar, footprintWords, memoryWords } from '../../../../renderer/features/models/fit-words.ts';
import type { Footprint } from '../../../../shared/fit.ts';
import { FOOTPRINTS } from '../../support/recorded-fits.ts';

const [measured, reckoned] = FOOTPRINTS.map(({ footprint }) => footprint) as [Footprint, Footprint];
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('what a model takes', () => {
  it('is the memory that decides, and marked when it is reckoned', () => {
    expect(plain(memoryWords(measured))).toBe('5.9 GB');
    expect(plain(memoryWords(reckoned))).toBe('~6.5 GB');
    expect(plain(memoryWords({ ...measured, gpu: 0 }))).toBe('600 MB');
    expect(plain(memoryWords({ ...measured, gpu: null }))).toBe('600 MB');
    expect([memoryWords(null), memoryWords({ ...measured, gpu: null, ram: null })]).toEqual(['–', '–']);
  });

  it('is said in full, with how long it loads or what it is the sum of', () => {
    expect(plain(footprintWords(measured))).toBe('Takes 5.9 GB of GPU memory and 600 MB of RAM, loads in 6.2 s');
    expect(plain(footprintWords(reckoned))).toBe(
      'Takes ~6.5 GB of GPU memory: 4.7 GB weights, 1.2 GB for 8,192 tokens of context, 600 MB to compute',
    );
    expect(plain(footprintWords({ ...measured, gpu: 0, load_ms: null }))).toBe('Takes 600 MB of RAM');
    expect(plain(footprintWords({ ...measured, gpu: null, ram: null }))).toBe(
      'Nobody tells what it takes, loads in 6.2 s',
    );
  });
});

describe('the bar', () => {
  it('has what is used and what is needed, never more than the whole', () => {
    const bar = fitBar({ kind: 'gpu', needs: 12e9, free: 16e9, total: 24e9 });
    expect([bar?.used, bar?.needs].map((n) => Math.round(100 * (n ?? 0)))).toEqual([33, 50]);
    expect(plain(bar?.words ?? '')).toBe('GPU memory: 8.0 GB used, it needs 12.0 GB of 24.0 GB');
    const over = fitBar({ kind: 'ram', needs: 90e9, free: 4e9, total: 16e9 });
    expect((over?.used ?? 0) + (over?.needs ?? 0)).toBe(1);
  });
  it.each([{ needs: null }, { free: null }, { total: null }, { total: 0 }])('is not drawn with %j', (change) => {
    expect(fitBar({ kind: 'gpu', needs: 1, free: 1, total: 1, ...change })).toBeNull();
  });
});
