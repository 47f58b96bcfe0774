/**
 * The guard: a shell script in a session of its own that outlives a killed host for just long enough to end what the host
 * had started. No Node or Electron binary serves as a helper, so Electron's RunAsNode fuse can stay off.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { GUARD_SCRIPT } from './guard-script.ts';
import { RUN_VARIABLE } from './processes.ts';

export interface Guard {
  /** Of the guard; `null` when there is none. */
  readonly pid: number | null;
  /** Why there is none; `null` when there is one. */
  readonly reason: string | null;
  /** From now on this process group dies with the host. */
  add(pgid: number): void;
  /** The group is gone; its number may soon be somebody else's. */
  remove(pgid: number): void;
  /** For an orderly end, when everything was stopped: lets the guard go and waits for it. It ends what is still listed or tagged. */
  close(): Promise<void>;
}

/** A guard that keeps dying is not started for ever. */
const MAX_RESTARTS = 5;

/**
 * Starts the guard of one host. `instance` is the id in every tag.
 * Where there is none (Windows, `STACKYARD_NO_GUARD=1`, no `/bin/sh`) the answer says so in `reason` and does nothing:
 * what a killed host leaves then stays until the next start reaps it.
 */
export async function startGuard(options: { readonly instance: string }): Promise<Guard> {
  if (process.platform === 'win32') return noGuard('Windows has no process groups that a guard could end.');
  if (process.env.STACKYARD_NO_GUARD === '1') return noGuard('STACKYARD_NO_GUARD is set.');

  const groups = new Set<number>();
  let closing = false;
  let restarts = 0;
  let child = launch();
  if (!(await started(child))) return noGuard('/bin/sh could not be started.');
  watch();

  function launch(): ChildProcess {
    const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'stackyard-guard'], {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin' },
    });
    guard.stdin?.on('error', () => {}); // a dead guard's pipe; `watch` deals with it
    guard.stdin?.write(`=${RUN_VARIABLE}=${options.instance}:\n`);
    for (const pgid of groups) guard.stdin?.write(`+${pgid}\n`);
    guard.unref();
    return guard;
  }

  function watch(): void {
    child.once('exit', () => {
      if (closing || restarts >= MAX_RESTARTS) return;
      restarts += 1;
      child = launch();
      child.once('error', () => {});
      watch();
    });
  }

  const say = (line: string) => {
    if (!closing) child.stdin?.write(`${line}\n`);
  };
  return {
    get pid() {
      return child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null;
    },
    reason: null,
    add(pgid) {
      if (!Number.isInteger(pgid) || pgid < 2) throw new RangeError(`${pgid} is no process group of a child.`);
      groups.add(pgid);
      say(`+${pgid}`);
    },
    remove(pgid) {
      groups.delete(pgid);
      say(`-${pgid}`);
    },
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await ended;
    },
  };
}

const started = (child: ChildProcess) =>
  new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });

const noGuard = (reason: string): Guard => ({
  pid: null,
  reason,
  add() {},
  remove() {},
  async close() {},
});
