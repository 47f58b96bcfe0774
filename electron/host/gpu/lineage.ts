/** Where processes come from: their line of parents, their group, and the run that they were started for. */
import { performance } from 'node:perf_hooks';
import type { ProcessFacts } from '../../core/gpu/ownership.ts';
import { type ProcessRow, processRow, processTable, procFile } from '../process-table.ts';
import { RUN_VARIABLE } from '../processes.ts';

/** On macOS and Windows the whole table costs a process of its own; this long it is good enough, ms. */
const TABLE_FOR = 15_000;
/** No tree is that deep; a circle of reused pids is no tree. */
const DEEPEST = 64;

/** Tells of processes by pid; those that are gone are missing. `instance` marks what this host starts. */
export function createLineage(
  instance: string | null,
): (pids: readonly number[]) => Promise<Map<number, ProcessFacts>> {
  let table: { readonly at: number; readonly rows: ReadonlyMap<number, ProcessRow> } | null = null;

  async function rowOf(pid: number): Promise<ProcessRow | null> {
    if (process.platform === 'linux') return processRow(pid);
    if (table === null || performance.now() - table.at > TABLE_FOR) {
      table = { at: performance.now(), rows: new Map((await processTable()).map((row) => [row.pid, row])) };
    }
    return table.rows.get(pid) ?? null;
  }

  async function factsOf(pid: number): Promise<ProcessFacts | null> {
    const row = await rowOf(pid);
    if (row === null) return null;
    const line = [pid];
    for (let next = row.ppid; next > 1 && line.length < DEEPEST && !line.includes(next); ) {
      line.push(next);
      next = (await rowOf(next))?.ppid ?? 0;
    }
    return { name: row.name, startTime: row.startTime, line, pgid: row.pgid, run: await runOf(pid, instance) };
  }

  return async (pids) => {
    const found = await Promise.all(
      [...new Set(pids)].map(async (pid) => [pid, await factsOf(pid).catch(() => null)] as const),
    );
    return new Map(found.flatMap(([pid, facts]) => (facts === null ? [] : [[pid, facts] as const])));
  };
}

/** From the environment it was started with: Linux, and only what this user may read. */
async function runOf(pid: number, instance: string | null): Promise<string | null> {
  if (instance === null || process.platform !== 'linux') return null;
  const prefix = `${RUN_VARIABLE}=${instance}:`;
  const environ = (await procFile(pid, 'environ'))?.toString('utf8').split('\0') ?? [];
  const run = environ.find((entry) => entry.startsWith(prefix))?.slice(prefix.length) ?? '';
  return run.includes('.') ? run : null;
}
