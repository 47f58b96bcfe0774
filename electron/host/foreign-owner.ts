/** Who runs a process that is not ours: asked from the system, decided in `foreign-owner-rules.ts`. */
import { readFile, readlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { ForeignOwner } from '../../shared/model.ts';
import {
  type Ancestor,
  foreignOwner,
  parseLaunchctl,
  parsePsAncestors,
  parseStatLine,
  parseTasklist,
  parseWindowsAncestors,
} from './foreign-owner-rules.ts';
import { type PortHolder, portHolder } from './ports.ts';
import { procFile } from './process-table.ts';
import { userName } from './processes.ts';
import { runTool } from './run-tool.ts';

/**
 * Who runs a living process; `null` when it is gone. Reads `/proc` on Linux; starts `ps` and `launchctl` on macOS, `tasklist` and
 * PowerShell on Windows, so it is not for a hot path. Never throws.
 */
export async function ownerOf(pid: number): Promise<ForeignOwner | null> {
  const chain = await ancestry(pid);
  return foreignOwner(chain, await ownCgroup());
}

/** Who runs what listens on a port of this machine; `null` when nobody listens. Never throws. */
export async function ownerOfPort(port: number): Promise<ForeignOwner | null> {
  const holder = await portHolder(port).catch(() => null);
  if (holder === null) return null;
  const owner = holder.pid === null ? null : await ownerOf(holder.pid).catch(() => null);
  return owner ?? unnamed(holder);
}

/** All that is known of a socket whose process belongs to another user: its user. */
const unnamed = ({ pid, name, user }: PortHolder): ForeignOwner => ({
  by: 'program',
  pid,
  name,
  user,
  mine: user === null ? null : user === userInfo().username,
  unit: null,
  parent: null,
});

/** The process and those above it, itself first; more than this many are a circle. */
const DEEPEST = 32;

async function ancestry(pid: number): Promise<readonly Ancestor[]> {
  if (process.platform === 'linux') return linuxAncestry(pid);
  return process.platform === 'win32' ? windowsAncestry(pid) : macAncestry(pid);
}

async function linuxAncestry(pid: number): Promise<readonly Ancestor[]> {
  const chain: Ancestor[] = [];
  for (let next: number | null = pid; next !== null && next > 0 && chain.length < DEEPEST; ) {
    const stat = parseStatLine((await procFile(next, 'stat'))?.toString('utf8') ?? '');
    if (stat === null) break;
    const [status, cgroup, exe] = await Promise.all([
      procFile(next, 'status'),
      procFile(next, 'cgroup'),
      readlink(`/proc/${next}/exe`).catch(() => null),
    ]);
    const uid = /^Uid:\s+(\d+)/m.exec(status?.toString('utf8') ?? '')?.[1];
    chain.push({
      pid: next,
      name: stat.name,
      path: exe,
      user: uid === undefined ? null : await userName(Number(uid)),
      mine: uid === undefined ? null : Number(uid) === process.getuid?.(),
      terminal: stat.terminal,
      cgroup: cgroup?.toString('utf8') ?? null,
      service: null,
    });
    next = stat.ppid;
  }
  return chain;
}

async function macAncestry(pid: number): Promise<readonly Ancestor[]> {
  const [table, jobs] = await Promise.all([
    runTool('ps', ['-axww', '-o', 'pid=,ppid=,user=,tty=,comm=']),
    runTool('launchctl', ['list']),
  ]);
  return parsePsAncestors(table ?? '', parseLaunchctl(jobs ?? ''), pid, userInfo().username).slice(0, DEEPEST);
}

async function windowsAncestry(pid: number): Promise<readonly Ancestor[]> {
  const script =
    'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId)`t$($_.ParentProcessId)`t$($_.Name)`t$($_.ExecutablePath)" }';
  const about = ['/FO', 'CSV', '/NH', '/FI', `PID eq ${pid}`];
  const [table, services, users] = await Promise.all([
    runTool('powershell.exe', ['-NoProfile', '-Command', script], 15_000),
    runTool('tasklist', ['/SVC', ...about], 15_000),
    runTool('tasklist', ['/V', ...about], 15_000),
  ]);
  const told = parseTasklist(services ?? '', users ?? '');
  return parseWindowsAncestors(table ?? '', told, pid, userInfo().username).slice(0, DEEPEST);
}

let own: Promise<string | null> | null = null;
function ownCgroup(): Promise<string | null> {
  own ??=
    process.platform === 'linux' ? readFile('/proc/self/cgroup', 'utf8').catch(() => null) : Promise.resolve(null);
  return own;
}
