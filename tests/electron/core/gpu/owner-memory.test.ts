import { describe, expect, it } from 'vitest';
import { ownerMemory, sameOwners } from '../../../../electron/core/gpu/owner-memory.ts';
import { averagePoint, pointsIn, rowsOf } from '../../../../electron/core/gpu/past.ts';
import type { GpuDevice, GpuPoint, GpuProcess } from '../../../../shared/gpu.ts';
import { GPU_SAMPLE } from '../../../fixtures/gpu/sample.ts';

const MIB = 1024 ** 2;
const card = { ...(GPU_SAMPLE.gpus[0] as GpuDevice), uuid: 'c', memory_used: 100 * MIB };
const held = (engine: string | null, mib: number | null, survivor = false): GpuProcess => ({
  pid: 1,
  name: 'x',
  gpu: 'c',
  memory: mib === null ? null : mib * MIB,
  engine,
  survivor,
});
const point = (at: number, change: Partial<GpuPoint>): GpuPoint => ({
  at,
  utilization: null,
  memory_used: null,
  temperature: null,
  power: null,
  owners: {},
  ...change,
});

describe('a card’s memory by owner', () => {
  it('has engines, what outlived them, and all else in one', () => {
    const list = [
      held('a', 10),
      held('a', 5, true),
      held('b', 40),
      held(null, 3),
      held('b', null),
      { ...held('a', 9), gpu: 'd' },
    ];
    expect(ownerMemory(card, list)).toEqual({ a: 15 * MIB, b: 40 * MIB, '': 45 * MIB });
    expect(ownerMemory({ ...card, memory_used: null }, list)).toEqual({ a: 15 * MIB, b: 40 * MIB, '': 3 * MIB });
  });

  it('keeps the largest apart, and is empty when nobody tells', () => {
    const many = [...Array(9).keys()].map((i) => held(`e${i}`, i + 1));
    expect(ownerMemory(card, many)).toEqual({
      ...Object.fromEntries([3, 4, 5, 6, 7, 8].map((i) => [`e${i}`, (i + 1) * MIB])),
      '': (100 - 39) * MIB,
    });
    expect(ownerMemory({ ...card, memory_used: null }, [held('a', null)])).toEqual({});
  });

  it('is one object as long as nothing changes', () => {
    const before = { a: 1, '': 2 };
    expect(sameOwners(before, { '': 2, a: 1 })).toBe(before);
    const next = { a: 1 };
    expect(sameOwners(before, next)).toBe(next);
    expect(sameOwners(undefined, next)).toBe(next);
  });
});

describe('a minute', () => {
  it('is the mean of what is known; who came in the middle held nothing before', () => {
    const points = [
      point(1, { utilization: 10, owners: { a: 100 } }),
      point(2, { power: 5, owners: { a: 50, b: 30 } }),
      point(3, { utilization: 21 }),
    ];
    expect(averagePoint(points, 0)).toEqual(point(0, { utilization: 15.5, power: 5, owners: { a: 75, b: 15 } }));
    expect(averagePoint([], 7)).toEqual(point(7, {}));
  });

  it('comes back from its row, to the MiB', () => {
    const points = [
      point(60_000, {
        utilization: 3,
        memory_used: 7 * MIB + 9,
        temperature: 41.5,
        owners: { a: 5 * MIB, '': 2 * MIB },
      }),
      point(120_000, { power: 0, owners: { b: MIB } }),
      point(180_000, {}),
    ];
    const rows = rowsOf(points);
    expect(rows.owners).toEqual(['', 'b', 'a']);
    expect(rows.minutes[2]).toEqual([3, null, null, null, null]);
    expect(pointsIn(JSON.parse(JSON.stringify(rows)))).toEqual(
      points.map((one) => (one.memory_used === null ? one : { ...one, memory_used: 7 * MIB })),
    );
  });

  it('counts engines beyond those that are kept as others', () => {
    const points = [...Array(40).keys()].map((i) => point(i * 60_000, { owners: { [`e${i}`]: 2 * MIB, '': MIB } }));
    const back = pointsIn(rowsOf(points));
    expect(back.at(-1)?.owners).toEqual({ e39: 2 * MIB, '': MIB });
    expect(back[0]?.owners).toEqual({ '': 3 * MIB });
  });
});
