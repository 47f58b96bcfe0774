import { describe, expect, it } from 'vitest';
import { type EngineNow, owned, type ProcessFacts } from '../../../../electron/core/gpu/ownership.ts';
import { joined, nothing, type Reading } from '../../../../electron/core/gpu/reading.ts';
import { gpuWarnings } from '../../../../electron/core/gpu/warnings.ts';
import { GPU_SAMPLE } from '../../../fixtures/gpu/sample.ts';

const seen = (pid: number, memory: number | null = 1, gpu = 'g') => ({ pid, name: null, gpu, memory });
const facts = (pid: number, change: Partial<ProcessFacts> = {}): [number, ProcessFacts] => [
  pid,
  { name: `p${pid}`, startTime: `t${pid}`, line: [pid], pgid: null, run: null, ...change },
];
const LLAMA: EngineNow = { engine: 'llama', run: 'llama.2', pids: [10] };
const whose = (found: ReturnType<typeof owned>) =>
  found.processes.map(({ pid, engine, survivor }) => [pid, engine, survivor]);

describe('whose GPU memory it is', () => {
  it('is the engine’s by its leader, its line of parents, its group or the tag of the run', () => {
    const known = new Map([
      facts(10),
      facts(11, { line: [11, 12, 10] }),
      facts(13, { pgid: 10 }),
      facts(14, { run: 'llama.2' }),
      facts(15),
    ]);
    const found = owned(
      [10, 11, 13, 14, 15].map((pid) => seen(pid)),
      known,
      [LLAMA],
      new Map(),
    );
    expect(whose(found)).toEqual([
      [10, 'llama', false],
      [11, 'llama', false],
      [13, 'llama', false],
      [14, 'llama', false],
      [15, null, false],
    ]);
  });

  it('is a survivor’s when the run of its tag is over, also when a new one is on', () => {
    const known = new Map([facts(20, { run: 'llama.1' }), facts(21, { run: 'my.engine.7' })]);
    expect(whose(owned([seen(20), seen(21)], known, [LLAMA], new Map()))).toEqual([
      [20, 'llama', true],
      [21, 'my.engine', true],
    ]);
  });

  it('remembers who was in the tree when its leader is gone, but not a stranger with the same pid', () => {
    const before = owned([seen(11)], new Map([facts(11, { line: [11, 10] })]), [LLAMA], new Map());
    const gone = [{ engine: 'llama', run: null, pids: [] }];
    const after = owned([seen(11)], new Map([facts(11)]), gone, before.remembered);
    expect(whose(after)).toEqual([[11, 'llama', true]]);
    const stranger = owned([seen(11)], new Map([facts(11, { startTime: 'later' })]), gone, after.remembered);
    expect(whose(stranger)).toEqual([[11, null, false]]);
    expect(owned([], new Map(), gone, after.remembered).remembered.size).toBe(0);
  });

  it('is nobody’s when the process can’t be looked at, and the largest comes first', () => {
    const found = owned([seen(1, null), seen(2, 5), seen(3, 9)], new Map(), [LLAMA], new Map());
    expect(found.processes.map(({ pid, name }) => [pid, name])).toEqual([
      [3, null],
      [2, null],
      [1, null],
    ]);
  });
});

describe('several sources', () => {
  const nvidia: Reading = { ...nothing('nvidia', 'ok', null), gpus: GPU_SAMPLE.gpus };
  const twin = { ...GPU_SAMPLE.gpus[0], vendor: 'windows', uuid: 'windows:0' } as Reading['gpus'][number];
  const other = { ...twin, uuid: 'windows:1', name: 'AMD Radeon', index: 1 };

  it('show a card once on Windows, with the processes that only Windows knows', () => {
    const windows: Reading = {
      ...nothing('windows', 'ok', null),
      gpus: [twin, other],
      processes: [
        { pid: 1, name: null, gpu: 'windows:0', memory: 5 },
        { pid: 2, name: null, gpu: 'windows:1', memory: 6 },
      ],
    };
    const { gpus, processes } = joined([
      { ...nvidia, processes: [{ pid: 1, name: 'x', gpu: twin.uuid, memory: null }] },
      windows,
    ]);
    expect(gpus.map(({ uuid }) => uuid)).toEqual([...GPU_SAMPLE.gpus.map(({ uuid }) => uuid), 'windows:1']);
    expect(processes).toEqual([
      { pid: 1, name: null, gpu: GPU_SAMPLE.gpus[0]?.uuid, memory: 5 },
      { pid: 2, name: null, gpu: 'windows:1', memory: 6 },
    ]);
  });

  it('count a process that two tools name once, with the larger amount', () => {
    const uuid = GPU_SAMPLE.gpus[0]?.uuid ?? '';
    const { processes } = joined([
      {
        ...nvidia,
        processes: [{ ...seen(1, 5, uuid), name: 'a' }, seen(1, 7, uuid), seen(1, null, uuid), seen(2, 1, 'gone')],
      },
    ]);
    expect(processes).toEqual([{ pid: 1, name: 'a', gpu: uuid, memory: 7 }]);
  });
});

describe('warnings', () => {
  const { gpus, processes } = GPU_SAMPLE;
  const limits = { warn_memory: 0.5, warn_celsius: 60 };

  it('name heat first, then who fills the memory', () => {
    expect(gpuWarnings(gpus, processes, limits).map(({ kind, message }) => [kind, message])).toEqual([
      ['temperature', 'NVIDIA GeForce RTX 4090 is at 61 °C; `gpu.warn_celsius` is 60.'],
      [
        'memory',
        'NVIDIA GeForce RTX 4090 uses 16 GiB of 24 GiB of its memory. Most of it is held by llama: 9.0 GiB.',
      ],
    ]);
  });

  it('are silent at the limit, when switched off, for unknowns and for shared memory', () => {
    expect(gpuWarnings(gpus, processes, { warn_memory: 0.95, warn_celsius: 61 })).toEqual([]);
    expect(gpuWarnings(gpus, processes, { warn_memory: null, warn_celsius: null })).toEqual([]);
    const unknown = gpus.map((gpu) => ({ ...gpu, memory_used: null, temperature: null }));
    expect(gpuWarnings(unknown, processes, limits)).toEqual([]);
    const unified = gpus.map((gpu) => ({ ...gpu, unified: true, temperature: 20 }));
    expect(gpuWarnings(unified, processes, limits)).toEqual([]);
  });
});
