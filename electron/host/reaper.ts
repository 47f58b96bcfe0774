/** Ends what a killed host left behind, and nothing else: pid *and* start time of the ledger must match, or a dead host's tag. */
import { setTimeout as wait } from 'node:timers/promises';
import { type SeenProcess, signalGroup } from './child.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { type ProcessRow, processTable } from './process-table.ts';
import { descendantsIn, type NamedProcess, tagged } from './processes.ts';

export interface ReapOptions {
  /** The id of the host that asks; what carries it is never touched. */
  readonly instance: string;
  /** Ids of hosts known to be dead (`claimInstance` names them), besides those in the ledger's tags. */
  readonly previous?: readonly string[];
  /** From TERM to KILL. Default 2 s. */
  readonly graceMs?: number;
  /** From KILL to giving up. Default 5 s. */
  readonly deadlineMs?: number;
}

export interface ReapReport {
  /** Found alive and gone now. */
  readonly killed: readonly NamedProcess[];
  /** Still alive at the deadline; they stay in the ledger for the next try. */
  readonly left: readonly NamedProcess[];
}

/** Asks with TERM, then kills, then verifies; entries of processes that are gone leave the ledger. */
export async function reapLeftovers(ledger: Ledger, options: ReapOptions): Promise<ReapReport> {
  const { graceMs = 2_000, deadlineMs = 5_000 } = options;
  const entries = ledger.entries().filter((entry) => instanceOf(entry.tag) !== options.instance);
  const dead = new Set([...entries.map((entry) => instanceOf(entry.tag)), ...(options.previous ?? [])]);
  dead.delete(options.instance);
  dead.delete('');

  const met = new Map<string, SeenProcess>();
  const look = async (): Promise<SeenProcess[]> => {
    const found = await leftovers(entries, [...dead], [...met.values()]);
    for (const row of found) met.set(key(row), row);
    return found;
  };
  const until = async (signal: 'SIGTERM' | 'SIGKILL', limitMs: number): Promise<SeenProcess[]> => {
    const end = performance.now() + limitMs;
    const told = new Set<string>();
    for (;;) {
      const found = await look();
      for (const row of found) {
        if (told.has(key(row))) continue;
        told.add(key(row));
        await signalGroup(row.pid, signal, { leaderOnly: true });
      }
      if (found.length === 0 || performance.now() > end) return found;
      await wait(50);
    }
  };
  let left = await until('SIGTERM', graceMs);
  if (left.length > 0) left = await until('SIGKILL', deadlineMs);

  const alive = new Set(left.map(key));
  // While something of a dead host is left, its entries stay: their tags are how the next host will know it.
  if (left.length === 0) for (const entry of entries) await ledger.remove(entry.pid);
  return {
    killed: [...met.values()].filter((row) => !alive.has(key(row))).map(nameOf),
    left: left.map(nameOf),
  };
}

/** Processes of the ledger that are still the same ones, with their descendants and groups, and whoever carries a dead host's tag. */
async function leftovers(
  entries: readonly LedgerEntry[],
  dead: readonly string[],
  met: readonly SeenProcess[],
): Promise<SeenProcess[]> {
  const [table, ...marked] = await Promise.all([processTable(), ...dead.map((id) => tagged(`${id}:`))]);
  const wanted = new Set(marked.flat().map((row) => row.pid));
  const known = new Set([...entries, ...met].filter((row) => row.startTime !== null).map(key));
  const roots = table.filter((row) => row.startTime !== null && known.has(key(row)));
  for (const root of roots) {
    wanted.add(root.pid);
    for (const row of descendantsIn(table, root.pid)) wanted.add(row.pid);
    for (const row of table) if (row.pgid === root.pid) wanted.add(row.pid);
  }
  wanted.delete(process.pid);
  return table.filter((row) => wanted.has(row.pid)).map(seen);
}

const seen = ({ pid, name, startTime }: ProcessRow): SeenProcess => ({ pid, name, startTime });
const key = (row: { pid: number; startTime: string | null }) => `${row.pid} ${row.startTime}`;
const nameOf = ({ pid, name }: SeenProcess): NamedProcess => ({ pid, name });
const instanceOf = (tag: string) => tag.slice(0, Math.max(0, tag.indexOf(':')));
