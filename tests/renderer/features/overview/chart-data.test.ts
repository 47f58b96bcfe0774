import { expect, it } from 'vitest';
import { GAPS, ownersIn, stacked } from '../../../../renderer/features/overview/chart-data.ts';
import { columnsOf } from '../../../../renderer/ui/chart-columns.ts';
import type { GpuPoint } from '../../../../shared/gpu.ts';
import { gpuPast } from '../../../fixtures/gpu/past.ts';

const point = (at: number, owners: GpuPoint['owners'], utilization: number | null = 1): GpuPoint => ({
  at,
  utilization,
  memory_used: null,
  temperature: null,
  power: null,
  owners,
});

it('breaks a line where looks are missing and where nobody knows', () => {
  const points = [point(0, {}), point(1_000, {}, null), point(60_000, {}, 5)];
  const use = [(one: GpuPoint) => one.utilization];
  expect(columnsOf(points, GAPS.hour, use)).toEqual([
    [0, 1, 2, 60],
    [1, null, null, 5],
  ]);
  expect(columnsOf(points, GAPS.week, use)).toEqual([
    [0, 1, 60],
    [1, null, 5],
  ]);
  expect(columnsOf([], GAPS.hour, use)).toEqual([[], []]);
});

it('puts engines on top of each other in the order of the config, others last', () => {
  const points = [point(0, { b: 1, '': 2 }), point(1_000, { a: 5, gone: 3 }), point(2_000, {})];
  const owners = ownersIn(points, ['a', 'b', 'never']);
  expect(owners).toEqual(['a', 'b', 'gone', '']);
  expect(columnsOf(points, GAPS.hour, stacked(owners)).slice(1)).toEqual([
    [0, 5, null],
    [1, 5, null],
    [1, 8, null],
    [3, 8, null],
  ]);
});

it('has the same moments in each chart', () => {
  const points = gpuPast(4_000_000, 3_600, 1_000);
  const one = columnsOf(points, GAPS.hour, [(p) => p.power]);
  expect(one[0]).toEqual(columnsOf(points, GAPS.hour, stacked(ownersIn(points, [])))[0]);
  // The gap in it adds a moment.
  expect(one[0]).toHaveLength(points.length + 1);
});
