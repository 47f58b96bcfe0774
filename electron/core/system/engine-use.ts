/** What engines take of the machine, from one look at all processes and the look before it. */
import type { EngineUse } from '../../../shared/system.ts';
import type { EngineNow } from '../gpu/ownership.ts';

/** A process as the system tells of it. */
export interface ProcessUse {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number | null;
  /** Differs between two processes that had the same pid. */
  readonly startTime: string | null;
  /** Seconds of processor time so far. */
  readonly cpu: number;
  readonly threads: number;
  /** Seconds since it began; `null` when it can't be told. */
  readonly age: number | null;
}

/** Seconds of processor time by process, and when that was, s on any clock that only rises. */
export interface CpuMarks {
  readonly at: number;
  readonly spent: ReadonlyMap<string, number>;
}

/** A living engine with the processes that are its own: of its leaders' trees and groups. Leader first. */
export interface EngineTree {
  readonly engine: string;
  readonly members: readonly ProcessUse[];
}

/** Engines without a living process are left out. A process in the trees of two is counted for each. */
export function engineTrees(engines: readonly EngineNow[], table: readonly ProcessUse[]): EngineTree[] {
  const children = new Map<number, ProcessUse[]>();
  for (const row of table) {
    const siblings = children.get(row.ppid);
    if (siblings === undefined) children.set(row.ppid, [row]);
    else siblings.push(row);
  }
  return engines.flatMap(({ engine, pids }): EngineTree[] => {
    const members = new Map(
      table
        .filter(({ pid, pgid }) => pids.includes(pid) || (pgid !== null && pids.includes(pgid)))
        .map((row) => [row.pid, row]),
    );
    for (let queue = [...members.keys(), ...pids]; queue.length > 0; ) {
      const next = queue.flatMap((pid) => children.get(pid) ?? []).filter(({ pid }) => !members.has(pid));
      for (const row of next) members.set(row.pid, row);
      queue = next.map(({ pid }) => pid);
    }
    const leading = ({ pid }: ProcessUse): number => (pids.includes(pid) ? 0 : 1);
    return members.size === 0
      ? []
      : [{ engine, members: [...members.values()].sort((a, b) => leading(a) - leading(b)) }];
  });
}

/** `resident`: bytes by pid; a process that is missing there is gone, or another user's. */
export function engineUses(
  trees: readonly EngineTree[],
  resident: ReadonlyMap<number, { readonly own: number; readonly file: number | null }>,
  before: CpuMarks | null,
  at: number,
): { readonly uses: EngineUse[]; readonly marks: CpuMarks } {
  const members = trees.flatMap((tree) => tree.members);
  const marks: CpuMarks = { at, spent: new Map(members.map((one) => [markOf(one), one.cpu])) };
  const uses = trees.map(({ engine, members }): EngineUse => {
    const held = members.flatMap(({ pid }) => resident.get(pid) ?? []);
    const files = held.flatMap(({ file }) => file ?? []);
    const age = members[0]?.age ?? null;
    return {
      engine,
      cpu: cpuOf(members, before, at),
      memory: held.length === 0 ? null : sum(held.map(({ own }) => own)),
      memory_file: files.length === 0 ? null : sum(files),
      threads: sum(members.map(({ threads }) => threads)),
      processes: members.length,
      uptime: age === null ? null : Math.round(age * 1000),
    };
  });
  return { uses, marks };
}

/** A process that is new since the last look spent all its time in between; one that ended takes its share along. */
function cpuOf(members: readonly ProcessUse[], before: CpuMarks | null, at: number): number | null {
  if (before === null || at <= before.at) return null;
  if (!members.some((one) => before.spent.has(markOf(one)))) return null;
  const spent = sum(members.map((one) => Math.max(0, one.cpu - (before.spent.get(markOf(one)) ?? 0))));
  return Math.round((1000 * spent) / (at - before.at)) / 10;
}

const markOf = ({ pid, startTime }: ProcessUse): string => `${pid} ${startTime ?? ''}`;
const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
