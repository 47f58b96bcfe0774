import { describe, expect, it } from 'vitest';
import { parseAmdMetric, parseAmdProcesses, parseAmdStatic } from '../../../../electron/core/gpu/amd-smi.ts';
import { type DrmCard, deviceOfCard, isIntegrated, isReadable } from '../../../../electron/core/gpu/drm-card.ts';
import { parseRocm } from '../../../../electron/core/gpu/rocm-smi.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';

const MIB = 1024 ** 2;
const APU = new Set(['0000:0b:00.0']);
const known = parseAmdStatic(gpuFixture('amd/static.json'));

describe('amd-smi', () => {
  it.each(['amd/metric-list.json', 'amd/metric-object.json'])('reads %s, and counts GTT on an APU', (name) => {
    expect(parseAmdMetric(gpuFixture(name), known, APU)).toEqual([
      {
        vendor: 'amd',
        index: 0,
        uuid: 'amd:0000:03:00.0',
        name: 'AMD Radeon RX 7800 XT',
        bus: '0000:03:00.0',
        utilization: 37,
        memory_used: 2048 * MIB,
        memory_total: 16368 * MIB,
        temperature: 45,
        power: 22,
        power_limit: 212,
        fan: 20,
        unified: false,
      },
      {
        vendor: 'amd',
        index: 1,
        uuid: 'amd:0000:0b:00.0',
        name: 'Raphael',
        bus: '0000:0b:00.0',
        utilization: null,
        memory_used: 1000 * MIB,
        memory_total: 15512 * MIB,
        temperature: 51,
        power: 9,
        power_limit: null,
        fan: null,
        unified: true,
      },
    ]);
  });

  it('has the ids of `list`, and no id where that says N/A', () => {
    const listed = parseAmdStatic(gpuFixture('amd/list.json'));
    expect([...listed.values()].map(({ uuid }) => uuid)).toEqual(['c4ff747e-0000-1000-80aa-000000000000', null]);
  });

  it('without identities names cards by their number', () => {
    expect(parseAmdMetric('[{"gpu": 3}]', new Map(), APU)).toMatchObject([
      { index: 3, uuid: 'amd:3', name: null, memory_used: null, memory_total: null, utilization: null },
    ]);
  });

  it.each(['', 'Traceback (most recent call last):', '{"error": "no driver"}', '[1, 2', '7', 'null'])(
    'is no list of cards: %j',
    (text) => expect(parseAmdMetric(text, known, APU)).toBeNull(),
  );

  it('tells the processes, not the sentence that there are none', () => {
    const gpus = parseAmdMetric(gpuFixture('amd/metric-list.json'), known, APU) ?? [];
    expect(parseAmdProcesses(gpuFixture('amd/process.json'), gpus)).toEqual([
      { pid: 20413, gpu: 'amd:0000:03:00.0', name: 'llama-server', memory: 1792 * MIB },
      { pid: 77, gpu: 'amd:0000:03:00.0', name: null, memory: 12 * MIB },
    ]);
    expect(parseAmdProcesses('garbage', gpus)).toEqual([]);
  });
});

describe('rocm-smi', () => {
  const R9700 = {
    index: 0,
    uuid: 'amd:0000:03:00.0',
    name: 'AMD Radeon AI PRO R9700',
    utilization: 3,
    memory_used: 17179869184,
    memory_total: 34359738368,
    temperature: 38,
    power: 15,
    fan: 20,
    unified: false,
  };

  it('reads version 5.7 by the names of its columns', () => {
    expect(parseRocm(gpuFixture('amd/rocm-5.7.csv'), APU)).toMatchObject([R9700]);
  });

  it('reads version 7.1, where they are others and a warning comes first', () => {
    expect(parseRocm(gpuFixture('amd/rocm-7.1.csv'), APU)).toMatchObject([
      R9700,
      {
        index: 1,
        unified: true,
        memory_used: 516777216,
        memory_total: 16536870912,
        power: null,
        fan: null,
        temperature: 41,
      },
    ]);
  });

  it('reads JSON and skips `system`', () => {
    expect(parseRocm(gpuFixture('amd/rocm.json'), APU)).toMatchObject([
      {
        index: 0,
        uuid: 'amd:0',
        name: 'Radeon RX 6800',
        utilization: 12,
        memory_used: 1073741824,
        temperature: null,
      },
    ]);
  });

  it('passes over a row with a comma too many, and knows what is missing', () => {
    const [head, row] = gpuFixture('amd/rocm-5.7.csv').split('\n');
    expect(parseRocm(`${head}\n${row?.replace('15.0', '15,0')}\n`, APU)).toEqual([]);
    expect(parseRocm('device,GPU use (%)\ncard2,N/A\n', APU)).toMatchObject([
      { index: 2, utilization: null, memory_total: null, name: null },
    ]);
  });

  it.each(['', 'ERROR: No AMD GPUs specified', '{"card0": '])('is not its output: %j', (text) => {
    expect(parseRocm(text, APU)).toBeNull();
  });
});

describe('the kernel’s files', () => {
  const card = (name: string, change: Record<string, string> = {}): DrmCard => ({
    number: 0,
    files: new Map(Object.entries({ ...JSON.parse(gpuFixture(name)), ...change } as Record<string, string>)),
  });

  it('tell of a board', () => {
    expect(deviceOfCard(card('amd/card.json'), 0, 'amd')).toMatchObject({
      uuid: 'amd:c4ff747e00001000',
      bus: '0000:03:00.0',
      utilization: 37,
      memory_used: 2048 * MIB,
      memory_total: 17163091968,
      temperature: 45,
      power: 22,
      power_limit: 212,
      fan: 20,
      unified: false,
    });
  });

  it('tell of an APU, with GTT and without what it has no sensor for', () => {
    expect(isIntegrated(card('amd/apu.json'))).toBe(true);
    expect(deviceOfCard(card('amd/apu.json'), 0, 'amd')).toMatchObject({
      uuid: 'amd:0000:0b:00.0',
      unified: true,
      memory_used: 1000 * MIB,
      memory_total: 512 * MIB + 15000 * MIB,
      temperature: null,
      power: 9,
      power_limit: null,
      fan: null,
    });
  });

  it('tell nothing when they hold no numbers', () => {
    const odd = card('amd/card.json', { gpu_busy_percent: 'N/A\n', mem_info_vram_used: '', 'hwmon/pwm1_max': '0' });
    expect(deviceOfCard(odd, 0, 'amd')).toMatchObject({ utilization: null, memory_used: null, fan: null });
    expect(isReadable({ number: 0, files: new Map([['vendor', '0x1002']]) })).toBe(false);
  });
});
