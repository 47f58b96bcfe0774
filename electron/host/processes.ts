/** Questions about processes: is it still the same one, who belongs to it, what is it. */
import { readFile } from 'node:fs/promises';
import { inBatches } from './in-batches.ts';
import { type ProcessRow, processRow, processTable, procFile, procPids } from './process-table.ts';
import { runTool } from './run-tool.ts';

export interface NamedProcess {
  readonly pid: number;
  readonly name: string;
}

export interface ProcessDescription extends NamedProcess {
  /** The command line as far as we may see it. */
  readonly command: string | null;
  readonly user: string | null;
}

/** The variable that marks everything we start: `<instance>:<runId>`. */
export const RUN_VARIABLE = 'STACKYARD_RUN';

/** An opaque text that two processes with the same pid never share; `null` when it is gone, a zombie, or can't be told. */
export async function startTime(pid: number): Promise<string | null> {
  return (await processRow(pid))?.startTime ?? null;
}

/**
 * Whether the very process lives that had this pid and start time; a zombie is dead.
 * With `null` as start time (unknown) only whether any process of that pid lives.
 */
export async function isAlive(pid: number, started: string | null): Promise<boolean> {
  if (process.platform === 'win32' && started === null) return answersSignal(pid);
  const row = await processRow(pid);
  return row !== null && (started === null || row.startTime === started);
}

/** Children, their children and so on, without `pid` itself; those that left the tree by outliving their parent are not found. */
export async function descendants(pid: number): Promise<number[]> {
  return descendantsIn(await processTable(), pid).map((row) => row.pid);
}

/** The living members of a process group; none on Windows. */
export async function groupMembers(pgid: number): Promise<NamedProcess[]> {
  return (await processTable()).filter((row) => row.pgid === pgid).map(({ pid, name }) => ({ pid, name }));
}

/**
 * Living processes that carry our tag in the environment they were started with.
 * `tag` is `<instance>:<runId>`, or `<instance>:` for all runs of one host; `STACKYARD_RUN=` before it is allowed.
 * None on Windows, where a foreign environment can't be read.
 */
export async function tagged(tag: string): Promise<NamedProcess[]> {
  const wanted = tag.startsWith(`${RUN_VARIABLE}=`) ? tag : `${RUN_VARIABLE}=${tag}`;
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') {
    const [text, table] = await Promise.all([runTool('ps', ['axeww', '-o', 'pid=,command=']), processTable()]);
    const pids = parseEnvironments(text ?? '', wanted);
    return table.filter((row) => pids.has(row.pid)).map(({ pid, name }) => ({ pid, name }));
  }
  const found = await inBatches(await procPids(), async (pid) => {
    const environ = await procFile(pid, 'environ');
    if (!environ?.includes(wanted) || !environ.toString('utf8').split('\0').some(matches(wanted))) return null;
    return processRow(pid);
  });
  return found.filter((row) => row !== null).map(({ pid, name }) => ({ pid, name }));
}

/** Name, command line and user of a living process; `null` when there is none. */
export async function describe(pid: number): Promise<ProcessDescription | null> {
  const row = await processRow(pid);
  if (!row) return null;
  if (process.platform === 'linux') {
    const [cmdline, status] = await Promise.all([procFile(pid, 'cmdline'), procFile(pid, 'status')]);
    const command = cmdline?.toString('utf8').replace(/\0+$/, '').replaceAll('\0', ' ') || null;
    const uid = /^Uid:\s+(\d+)/m.exec(status?.toString('utf8') ?? '')?.[1];
    return { pid, name: row.name, command, user: uid === undefined ? null : await userName(Number(uid)) };
  }
  if (process.platform === 'win32') return { pid, name: row.name, command: null, user: null };
  const text = await runTool('ps', ['-ww', '-p', String(pid), '-o', 'user=,command=']);
  const m = /^\s*(\S+)\s+(.*\S)/.exec(text ?? '');
  return { pid, name: row.name, command: m?.[2] ?? null, user: m?.[1] ?? null };
}

/** Rows of a table that descend from `pid`, without itself. */
export function descendantsIn(table: readonly ProcessRow[], pid: number): ProcessRow[] {
  const children = new Map<number, ProcessRow[]>();
  for (const row of table) children.set(row.ppid, [...(children.get(row.ppid) ?? []), row]);
  const found: ProcessRow[] = [];
  const seen = new Set([pid]); // Windows keeps the ppid of dead parents, so a reused pid can close a circle
  for (let queue = [pid]; queue.length > 0; ) {
    const next = queue.flatMap((parent) => children.get(parent) ?? []).filter((row) => !seen.has(row.pid));
    for (const row of next) seen.add(row.pid);
    found.push(...next);
    queue = next.map((row) => row.pid);
  }
  return found;
}

/** `ps axeww -o pid=,command=` prints the environment after the arguments, all separated by blanks; pids that carry `wanted`. */
export function parseEnvironments(text: string, wanted: string): Set<number> {
  const hits = text
    .split('\n')
    .filter((line) => line.split(' ').some(matches(wanted)))
    .map((line) => Number.parseInt(line, 10));
  return new Set(hits.filter((pid) => Number.isInteger(pid)));
}

/** The name of a user id from the local user list, else the number as text. */
export async function userName(uid: number): Promise<string> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const row = passwd.split('\n').find((line) => line.split(':')[2] === String(uid));
  return row?.split(':')[0] ?? String(uid);
}

/** A tag that ends in `:` stands for all runs of an instance; any other must be the whole value. */
const matches = (wanted: string) => (entry: string) =>
  wanted.endsWith(':') ? entry.startsWith(wanted) : entry === wanted;

/** Another user's process answers too, with EPERM. */
function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
