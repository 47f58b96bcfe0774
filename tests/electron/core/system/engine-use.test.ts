import { describe, expect, it } from 'vitest';
import { engineTrees, engineUses, type ProcessUse } from '../../../../electron/core/system/engine-use.ts';

const row = (pid: number, ppid: number, change: Partial<ProcessUse> = {}): ProcessUse => ({
  pid,
  ppid,
  pgid: pid,
  startTime: `boot:${pid}`,
  cpu: 0,
  threads: 1,
  age: 10,
  ...change,
});
const engine = (name: string, ...pids: number[]) => ({ engine: name, run: null, pids });
const pidsOf = (trees: ReturnType<typeof engineTrees>) =>
  Object.fromEntries(trees.map((tree) => [tree.engine, tree.members.map(({ pid }) => pid)]));

describe('the processes of an engine', () => {
  it('are its leader, its descendants and its group', () => {
    const table = [
      row(1, 0),
      row(12, 10),
      row(10, 1),
      row(13, 12),
      row(20, 1, { pgid: 10 }),
      row(21, 20),
      row(30, 1),
    ];
    expect(pidsOf(engineTrees([engine('a', 10), engine('b', 30), engine('gone', 99)], table))).toEqual({
      a: [10, 20, 12, 21, 13],
      b: [30],
    });
  });

  it('still are found when the leader is gone, and a circle of parents ends', () => {
    expect(pidsOf(engineTrees([engine('a', 10)], [row(11, 1, { pgid: 10 }), row(12, 10)]))).toEqual({ a: [11, 12] });
    expect(pidsOf(engineTrees([engine('a', 5)], [row(5, 6), row(6, 5)]))).toEqual({ a: [5, 6] });
  });

  it('of none are none', () => {
    expect(engineTrees([engine('a'), engine('b', 7)], [row(1, 0)])).toEqual([]);
  });
});

describe('what an engine takes', () => {
  const trees = (self: Partial<ProcessUse>, child: Partial<ProcessUse>) => [
    {
      engine: 'a',
      members: [row(10, 1, { threads: 4, age: 100, ...self }), row(11, 10, { threads: 2, age: 3, ...child })],
    },
  ];
  const resident = new Map([
    [10, { own: 100, file: 7 }],
    [11, { own: 20, file: null }],
  ]);

  it('is summed over its tree; CPU needs two looks', () => {
    const first = engineUses(trees({ cpu: 5 }, { cpu: 1 }), resident, null, 1000);
    expect(first.uses).toEqual([
      { engine: 'a', cpu: null, memory: 120, memory_file: 7, threads: 6, processes: 2, uptime: 100_000 },
    ]);
    const second = engineUses(trees({ cpu: 6 }, { cpu: 3 }), resident, first.marks, 1002);
    expect(second.uses[0]?.cpu).toBe(150);
  });

  it('counts a new process from its beginning, and never less than nothing for a pid that was used again', () => {
    const { marks } = engineUses(trees({ cpu: 5 }, { cpu: 9 }), resident, null, 0);
    const again = engineUses(trees({ cpu: 5 }, { cpu: 1, startTime: 'boot:later' }), resident, marks, 1);
    expect(again.uses[0]?.cpu).toBe(100);
    const back = engineUses(trees({ cpu: 4 }, { cpu: 9 }), resident, marks, 1);
    expect(back.uses[0]?.cpu).toBe(0);
  });

  it('is unknown, not zero, where nobody may look, and when no process was there before', () => {
    const { marks } = engineUses([], new Map(), null, 0);
    const { uses } = engineUses(trees({ age: null }, {}), new Map(), marks, 1);
    expect(uses[0]).toMatchObject({ cpu: null, memory: null, memory_file: null, uptime: null });
  });

  it('has no CPU between two looks at the same time', () => {
    const { marks } = engineUses(trees({}, {}), resident, null, 5);
    expect(engineUses(trees({ cpu: 1 }, {}), resident, marks, 5).uses[0]?.cpu).toBeNull();
  });
});
