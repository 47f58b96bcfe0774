import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GpuHistory } from '../../../../electron/host/gpu/gpu-history.ts';
import type { GpuDevice, GpuSample } from '../../../../shared/gpu.ts';
import { GPU_SAMPLE, NO_GPU } from '../../../fixtures/gpu/sample.ts';
import { tempFolder } from '../../../support/tmp.ts';

const card = GPU_SAMPLE.gpus[0] as GpuDevice;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const START = Date.parse('2026-11-23T00:00:00Z');
const sample = (at: number, change: Partial<GpuDevice> = {}): GpuSample => ({
  ...GPU_SAMPLE,
  at: new Date(at).toISOString(),
  gpus: [{ ...card, ...change }],
});

/** Samples one after the other, from `at` on; gives the time after the last one. */
function feed(history: GpuHistory, at: number, count: number, every: number, of: (at: number) => GpuSample): number {
  for (let i = 0; i < count; i++) history.add(of(at + i * every));
  return at + count * every;
}

it('keeps an hour of seconds and the minutes behind it, through nine days in compressed time', async () => {
  const data = tempFolder();
  const history = new GpuHistory(data);
  const busy = (at: number) => sample(at, { utilization: (at / 1000) % 60 });
  // A day at one a second, then eight at one in ten seconds.
  const day = feed(history, START, 86_400, 1_000, busy);
  expect(history.of(card.uuid, 'hour')).toHaveLength(3_600);
  expect(history.of(card.uuid, 'week')).toHaveLength(1_439);
  expect(history.of(card.uuid, 'week')[7]).toMatchObject({
    at: START + 7 * 60_000,
    utilization: 29.5,
    power: 287,
    owners: { llama: 9 * GIB },
  });
  feed(history, day, 8 * 8_640, 10_000, (at) => sample(at));
  expect(history.of(card.uuid, 'hour')).toHaveLength(360);
  expect(history.of(card.uuid, 'week')).toHaveLength(10_080);
  await history.save();
  expect((await stat(join(data, 'gpu-history.json'))).size).toBeLessThan(1_000_000);
  const later = new GpuHistory(data);
  await later.remember();
  const [before, after] = [history, later].map((one) => one.of(card.uuid, 'week'));
  expect(after?.map(({ at, utilization }) => [at, utilization])).toEqual(
    before?.map(({ at, utilization }) => [at, utilization]),
  );
  expect(after?.at(-1)).toMatchObject({ memory_used: Math.round(16.4 * 1024) * MIB, owners: { llama: 9 * GIB } });
  expect(later.of(card.uuid, 'hour')).toEqual([]);
});

it('stays within its bound with as many cards, engines and samples as it keeps, and with more', async () => {
  const data = tempFolder();
  const history = new GpuHistory(data);
  // 20 cards with 100 engines that come and go, a long name each, four times a minute for eight days.
  const cards = [...Array(20).keys()].map((i) => ({ ...card, index: i, uuid: `GPU-${'0'.repeat(30)}${i}` }));
  const names = [...Array(100).keys()].map((i) => `an-engine-with-quite-a-long-name-${i}`);
  const of = (at: number): GpuSample => ({
    ...GPU_SAMPLE,
    at: new Date(at).toISOString(),
    gpus: cards,
    processes: cards.flatMap(({ uuid }, i) =>
      [...Array(9).keys()].map((n) => ({
        pid: n,
        name: null,
        gpu: uuid,
        memory: 1_234_567_890 + n,
        engine: names[(Math.floor(at / 3_600_000) + i + n) % 100] ?? null,
        survivor: false,
      })),
    ),
  });
  feed(history, START, 8 * 24 * 60, 60_000, of);
  await history.save();
  // A week is 10,080 rows a card: sixteen cards, and not twice as much however many engines there were.
  expect((await stat(join(data, 'gpu-history.json'))).size).toBeLessThan(16 * 10_080 * 100);
  const kept = JSON.parse(await readFile(join(data, 'gpu-history.json'), 'utf8')) as {
    cards: Record<string, { owners: string[]; minutes: number[][] }>;
  };
  expect(Object.keys(kept.cards)).toHaveLength(16);
  for (const { owners, minutes } of Object.values(kept.cards)) {
    expect(owners.length).toBeLessThanOrEqual(32);
    expect(minutes).toHaveLength(10_080);
  }
  for (const { uuid } of cards.slice(4)) {
    expect(history.of(uuid, 'hour').length).toBeLessThanOrEqual(3_600);
    for (const { owners } of history.of(uuid, 'week').slice(-3))
      expect(Object.keys(owners).length).toBeLessThanOrEqual(7);
  }
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

it.each([
  '',
  '{',
  '[]',
  '{"cards": 7}',
  '{"schema": 1, "cards": {"y": [[5, null, null, 1, 2]]}}',
  '{"cards": {"x": 1, "y": {"owners": ["a", 7], "minutes": [[1], ["a", 1, 1, 1, 1], [-1, 1, 1, 1, 1], 8, [5, "z", null, 1, 2, 3, 4, 5]]}}}',
])('begins with what a damaged file still tells: %j', async (text) => {
  const data = tempFolder();
  await writeFile(join(data, 'gpu-history.json'), text);
  const history = new GpuHistory(data);
  await history.remember();
  const kept = history.of('y', 'week');
  if (!text.includes('"owners"')) return void expect(kept).toEqual([]);
  const point = {
    at: 300_000,
    utilization: null,
    memory_used: null,
    temperature: 1,
    power: 2,
    owners: { a: 3 * MIB },
  };
  expect(kept).toEqual([point]);
  await history.save();
  const later = new GpuHistory(data);
  await later.remember();
  expect(later.of('y', 'week')).toEqual([point]);
});

it('writes nothing on a machine without a card, and leaves what was there', async () => {
  const data = tempFolder();
  await writeFile(join(data, 'gpu-history.json'), 'x');
  const history = new GpuHistory(data);
  await history.remember();
  history.add(NO_GPU);
  await history.save();
  expect(await readFile(join(data, 'gpu-history.json'), 'utf8')).toBe('x');
});
