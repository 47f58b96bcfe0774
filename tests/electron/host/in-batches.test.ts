import { expect, it } from 'vitest';
import { inBatches } from '../../../electron/host/in-batches.ts';

it('does all, in order, and never more at a time than it may', async () => {
  let now = 0;
  let most = 0;
  const list = [...Array(100).keys()];
  const done = await inBatches(
    list,
    async (n) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return n * 2;
    },
    7,
  );
  expect(done).toEqual(list.map((n) => n * 2));
  expect(most).toBe(7);
  expect(await inBatches([], async () => 1)).toEqual([]);
});

it('fails with the first that fails', async () => {
  await expect(
    inBatches([1, 2, 3], async (n) => {
      if (n === 2) throw new Error('two');
      return n;
    }),
  ).rejects.toThrow('two');
});
