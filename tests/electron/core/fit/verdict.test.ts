import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Holder, judgeFit } from '../../../../electron/core/fit/verdict.ts';
import { bytesWords } from '../../../../electron/core/memory-words.ts';
import type { FitRoom } from '../../../../shared/fit.ts';
import { fitSentence } from '../../../../shared/fit-words.ts';

const GIB = 1024 ** 3;
const card = (needs: number | null, free: number | null, total: number | null = 24): FitRoom => ({
  kind: 'gpu',
  needs: needs === null ? null : needs * GIB,
  free: free === null ? null : free * GIB,
  total: total === null ? null : total * GIB,
});
const ram = (needs: number, free: number | null): FitRoom => ({ ...card(needs, free, 64), kind: 'ram' });
const holder = (engine: string, gpu: number | null, change: Partial<Holder> = {}): Holder => ({
  engine,
  model: null,
  gpu: gpu === null ? null : gpu * GIB,
  ram: 0,
  stays: null,
  goes: false,
  ...change,
});

describe('room on a card', () => {
  it.each<[string, [FitRoom, ...FitRoom[]], Holder[], string, string]>([
    ['enough is free', [card(5, 10)], [], 'fits', 'It needs 5.0 GiB of GPU memory, 10 GiB is free.'],
    ['exactly enough', [card(10, 10)], [], 'fits', 'It needs 10 GiB of GPU memory, 10 GiB is free.'],
    [
      'others may stay where they are',
      [card(5, 10)],
      [holder('a', 4)],
      'fits',
      'It needs 5.0 GiB of GPU memory, 10 GiB is free.',
    ],
    [
      'one makes room',
      [card(12, 10)],
      [holder('a', 1), holder('b', 3), holder('c', 9)],
      'fits_after',
      'It needs 12 GiB of GPU memory, 10 GiB is free. Stopping b frees 3.0 GiB.',
    ],
    [
      'only two make room',
      [card(20, 10)],
      [holder('a', 1), holder('b', 4), holder('c', 8)],
      'fits_after',
      'It needs 20 GiB of GPU memory, 10 GiB is free. Stopping c frees 8.0 GiB, stopping b frees 4.0 GiB.',
    ],
    [
      'a model is unloaded',
      [card(12, 10)],
      [holder('many', 3, { model: 'old' })],
      'fits_after',
      'It needs 12 GiB of GPU memory, 10 GiB is free. Unloading old on many frees 3.0 GiB.',
    ],
    [
      'the group makes room',
      [card(12, 10)],
      [holder('a', 9), holder('g', 5, { goes: true })],
      'fits_after',
      'It needs 12 GiB of GPU memory, 10 GiB is free. Stopping g frees 5.0 GiB.',
    ],
    [
      'the group and one more',
      [card(20, 10)],
      [holder('a', 9), holder('g', 5, { goes: true })],
      'fits_after',
      'It needs 20 GiB of GPU memory, 10 GiB is free. Stopping g frees 5.0 GiB, stopping a frees 9.0 GiB.',
    ],
    [
      'too big for the card',
      [card(30, 24)],
      [holder('a', 9)],
      'will_not_fit',
      'It needs 30 GiB, and all the memory of the graphics cards is 24 GiB.',
    ],
    [
      'held by others',
      [card(20, 4)],
      [holder('a', 2), holder('ollama', 9, { stays: 'external' }), holder('p', 7, { stays: 'pinned' })],
      'will_not_fit',
      'It needs 20 GiB of GPU memory, 4.0 GiB is free, and all that may be stopped holds 2.0 GiB. ollama is run by somebody else and holds 9.0 GiB. p is pinned and holds 7.0 GiB.',
    ],
    [
      'nobody knows what it needs',
      [card(null, 4)],
      [],
      'unknown',
      'Can’t tell, because nobody tells of the cards’ memory how much of it the model needs.',
    ],
    [
      'nobody knows what is free',
      [card(4, null)],
      [],
      'unknown',
      'Can’t tell, because nobody tells of the cards’ memory how much of it is free.',
    ],
    [
      'too big, whatever is free',
      [card(30, null)],
      [],
      'will_not_fit',
      'It needs 30 GiB, and all the memory of the graphics cards is 24 GiB.',
    ],
    [
      'nobody knows what an idle one holds',
      [card(12, 10)],
      [holder('a', null, { ram: null })],
      'unknown',
      'It needs 12 GiB of GPU memory, 10 GiB is free. Can’t tell, because nobody tells how much a holds, which could be stopped.',
    ],
    [
      'enough there, but not beside it',
      [card(5, 10), ram(8, 4)],
      [],
      'will_not_fit',
      'It needs 8.0 GiB of RAM, 4.0 GiB is free.',
    ],
    [
      'RAM decides who goes',
      [card(5, 10), ram(8, 4)],
      [holder('a', 9), holder('b', 0, { ram: 5 * GIB })],
      'fits_after',
      'It needs 8.0 GiB of RAM, 4.0 GiB is free. Stopping b frees 5.0 GiB.',
    ],
  ])('%s', (_, rooms, holders, verdict, message) => {
    const judged = judgeFit(rooms, holders);
    expect([judged.verdict, fitSentence({ ...judged, footprint: null }, bytesWords)]).toEqual([verdict, message]);
  });
});

const amounts = fc.integer({ min: 0, max: 30 });
const holders = fc.array(
  fc.record({
    engine: fc.string({ minLength: 1, maxLength: 3 }),
    model: fc.constant(null),
    gpu: amounts.map((n) => n * GIB),
    ram: amounts.map((n) => n * GIB),
    stays: fc.constantFrom(null, null, 'external' as const, 'pinned' as const, 'busy' as const, 'needed' as const),
    goes: fc.boolean(),
  }),
  { maxLength: 8 },
);

describe('whoever holds memory', () => {
  it('is asked to go only when it may, only when needed, and then it is enough', () => {
    fc.assert(
      fc.property(amounts, amounts, holders, (needs, free, drawn) => {
        const all = drawn.map((one, i) => ({
          ...one,
          engine: `${one.engine}${i}`,
          goes: one.goes && one.stays === null,
        }));
        const room = card(needs, free, 100);
        const { verdict, after } = judgeFit([room], all);
        const gone = after.map(({ engine }) => all.find((one) => one.engine === engine));
        const freed = gone.reduce((sum, one) => sum + (one?.gpu ?? 0), 0);
        expect(gone.every((one) => one !== undefined && one.stays === null)).toBe(true);
        if (verdict === 'fits') expect([after, needs <= free]).toEqual([[], true]);
        if (verdict === 'fits_after') expect(free * GIB + freed).toBeGreaterThanOrEqual(needs * GIB);
        if (verdict === 'will_not_fit') {
          const most = all.reduce((sum, one) => sum + (one.stays === null ? one.gpu : 0), 0);
          expect(free * GIB + most).toBeLessThan(needs * GIB);
        }
        expect(verdict).not.toBe('unknown');
        // None of them could be spared, but for those that go anyway.
        for (const spare of gone.filter((one) => one?.goes === false))
          expect(free * GIB + freed - (spare?.gpu ?? 0)).toBeLessThan(needs * GIB);
      }),
    );
  });
});
