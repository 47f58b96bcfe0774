/** Whose GPU memory it is: processes that tools name, joined with the engines' process trees and the tags of their runs. */
import type { GpuProcess } from '../../../shared/gpu.ts';
import type { SeenGpuProcess } from './reading.ts';

/** An engine as it is now. */
export interface EngineNow {
  readonly engine: string;
  /** Id of the run that is on; `null` when none is. */
  readonly run: string | null;
  /** Leaders of its process trees: of our run, or of whoever else runs it. */
  readonly pids: readonly number[];
}

/** A process as the system tells of it. */
export interface ProcessFacts {
  readonly name: string | null;
  readonly startTime: string | null;
  /** Itself, its parent, and so on. */
  readonly line: readonly number[];
  readonly pgid: number | null;
  /** `NAME.N` when it was started for a run of this host. */
  readonly run: string | null;
}

/** Pid and start time of processes that were seen in an engine's tree: once their leader is gone nothing else may tell. */
export type Remembered = ReadonlyMap<string, string>;

/**
 * The processes with their engines, largest first, and what to remember for the next time. A process of the run that is on, or in
 * the tree of an engine's leader, is the engine's; one of an earlier run, or that was in the tree, has outlived it.
 */
export function owned(
  seen: readonly SeenGpuProcess[],
  facts: ReadonlyMap<number, ProcessFacts>,
  engines: readonly EngineNow[],
  remembered: Remembered,
): { readonly processes: GpuProcess[]; readonly remembered: Remembered } {
  const next = new Map<string, string>();
  const processes = seen.map(({ pid, name, gpu, memory }): GpuProcess => {
    const known = facts.get(pid);
    const key = `${pid} ${known?.startTime ?? ''}`;
    const live = known === undefined ? null : engineNow(known, engines);
    const engine = live ?? (known?.run ? engineOfRun(known.run) : (remembered.get(key) ?? null));
    if (engine !== null && known !== undefined) next.set(key, engine);
    return {
      pid,
      name: name ?? known?.name ?? null,
      gpu,
      memory,
      engine,
      survivor: live === null && engine !== null,
    };
  });
  processes.sort((a, b) => (b.memory ?? -1) - (a.memory ?? -1) || a.pid - b.pid);
  return { processes, remembered: next };
}

function engineNow({ line, pgid, run }: ProcessFacts, engines: readonly EngineNow[]): string | null {
  const found =
    engines.find((one) => run !== null && one.run === run) ??
    engines.find(({ pids }) => pids.some((pid) => pid === pgid || line.includes(pid)));
  return found?.engine ?? null;
}

/** `NAME.N`. */
const engineOfRun = (run: string): string => run.slice(0, run.lastIndexOf('.'));
