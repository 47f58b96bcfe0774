/** What this host has started, on disk before it says so: the next host reads it when this one is killed. */
import { readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';

export interface LedgerEntry {
  readonly pid: number;
  /** See `startTime` in processes.ts; `null` when it ended at once. */
  readonly startTime: string | null;
  /** `<instance>:<runId>`. */
  readonly tag: string;
  readonly kind: 'engine' | 'router' | 'guard';
  /** The engine's name, else the kind. */
  readonly name: string;
}

export interface Ledger {
  /** Resolves when the entry is safe on disk (flushed). An entry of the same pid is replaced. */
  record(entry: LedgerEntry): Promise<void>;
  /** Forgets a process that is gone; resolves when that is on disk. Never rejects: a row too many matches nobody. */
  remove(pid: number): Promise<void>;
  entries(): readonly LedgerEntry[];
}

/** Opens the ledger of a data folder. A file that can't be read as one is put aside as `ledger.json.broken`, and it starts empty. */
export async function openLedger(path: string): Promise<Ledger> {
  const entries = new Map((await load(path)).map((entry) => [entry.pid, entry]));
  let writing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | null = null;

  /** Changes made while a write is under way share the next one. */
  function save(): Promise<void> {
    queued ??= writing
      .catch(() => {})
      .then(() => {
        queued = null;
        const text = `${JSON.stringify({ schema: 1, entries: [...entries.values()] }, null, 2)}\n`;
        writing = writeFileAtomic(path, text, { mode: 0o600, fsync: true });
        return writing;
      });
    return queued;
  }

  return {
    record(entry) {
      entries.set(entry.pid, entry);
      return save();
    },
    async remove(pid) {
      // When another call has taken it out, that may not be on disk yet.
      await (entries.delete(pid) ? save() : (queued ?? writing)).catch(() => {});
    },
    entries: () => [...entries.values()],
  };
}

async function load(path: string): Promise<LedgerEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return [];
  }
  try {
    const { entries } = JSON.parse(text) as { entries: unknown };
    if (Array.isArray(entries)) return entries.filter(isEntry);
  } catch {
    // put aside below, as any other text that is no ledger
  }
  await rename(path, `${path}.broken`).catch(() => {});
  return [];
}

function isEntry(value: unknown): value is LedgerEntry {
  const { pid, startTime, tag, kind, name } = (value ?? {}) as Record<string, unknown>;
  return (
    Number.isInteger(pid) &&
    (pid as number) > 1 &&
    (startTime === null || typeof startTime === 'string') &&
    typeof tag === 'string' &&
    (kind === 'engine' || kind === 'router' || kind === 'guard') &&
    typeof name === 'string'
  );
}
