import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import {
  descendants,
  describe as describeProcess,
  groupMembers,
  isAlive,
  startTime,
  tagged,
} from '../../../electron/host/processes.ts';
import { engine } from '../../support/small-host.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until } from '../../support/until.ts';

const children: { child: ChildProcess; pids: number[] }[] = [];

/** An engine fixture as a plain child with this tag. */
async function start(tag: string, ...args: string[]) {
  const { file, args: argv } = engine(...args);
  const child = spawn(file, argv, {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, STACKYARD_RUN: tag },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { pids } = JSON.parse(line) as { pids: Record<string, number> };
  children.push({ child, pids: Object.values(pids) });
  return { child, pid: child.pid as number, pids };
}

afterEach(async () => {
  for (const { child, pids } of children.splice(0)) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // gone already
      }
    }
    await gone;
  }
});

describeNeeding(['posix'], 'processes', () => {
  it('tells a process by its start time', async () => {
    const { child, pid } = await start('t0:1');
    const time = await startTime(pid);
    expect(time).toEqual(expect.any(String));
    expect(await startTime(pid)).toBe(time);
    expect(await isAlive(pid, time)).toBe(true);
    expect(await isAlive(pid, null)).toBe(true);
    expect(await isAlive(pid, `${time}0`)).toBe(false);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(await isAlive(pid, time)).toBe(false);
    expect(await isAlive(pid, null)).toBe(false);
    expect(await startTime(pid)).toBeNull();
  });

  it('takes a zombie for dead', async () => {
    // A shell that never waits for its child: once killed, the child stays a zombie.
    const shell = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: shell.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(await isAlive(pid, null)).toBe(true);
    // Until it has become `sleep` it is a shell still, and may wait for a child after all.
    await until('the shell to be gone', async () => (await describeProcess(shell.pid as number))?.name === 'sleep');
    process.kill(pid, 'SIGKILL');
    await until('the killed child to be dead', async () => !(await isAlive(pid, null)));
    expect(() => process.kill(pid, 0)).not.toThrow(); // it still has its number
    process.kill(-(shell.pid as number), 'SIGKILL');
    await once(shell, 'exit');
  });

  it('finds tree, group and tag, each with what only it can see', async () => {
    const { pid, pids } = await start('t1:run', '--child', '--stray', '--orphan', '--rename', 'somebody-else');
    const { child, stray, orphan } = pids as { child: number; stray: number; orphan: number };
    expect((await descendants(pid)).sort()).toEqual([child, stray].sort());
    expect((await groupMembers(pid)).map((row) => row.pid).sort()).toEqual([pid, child].sort());
    const all = [pid, child, stray, orphan].sort();
    const found = async (tag: string) => (await tagged(tag)).map((row) => row.pid).sort();
    expect(await found('t1:run')).toEqual(all);
    expect(await found('STACKYARD_RUN=t1:run')).toEqual(all);
    expect(await found('t1:')).toEqual(all);
    expect(await found('t1:ru')).toEqual([]);
    expect(await found('1:run')).toEqual([]);
  });

  it('describes a process, and nobody by nothing', async () => {
    const { pid } = await start('t2:1', '--say', 'two words');
    const found = await describeProcess(pid);
    expect(found?.command).toContain('engine.mjs --say two words');
    expect(found?.user).toBe((await import('node:os')).userInfo().username);
    expect(found?.name).toBeTruthy();
    expect(await describeProcess(2 ** 22 + 1)).toBeNull();
  });
});
