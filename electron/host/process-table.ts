/** The machine's living processes, read without blocking the loop: `/proc` on Linux, `ps` on macOS, PowerShell on Windows. */
import { readdir, readFile } from 'node:fs/promises';
import { inBatches } from './in-batches.ts';
import { runTool } from './run-tool.ts';

export interface ProcessRow {
  readonly pid: number;
  readonly ppid: number;
  /** Process group; `null` on Windows, which has none. */
  readonly pgid: number | null;
  readonly name: string;
  /** An opaque text that differs between two processes that had the same pid; `null` where it can't be told. */
  readonly startTime: string | null;
  /** Linux only. */
  readonly use?: {
    /** Seconds of processor time so far. */
    readonly cpu: number;
    readonly threads: number;
    /** When it began, seconds after the boot. */
    readonly began: number;
  };
}

/** The kernel counts time for user space in hundredths of a second on every architecture we run on (USER_HZ, times(2)). */
const TICKS = 100;

/** Every living process; zombies are dead. Empty when the system's tool fails. */
export async function processTable(): Promise<ProcessRow[]> {
  if (process.platform === 'linux') return linuxTable();
  if (process.platform === 'win32') {
    return parseWindowsTable((await windowsProcesses('')) ?? '');
  }
  return parsePsTable((await runTool('ps', ['-axo', 'pid=,ppid=,pgid=,state=,lstart=,ucomm='])) ?? '');
}

/** One living process; `null` when it is gone or a zombie. */
export async function processRow(pid: number): Promise<ProcessRow | null> {
  if (process.platform === 'linux') return linuxRow(pid, await bootId());
  if (process.platform === 'win32') {
    return parseWindowsTable((await windowsProcesses(`-Filter 'ProcessId=${pid}'`)) ?? '')[0] ?? null;
  }
  const text = await runTool('ps', ['-p', String(pid), '-o', 'pid=,ppid=,pgid=,state=,lstart=,ucomm=']);
  return parsePsTable(text ?? '')[0] ?? null;
}

/** The pids that `/proc` lists (Linux). */
export async function procPids(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** A file of `/proc`, `null` when the process is gone or another user's. */
export const procFile = (pid: number, name: string): Promise<Buffer | null> =>
  readFile(`/proc/${pid}/${name}`).catch(() => null);

/** `/proc/PID/stat`: the name stands in the outermost parentheses and may itself contain some (proc(5)). */
export function parseStat(text: string, boot: string): ProcessRow | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const [state, ppid, pgid, ...rest] = text.slice(close + 2).split(' ');
  const ticks = rest[16]; // field 22; `state` is field 3
  if (state === undefined || 'ZXx'.includes(state) || ticks === undefined) return null;
  return {
    pid: Number.parseInt(text, 10),
    ppid: Number(ppid),
    pgid: Number(pgid),
    name: text.slice(open + 1, close),
    startTime: `${boot}:${ticks}`,
    // Fields 14, 15 and 20.
    use: {
      cpu: (Number(rest[8]) + Number(rest[9])) / TICKS,
      threads: Number(rest[14]),
      began: Number(ticks) / TICKS,
    },
  };
}

/** `ps -o pid=,ppid=,pgid=,state=,lstart=,ucomm=`; lstart is five words, `Mon Nov 23 09:04:26 2026`. */
export function parsePsTable(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const m = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*?)\s*$/.exec(line);
    if (!m || m[4]?.startsWith('Z')) return [];
    const startTime = (m[5] ?? '').replace(/\s+/g, ' ');
    return [{ pid: Number(m[1]), ppid: Number(m[2]), pgid: Number(m[3]), name: m[6] ?? '', startTime }];
  });
}

/** Lines of `PID PPID CREATED NAME`; CREATED is a Windows file time, `0` for the few system processes that hide it. */
export function parseWindowsTable(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const m = /^\s*(\d+) (\d+) (\d+) (.*?)\s*$/.exec(line);
    if (!m) return [];
    const startTime = m[3] === '0' ? null : (m[3] ?? null);
    return [{ pid: Number(m[1]), ppid: Number(m[2]), pgid: null, name: m[4] ?? '', startTime }];
  });
}

function windowsProcesses(filter: string): Promise<string | null> {
  const created = '$(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() } else { 0 })';
  const line = `"$($_.ProcessId) $($_.ParentProcessId) ${created} $($_.Name)"`;
  const script = `Get-CimInstance Win32_Process ${filter} | ForEach-Object { ${line} }`;
  return runTool('powershell.exe', ['-NoProfile', '-Command', script], 15_000);
}

async function linuxTable(): Promise<ProcessRow[]> {
  const [pids, boot] = await Promise.all([procPids(), bootId()]);
  const rows = await inBatches(pids, (pid) => linuxRow(pid, boot));
  return rows.filter((row) => row !== null);
}

async function linuxRow(pid: number, boot: string): Promise<ProcessRow | null> {
  const stat = await procFile(pid, 'stat');
  return stat && parseStat(stat.toString('utf8'), boot);
}

let boot: Promise<string> | null = null;
/** Start times count from the boot, so the boot belongs to them. */
function bootId(): Promise<string> {
  boot ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => 'unknown',
  );
  return boot;
}
