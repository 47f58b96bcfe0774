/** What processes have in memory, a memory-mapped model's pages included: those that must be there for it to be fast. */
import { parseResident } from '../../core/system/proc-text.ts';
import type { EngineUnit } from '../engine-unit.ts';
import { inBatches } from '../in-batches.ts';
import { processTable, procFile } from '../process-table.ts';
import { descendantsIn } from '../processes.ts';

/** Whether the engine loads models one by one, by its kind or, of a foreign one, by what it reports. */
export function loadsSeveral(unit: EngineUnit): boolean {
  const { loadsModels, models } = unit.facts();
  return loadsModels || (models?.some(({ loadable }) => loadable) ?? false);
}

/** The processes of an engine's leaders, their descendants and groups. */
export async function treesOf(unit: EngineUnit): Promise<readonly number[]> {
  const { pids } = unit.processes();
  if (pids.length === 0) return [];
  const table = await processTable();
  const below = pids.flatMap((pid) => descendantsIn(table, pid));
  const beside = table.filter(({ pid, pgid }) => pids.includes(pid) || (pgid !== null && pids.includes(pgid)));
  return [...new Set([...beside, ...below].map(({ pid }) => pid))];
}

/** Bytes over all of these that live (RssAnon + RssShmem + RssFile); `null` when none does, and on macOS and Windows. */
export async function residentOf(pids: readonly number[]): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const sizes = await inBatches(pids, async (pid) => {
    const found = parseResident((await procFile(pid, 'status'))?.toString('utf8') ?? '');
    return found === null ? [] : [found.own + (found.file ?? 0)];
  });
  const known = sizes.flat();
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
}
