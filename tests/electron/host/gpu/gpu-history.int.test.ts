import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GpuHistory } from '../../../../electron/host/gpu/gpu-history.ts';
import type { GpuDevice, GpuSample } from '../../../../shared/gpu.ts';
import { GPU_SAMPLE } from '../../../fixtures/gpu/sample.ts';
import { tempFolder } from '../../../support/tmp.ts';

const card = GPU_SAMPLE.gpus[0] as GpuDevice;
const START = Date.parse('2026-11-23T00:00:00Z');
const sample = (at: number, change: Partial<GpuDevice> = {}): GpuSample => ({
  ...GPU_SAMPLE,
  at: new Date(at).toISOString(),
  gpus: [{ ...card, ...change }],
});

it('keeps an hour of seconds and the minutes behind it, through nine days in compressed time', async () => {
  const data = tempFolder();
  const history = new GpuHistory(data);
  // A day at one a second, then eight at one in ten seconds.
  let at = START;
  for (; at < START + 86_400_000; at += 1_000) history.add(sample(at, { utilization: (at / 1000) % 60 }));
  expect(history.of(card.uuid, 'hour')).toHaveLength(3_600);
  expect(history.of(card.uuid, 'week')).toHaveLength(1_439);
  expect(history.of(card.uuid, 'week')[7]).toMatchObject({ at: START + 7 * 60_000, utilization: 29.5, power: 287 });
  for (; at < START + 9 * 86_400_000; at += 10_000) history.add(sample(at));
  expect(history.of(card.uuid, 'hour')).toHaveLength(360);
  expect(history.of(card.uuid, 'week')).toHaveLength(10_080);
  await history.save();
  expect((await stat(join(data, 'gpu-history.json'))).size).toBeLessThan(1_000_000);
  const later = new GpuHistory(data);
  await later.remember();
  expect(later.of(card.uuid, 'week')).toEqual(history.of(card.uuid, 'week'));
  expect(later.of(card.uuid, 'hour')).toEqual([]);
});

it('keeps unknown figures unknown, and the cards seen last', async () => {
  const history = new GpuHistory(tempFolder());
  history.add(sample(START, { utilization: null, power: null }));
  history.add(sample(START + 1_000, { utilization: 50, power: null }));
  history.add(sample(START + 60_000));
  expect(history.of(card.uuid, 'week')).toMatchObject([{ utilization: 50, power: null }]);
  for (let i = 0; i < 40; i++) history.add(sample(START + 61_000 + i, { uuid: `card-${i}` }));
  expect(history.of('card-0', 'hour')).toEqual([]);
  expect(history.of(card.uuid, 'hour')).toEqual([]);
  expect(history.of('card-39', 'hour')).toHaveLength(1);
});

it.each(['', '{', '[]', '{"cards": 7}', '{"cards": {"x": 1, "y": [[1], ["a", 1, 1, 1, 1], [5, "z", null, 1, 2]]}}'])(
  'begins with what a damaged file still tells: %j',
  async (text) => {
    const data = tempFolder();
    await writeFile(join(data, 'gpu-history.json'), text);
    const history = new GpuHistory(data);
    await history.remember();
    const kept = history.of('y', 'week');
    if (text.includes('"y"')) {
      expect(kept).toEqual([{ at: 5, utilization: null, memory_used: null, temperature: 1, power: 2 }]);
    } else expect(kept).toEqual([]);
    await history.save();
    const after = await readFile(join(data, 'gpu-history.json'), 'utf8');
    // Without a card nothing is written, so what was there stays.
    if (text.includes('"y"'))
      expect(JSON.parse(after)).toMatchObject({ schema: 1, cards: { y: [[5, null, null, 1, 2]] } });
    else expect(after).toBe(text);
  },
);
