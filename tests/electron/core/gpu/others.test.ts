import { describe, expect, it } from 'vitest';
import { memoryByCard, parseFdinfo } from '../../../../electron/core/gpu/drm-fdinfo.ts';
import { parseIoreg } from '../../../../electron/core/gpu/ioreg.ts';
import { parseWindowsCounters } from '../../../../electron/core/gpu/windows-counters.ts';
import { parseXpuDiscovery, withXpuStats } from '../../../../electron/core/gpu/xpu-smi.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';

const MIB = 1024 ** 2;

describe('what a client of a card holds, by fdinfo', () => {
  it.each([
    [
      'drm/fdinfo-amdgpu-old.txt',
      { bus: '0000:03:00.0', client: '117', own: 1024 * MIB, shared: 4096 * 1024 + 16 * 1024 },
    ],
    ['drm/fdinfo-amdgpu-new.txt', { bus: '0000:03:00.0', client: '118', own: 1024 * MIB, shared: 4 * MIB }],
    ['drm/fdinfo-i915.txt', { bus: '0000:00:02.0', client: '39', own: null, shared: 48 * MIB }],
    ['drm/fdinfo-xe.txt', { bus: '0000:03:00.0', client: '4', own: 257 * MIB, shared: 0 }],
  ])('%s', (name, expected) => expect(parseFdinfo(gpuFixture(name))).toEqual(expected));

  it.each(['', 'pos:\t0\nflags:\t02\n', 'drm-driver:\tnouveau\n', 'drm-pdev:\t0000:01:00.0\n'])(
    'is none: %j',
    (text) => expect(parseFdinfo(text)).toBeNull(),
  );

  it('counts a client once, and the machine’s memory only where the card uses it', () => {
    const one = { bus: 'a', client: '1', own: 100, shared: 10 };
    const clients = [one, one, { ...one, client: '2' }, { bus: 'b', client: '1', own: null, shared: 7 }];
    expect([...memoryByCard(clients, new Set())]).toEqual([
      ['a', 200],
      ['b', null],
    ]);
    expect([...memoryByCard(clients, new Set(['b']))]).toEqual([
      ['a', 200],
      ['b', 7],
    ]);
  });
});

describe('xpu-smi', () => {
  it('tells the card, and what it does', () => {
    const [card] = parseXpuDiscovery(gpuFixture('intel/discovery.json')) ?? [];
    expect(card).toMatchObject({
      name: 'Intel(R) Arc(TM) A770 Graphics',
      memory_total: 17079205888,
      utilization: null,
    });
    if (card === undefined) throw new Error('there is no card');
    expect(withXpuStats(card, gpuFixture('intel/stats.json'))).toMatchObject({
      uuid: '00000000-0000-0003-0000-000856a08086',
      utilization: 55.2,
      memory_used: 4096 * MIB,
      temperature: 61,
      power: 118.4,
    });
    expect(withXpuStats(card, '{"error": "x"}')).toMatchObject({ utilization: null, memory_used: null });
  });

  it.each(['', '{"error": "level-zero init error", "errno": 3}', '[]'])('is not its output: %j', (text) =>
    expect(parseXpuDiscovery(text)).toBeNull(),
  );
});

describe('ioreg', () => {
  it('tells use and memory of a chip that shares the machine’s', () => {
    expect(parseIoreg(gpuFixture('apple/ioreg.txt'), 16 * 1024 * MIB)).toMatchObject([
      {
        uuid: 'apple:0',
        name: 'Apple M1 Pro',
        utilization: 34,
        memory_used: 7688503296,
        memory_total: 16 * 1024 * MIB,
        unified: true,
      },
    ]);
  });

  it('without statistics tells nothing', () => {
    expect(parseIoreg('', null)).toEqual([]);
    expect(parseIoreg('+-o X <class X>\n {\n "model" = "Y"\n }\n', null)).toEqual([]);
  });
});

describe('Windows’ counters', () => {
  const counted = parseWindowsCounters(gpuFixture('windows/counters.json'));

  it('tell of the cards that are there: no renderer in software, none that was taken out', () => {
    expect(counted?.gpus).toMatchObject([
      {
        uuid: 'windows:0',
        name: 'AMD Radeon RX 7900 XTX',
        utilization: 60,
        memory_used: 4294967296,
        memory_total: 25753026560,
        unified: false,
      },
      {
        uuid: 'windows:1',
        name: 'Intel(R) UHD Graphics 770',
        utilization: 0,
        memory_used: 525336576,
        memory_total: 17000000000,
        unified: true,
      },
    ]);
  });

  it('tell of processes, a single one too', () => {
    expect(counted?.processes).toEqual([{ pid: 1234, gpu: 'windows:0', name: null, memory: 3221225472 }]);
  });

  it('have no number where another country’s is', () => {
    const text = gpuFixture('windows/counters.json')
      .replace('"busy": 40', '"busy": "40,5"')
      .replace('"busy": 20', '"busy": "1.000,0"');
    expect(parseWindowsCounters(text)?.gpus[0]?.utilization).toBe(5);
  });

  it.each(['', 'Get-CimInstance : Invalid class', '{"error": 1}'])('are not: %j', (text) =>
    expect(parseWindowsCounters(text)).toBeNull(),
  );
});
