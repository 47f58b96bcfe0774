import { expect, it } from 'vitest';
import { sparkLines } from '../../../renderer/ui/spark-lines.ts';

const point = (at: number, value: number | null) => ({ at, value });
const SIZE = { span: 100_000, width: 102, height: 22, most: 100 };

it('puts now at the right edge and what is older than the span outside', () => {
  const points = [point(0, 50), point(100_000, 0), point(120_000, 50), point(150_000, 100), point(200_000, 200)];
  expect(sparkLines([...points.slice(0, 4), point(170_000, 0), point(200_000, 200)], SIZE)).toEqual([
    '1.0,21.0 21.0,11.0 51.0,1.0 71.0,21.0 101.0,1.0',
  ]);
});

it('breaks at what nobody knows and where nobody looked, and draws no single points', () => {
  const points = [
    point(0, 0),
    point(10_000, 0),
    point(15_000, null),
    point(20_000, 0),
    point(60_000, 0),
    point(70_000, 0),
  ];
  expect(sparkLines(points, SIZE)).toEqual(['31.0,21.0 41.0,21.0', '91.0,21.0 101.0,21.0']);
  expect(sparkLines([], SIZE)).toEqual([]);
});
