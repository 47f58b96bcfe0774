import { expect, it } from 'vitest';
import { type GpuClaim, onCpu } from '../../../../electron/core/gpu/on-cpu.ts';
import type { GpuDevice, GpuProcess, GpuSource } from '../../../../shared/gpu.ts';
import { GPU_SAMPLE } from '../../../fixtures/gpu/sample.ts';

const GIB = 1024 ** 3;
const card = { ...(GPU_SAMPLE.gpus[0] as GpuDevice), uuid: 'c', memory_used: 6 * GIB };
const OK: GpuSource = { vendor: 'nvidia', state: 'ok', reason: null };
const held = (engine: string | null, change: Partial<GpuProcess> = {}): GpuProcess => ({
  pid: 1,
  name: 'x',
  gpu: 'c',
  memory: 5 * GIB,
  engine,
  survivor: false,
  ...change,
});
const CLAIM: GpuClaim = { engine: 'llama', says: '-ngl 99' };
const found = (change: Partial<Parameters<typeof onCpu>[1]> = {}, claims = [CLAIM]) =>
  onCpu(claims, { gpus: [card], processes: [held('other')], sources: [OK], ...change }).map(({ engine }) => engine);

it('names an engine that says it is on a card while none holds anything of it', () => {
  expect(found()).toEqual(['llama']);
  const [warning] = onCpu([CLAIM], { gpus: [card], processes: [held('other')], sources: [OK] });
  expect(warning).toMatchObject({ gpu: null, engine: 'llama', kind: 'on_cpu' });
  expect(warning?.message).toContain('llama should work on a graphics card (`-ngl 99`)');
  expect(found({ processes: [held('other'), held('llama', { survivor: true, memory: 1 })] })).toEqual(['llama']);
});

it.each<[string, Partial<Parameters<typeof onCpu>[1]>]>([
  ['it holds some', { processes: [held('other'), held('llama', { memory: 1 })] }],
  ['there is no card to be on', { gpus: [] }],
  ['its source has something to say', { sources: [{ ...OK, reason: 'Its processes can’t be told.' }] }],
  ['its source is not well', { sources: [{ ...OK, state: 'broken' }] }],
  [
    'much of the card is nobody’s: a container’s process list is not ours',
    { gpus: [{ ...card, memory_used: 9 * GIB }] },
  ],
  ['it is not told how much is used', { gpus: [{ ...card, memory_used: null }] }],
  ['a process hides how much it holds', { processes: [held('other'), held(null, { memory: null })] }],
  ['memory is shared with the machine', { gpus: [{ ...card, unified: true }] }],
  ['nobody tells of processes', { gpus: [{ ...card, vendor: 'apple' }], sources: [{ ...OK, vendor: 'apple' }] }],
  ['a second card can’t be judged', { gpus: [card, { ...card, uuid: 'd', memory_used: 2 * GIB }] }],
])('claims nothing when %s', (_why, change) => expect(found(change)).toEqual([]));
