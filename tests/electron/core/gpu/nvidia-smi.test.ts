import { describe, expect, it } from 'vitest';
import { GPU_FIELDS, gpuRounds, parseComputeApps, parseGpuRow } from '../../../../electron/core/gpu/nvidia-smi.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';

const MIB = 1024 ** 2;
const SYSTEM = { total: 128_000 * MIB, used: 20_000 * MIB };
const lines = (name: string) => gpuFixture(name).split('\n');
const row = (text: string) => parseGpuRow(text, SYSTEM)?.gpu;
const ONE = lines('nvidia/one.csv')[0] ?? '';

describe('a row of nvidia-smi', () => {
  it('becomes a card in bytes, per cent, °C and W', () => {
    expect(row(ONE)).toEqual({
      vendor: 'nvidia',
      index: 0,
      uuid: 'GPU-e41f3c52-1111-4222-8333-9a9a9a9a9a9a',
      name: 'NVIDIA GeForce RTX 4080 SUPER',
      bus: '00000000:01:00.0',
      utilization: 0,
      memory_used: 15791 * MIB,
      memory_total: 16376 * MIB,
      temperature: 42,
      power: 11.2,
      power_limit: 320,
      fan: 30,
      unified: false,
    });
  });

  it('keeps what the tool does not tell unknown, in each of its words for it', () => {
    const [h100, , k80, hidden] = lines('nvidia/not-available.csv').map(row);
    expect(h100).toMatchObject({ utilization: null, memory_used: 71350 * MIB, fan: null, unified: false });
    expect(k80).toMatchObject({
      utilization: null,
      memory_used: 0,
      temperature: null,
      power: null,
      power_limit: null,
    });
    expect(hidden).toMatchObject({ name: null, utilization: null, memory_used: null, memory_total: 8192 * MIB });
    expect(hidden?.uuid).toBe('nvidia:00000000:06:00.0');
  });

  it('counts the machine’s memory for a chip that has none of its own', () => {
    const gb10 = lines('nvidia/not-available.csv')[1] ?? '';
    expect(row(gb10)).toMatchObject({ unified: true, memory_total: SYSTEM.total, memory_used: SYSTEM.used });
    expect(parseGpuRow(gb10, null)?.gpu).toMatchObject({ unified: true, memory_total: null, memory_used: null });
  });

  it.each([
    ['nothing', ''],
    ['a sentence', lines('nvidia/no-driver.txt')[0] ?? ''],
    ['a column too few', ONE.split(',').slice(0, -1).join(',')],
    ['numbers of another country, so a column too many', ONE.replace('11.20', '11,20')],
    ['no index', ONE.replace('1, 0,', '1, [N/A],')],
    ['a header', GPU_FIELDS.join(', ')],
  ])('is none: %s', (_what, text) => {
    expect(row(text)).toBeUndefined();
  });

  it('has unknown numbers where units stand, not wrong ones', () => {
    expect(row(ONE.replace(' 15791,', ' 15791 MiB,'))).toMatchObject({
      memory_used: null,
      memory_total: 16376 * MIB,
    });
  });
});

describe('looks', () => {
  it('puts 16 cards in no order together, twice, and passes over an XID line', () => {
    const rounds = gpuRounds(() => null);
    const looks = lines('nvidia/sixteen.csv').flatMap((line) => rounds.push(line) ?? []);
    expect(looks).toHaveLength(32);
    for (const [look, gpus] of [looks.slice(0, 16), looks.slice(16)].entries()) {
      expect(gpus.map(({ index }) => index)).toEqual([...Array(16).keys()]);
      expect(gpus.map(({ utilization }) => utilization)).toEqual([...Array(16).keys()].map((i) => i + look * 20));
      expect(gpus[7]?.uuid).toBe('GPU-00000007-0000-0000-0000-000000000000');
    }
    expect(rounds.flush()).toBeNull();
  });

  it('ends with a card that comes again, when one is lost that was promised', () => {
    const rounds = gpuRounds(() => null);
    const two = [ONE.replace(/^1,/, '2,'), ONE.replace(/^1, 0,/, '2, 1,')];
    expect(rounds.push(two[0] ?? '')).toBeNull();
    expect(rounds.push(two[1] ?? '')).toHaveLength(2);
    expect(rounds.push(two[0] ?? '')).toBeNull();
    expect(rounds.push(two[0] ?? '')).toHaveLength(1);
    expect(rounds.flush()).toHaveLength(1);
  });
});

describe('the processes of nvidia-smi', () => {
  const gpus = [row(ONE)].filter((gpu) => gpu !== undefined);
  const card = gpus[0]?.uuid;

  it('have a card, a name when it is told, and memory when it is told', () => {
    expect(parseComputeApps(gpuFixture('nvidia/apps.csv'), gpus)).toEqual([
      { pid: 1184, gpu: card, name: 'ollama', memory: 5310 * MIB },
      { pid: 20413, gpu: card, name: 'llama-server', memory: 9000 * MIB },
      { pid: 77, gpu: card, name: null, memory: 12 * MIB },
      { pid: 78, gpu: card, name: null, memory: null },
      { pid: 90, gpu: card, name: 'python3', memory: 256 * MIB },
      { pid: 91, gpu: card, name: 'python3', memory: 128 * MIB },
    ]);
  });

  it('leave out a slice whose card can’t be told among two', () => {
    const second = { ...gpus[0], uuid: 'GPU-2', index: 1 } as (typeof gpus)[number];
    const pids = parseComputeApps(gpuFixture('nvidia/apps.csv'), [...gpus, second]).map(({ pid }) => pid);
    expect(pids).toEqual([1184, 20413, 77, 78, 90]);
  });
});
