/** Starting an engine as our direct child in a group of its own, signalling that group, and proving that it is gone. */
import { constants } from 'node:fs';
import { access, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa, type Result } from 'execa';
import { ERRORS, type ErrorCode } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { processTable } from './process-table.ts';
import { descendantsIn, type NamedProcess, RUN_VARIABLE, startTime, tagged } from './processes.ts';
import { runTool } from './run-tool.ts';

export interface EngineCommand {
  /** A path, or a name that is looked up on PATH (that of `env` if it has one). */
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the host's own environment, from which everything called `STACKYARD_…` is taken away: secrets live there. */
  readonly env: Readonly<Record<string, string>>;
  /** `null`: the host's. */
  readonly cwd: string | null;
  /** Gets stdout and stderr, appended; made when it does not exist. */
  readonly logPath: string;
  /** `<instance>:<runId>`. */
  readonly tag: string;
}

export interface EngineProcess {
  readonly ok: true;
  /** Of the process and of its group. */
  readonly pid: number;
  /** See `startTime`; `null` when it ended before it could be read. */
  readonly startTime: string | null;
  /** Resolves once when it ended; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export type SpawnOutcome = EngineProcess | { readonly ok: false; readonly cause: Cause };

/** A process as it was seen once, so that it is recognised later. */
export interface SeenProcess extends NamedProcess {
  readonly startTime: string | null;
}

export interface Run {
  readonly pid: number;
  readonly startTime: string | null;
  readonly tag: string;
  /** What `treeOf` gave while it still ran: finds those that left the group and hide their environment. */
  readonly seen?: readonly SeenProcess[];
}

/**
 * Starts an engine. The log file's descriptor is handed to it, so its writes never wait for the host.
 * Never throws: what can go wrong is `command_not_found`, `permission_denied` or `spawn_failed`.
 */
export async function spawnEngine(command: EngineCommand): Promise<SpawnOutcome> {
  const { file, args, cwd, logPath } = command;
  if (cwd !== null && !(await isFolder(cwd))) {
    return failed('spawn_failed', `The folder ${cwd} does not exist.`, 'Check `cwd`.');
  }
  let log: Awaited<ReturnType<typeof open>>;
  try {
    await mkdir(dirname(logPath), { recursive: true, mode: 0o700 });
    log = await open(logPath, 'a', 0o600);
  } catch (error) {
    return failed('spawn_failed', `The log file ${logPath} can’t be opened: ${(error as Error).message}`, null);
  }
  // execa passes any descriptor on as it is, but its types know only the first few.
  const descriptor = log.fd as 3;
  try {
    const child = execa(file, args, {
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
      stdin: 'ignore',
      stdout: descriptor,
      stderr: descriptor,
      windowsHide: true,
      extendEnv: false,
      env: environment(command),
      ...(cwd !== null && { cwd }),
    });
    if (child.pid === undefined) return await explain(await child, command);
    const exited = child.then((result) => ({ code: result.exitCode ?? null, signal: result.signal ?? null }));
    return { ok: true, pid: child.pid, startTime: await startTime(child.pid), exited };
  } finally {
    await log.close();
  }
}

/**
 * Signals a child's group, or only its leader. False when nobody is left to get it.
 * Windows has no such signals: whatever is asked for, the tree is ended by `taskkill /T /F`.
 */
export async function signalGroup(
  pid: number,
  signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL',
  options: { readonly leaderOnly?: boolean } = {},
): Promise<boolean> {
  if (process.platform === 'win32') return (await runTool('taskkill', ['/PID', String(pid), '/T', '/F'])) !== null;
  return send(options.leaderOnly ? pid : -pid, signal);
}

/** The run's process, its descendants and its group as they are now; ask before stopping it and pass it on as `seen`. */
export async function treeOf(pid: number): Promise<SeenProcess[]> {
  const table = await processTable();
  const members = new Set(descendantsIn(table, pid));
  for (const row of table) if (row.pid === pid || row.pgid === pid) members.add(row);
  return [...members].map(({ pid, name, startTime }) => ({ pid, name, startTime }));
}

/** Who of a run still lives: its process, its group, its descendants, those seen before, and whoever carries its tag. */
export async function survivorsOf(run: Run): Promise<SeenProcess[]> {
  const [table, marked] = await Promise.all([processTable(), tagged(run.tag)]);
  const marks = new Set(marked.map((row) => row.pid));
  const seen = new Map((run.seen ?? []).map((row) => [row.pid, row.startTime]));
  const leader = table.find((row) => row.pid === run.pid);
  // The number of a dead leader may belong to a stranger by now, and then so do its group and children.
  const ours = !leader || marks.has(leader.pid) || (leader.startTime !== null && leader.startTime === run.startTime);
  const family = ours ? new Set(descendantsIn(table, run.pid).map((row) => row.pid)) : new Set<number>();
  const groups = ours && process.platform !== 'win32';
  return table
    .filter(
      (row) =>
        marks.has(row.pid) ||
        (leader && ours && row.pid === run.pid) ||
        (groups && row.pgid === run.pid) ||
        family.has(row.pid) ||
        (seen.has(row.pid) && row.startTime !== null && seen.get(row.pid) === row.startTime),
    )
    .map(({ pid, name, startTime }) => ({ pid, name, startTime }));
}

/** Kills what is left of a run and waits until it is gone. Gives back who is still there at the deadline: to be named, never ignored. */
export async function killVerified(run: Run, deadlineMs = 5_000): Promise<SeenProcess[]> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const left = await survivorsOf(run);
    if (left.length === 0) return [];
    // Each by its own number, not by the group's: all were just recognised, and new ones are met in the next round.
    for (const { pid } of left) {
      if (process.platform === 'win32') await signalGroup(pid, 'SIGKILL');
      else send(pid, 'SIGKILL');
    }
    if (performance.now() > end) return survivorsOf(run);
    await wait(20);
  }
}

function environment({ env, tag }: EngineCommand): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !/^(STACKYARD_|ELECTRON_RUN_AS_NODE$)/i.test(name),
  );
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    // Python's setproctitle writes over the environment that others read (its README); vLLM uses it, and our tag is there.
    SPT_NOENV: '1',
    PYTHONUNBUFFERED: '1',
    ...env,
    [RUN_VARIABLE]: tag,
  };
}

async function explain(
  result: Pick<Result, 'cause' | 'shortMessage'>,
  { file }: EngineCommand,
): Promise<SpawnOutcome> {
  const error = result.cause as NodeJS.ErrnoException | undefined;
  const named = /[/\\]/.test(file);
  if (error?.code === 'ENOENT') {
    // The kernel answers the same for a script whose interpreter is gone (a virtual environment that was moved).
    if (named && (await isFile(file)))
      return failed('spawn_failed', `${file} needs an interpreter that does not exist.`, 'Look at its first line.');
    return failed('command_not_found', named ? `${file} does not exist.` : `“${file}” is not on PATH.`);
  }
  if (error?.code === 'EACCES' || error?.code === 'EPERM') {
    const hint = named && !(await mayRun(file)) ? `Make it executable: chmod +x ${file}` : null;
    return failed('permission_denied', `${file} may not be executed.`, hint);
  }
  return failed('spawn_failed', `${file} could not be started: ${error?.message ?? result.shortMessage ?? ''}`, null);
}

const failed = (code: ErrorCode, message: string, hint: string | null = ERRORS[code].hint): SpawnOutcome => ({
  ok: false,
  cause: { code, message, hint },
});

/** False when it is gone. Another user's process (EPERM) never is ours, so that too is nobody. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
const mayRun = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
