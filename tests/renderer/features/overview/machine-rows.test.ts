import { expect, it } from 'vitest';
import { machineRows } from '../../../../renderer/features/overview/machine-rows.ts';
import { SYSTEM_SAMPLE } from '../../../fixtures/system/sample.ts';

it('has a row for what there is, and unknown ones before the first look', () => {
  expect(machineRows(SYSTEM_SAMPLE).map(({ name, share }) => [name, share?.toFixed(2)])).toEqual([
    ['CPU', '0.23'],
    ['Memory', '0.34'],
    ['Swap', '0.04'],
    ['Model disk', '0.78'],
  ]);
  expect(machineRows(null)).toMatchObject([
    { name: 'CPU', used: null, share: null },
    { name: 'Memory', used: null, share: null },
  ]);
});

it('leaves swap out where there is none, and numbers disks', () => {
  const [disk] = SYSTEM_SAMPLE.disks;
  if (disk === undefined) throw new Error('no disk');
  const sample = { ...SYSTEM_SAMPLE, swap_total: 0, disks: [disk, { ...disk, folders: ['/b'] }] };
  expect(machineRows(sample).map(({ name, title }) => [name, title])).toEqual([
    ['CPU', undefined],
    ['Memory', undefined],
    ['Model disk 1', '/home/ann/models\n/home/ann/.ollama/models'],
    ['Model disk 2', '/b'],
  ]);
});
