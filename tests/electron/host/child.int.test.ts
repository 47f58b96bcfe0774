import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type EngineProcess,
  killVerified,
  signalGroup,
  spawnEngine,
  survivorsOf,
  treeOf,
} from '../../../electron/host/child.ts';
import { isAlive } from '../../support/processes.ts';
import { engine, pidsFromLog } from '../../support/small-host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until, untilEqual } from '../../support/until.ts';

let runs = 0;

/** Starts the engine fixture with a tag of its own and waits until it is all there. */
async function start(...args: string[]) {
  runs += 1;
  const tag = `c${process.pid}:${runs}`;
  const logPath = join(tempFolder(), 'engine.log');
  const child = await spawnEngine({ ...engine(...args), env: {}, cwd: null, tag, logPath });
  if (!child.ok) throw new Error(child.cause.message);
  return { child, tag, logPath, pids: await pidsFromLog(logPath) };
}

const pidsOf = (rows: readonly { pid: number }[]) => rows.map((row) => row.pid).sort();

describeNeeding(['posix'], 'spawnEngine', () => {
  it('gives the true pid and exit code, and both outputs in the log, appended', async () => {
    const logPath = join(tempFolder(), 'logs/deep/engine.log');
    const command = { env: {}, cwd: null, tag: 'x:1', logPath };
    const first = (await spawnEngine({ ...engine('--say', 'one', '--exit', '3'), ...command })) as EngineProcess;
    expect(await first.exited).toEqual({ code: 3, signal: null });
    const sh = { file: '/bin/sh', args: ['-c', 'echo two; echo three >&2; kill -s KILL $$'] };
    const second = (await spawnEngine({ ...sh, ...command })) as EngineProcess;
    expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(readFileSync(logPath, 'utf8')).toBe('one\ntwo\nthree\n');
    expect(statSync(logPath).mode & 0o777).toBe(0o600);
  });

  it('passes its environment on with ours, but none of Stackyard’s own', async () => {
    process.env.STACKYARD_SECRET_TEST = 'hush';
    const logPath = join(tempFolder(), 'engine.log');
    const env = { MINE: 'yes', PYTHONUNBUFFERED: '2' };
    const child = await spawnEngine({ file: 'env', args: [], env, cwd: '/', tag: 'x:2', logPath });
    delete process.env.STACKYARD_SECRET_TEST;
    expect(child.ok && (await child.exited).code).toBe(0);
    const seen = readFileSync(logPath, 'utf8').split('\n');
    expect(seen).toEqual(expect.arrayContaining(['MINE=yes', 'PYTHONUNBUFFERED=2', 'STACKYARD_RUN=x:2']));
    expect(seen).toContain(`PATH=${process.env.PATH}`);
    expect(seen.filter((line) => line.startsWith('STACKYARD_'))).toEqual(['STACKYARD_RUN=x:2']);
  });

  it('lets the engine write while the host’s loop is blocked', async () => {
    const { child, logPath } = await start('--count', '20000');
    // Nothing of ours runs in here: only the file itself is looked at.
    const end = performance.now() + 20_000;
    while (!readFileSync(logPath, 'utf8').endsWith('done\n') && performance.now() < end);
    expect(readFileSync(logPath, 'utf8').match(/^line /gm)).toHaveLength(20_000);
    await signalGroup(child.pid, 'SIGKILL');
    await child.exited;
  });
});

describeNeeding(['posix'], 'what can’t be started', () => {
  const cause = async (file: string, cwd: string | null = null) => {
    const logPath = join(tempFolder(), 'engine.log');
    const outcome = await spawnEngine({ file, args: ['x'], env: {}, cwd, tag: 'x:3', logPath });
    return outcome.ok ? null : outcome.cause;
  };

  it('is told apart', async () => {
    const folder = tempFolder();
    const file = (name: string, text: string, mode: number) => {
      writeFileSync(join(folder, name), text, { mode });
      return join(folder, name);
    };
    mkdirSync(join(folder, 'sub'));
    expect(await cause('no-such-program-here')).toMatchObject({
      code: 'command_not_found',
      message: '“no-such-program-here” is not on PATH.',
    });
    expect(await cause(join(folder, 'missing'))).toMatchObject({
      code: 'command_not_found',
      message: `${join(folder, 'missing')} does not exist.`,
    });
    const plain = file('plain', '#!/bin/sh\n', 0o644);
    expect(await cause(plain)).toMatchObject({
      code: 'permission_denied',
      hint: `Make it executable: chmod +x ${plain}`,
    });
    expect(await cause(join(folder, 'sub'))).toMatchObject({ code: 'permission_denied' });
    const moved = file('moved', '#!/no/such/venv/bin/python\n', 0o755);
    expect(await cause(moved)).toMatchObject({
      code: 'spawn_failed',
      message: `${moved} needs an interpreter that does not exist.`,
    });
    expect(await cause('sh', join(folder, 'gone'))).toMatchObject({
      code: 'spawn_failed',
      message: `The folder ${join(folder, 'gone')} does not exist.`,
    });
  });

  it('includes an engine whose log can’t be written', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    const logPath = join(folder, 'file', 'engine.log');
    const outcome = await spawnEngine({ file: 'sh', args: [], env: {}, cwd: null, tag: 'x:4', logPath });
    expect(outcome).toMatchObject({ ok: false, cause: { code: 'spawn_failed' } });
  });
});

describeNeeding(['posix'], 'signalGroup', () => {
  it('reaches the leader alone or the whole group, and says when nobody is there', async () => {
    const { child, pids } = await start('--child');
    expect(await signalGroup(child.pid, 'SIGTERM', { leaderOnly: true })).toBe(true);
    expect((await child.exited).signal).toBe('SIGTERM');
    expect(isAlive(pids.child as number)).toBe(true);
    expect(await signalGroup(child.pid, 'SIGKILL')).toBe(true);
    await untilEqual('the child to be gone', () => isAlive(pids.child as number), false);
    await until('an empty group', async () => !(await signalGroup(child.pid, 'SIGKILL')));
  });
});

describeNeeding(['posix'], 'survivors', () => {
  it('are found in group, tree and by tag, even after their leader died, and killed with proof', async () => {
    const { child, tag, pids } = await start('--child', '--stray', '--orphan', '--rename', 'x');
    const run = { pid: child.pid, startTime: child.startTime, tag };
    const all = Object.values(pids).sort();
    expect(pidsOf(await survivorsOf(run))).toEqual(all);
    expect(pidsOf(await treeOf(child.pid))).toEqual(all.filter((pid) => pid !== pids.orphan));

    await signalGroup(child.pid, 'SIGKILL', { leaderOnly: true });
    await child.exited;
    expect(pidsOf(await survivorsOf(run))).toEqual(all.filter((pid) => pid !== child.pid));
    expect(await killVerified(run)).toEqual([]);
    expect(all.filter(isAlive)).toEqual([]);
  });

  it('are known from before when nothing else tells of them', async () => {
    const { child, pids } = await start('--stray');
    const seen = await treeOf(child.pid);
    await signalGroup(child.pid, 'SIGKILL', { leaderOnly: true });
    await child.exited;
    const run = { pid: child.pid, startTime: child.startTime, tag: 'not:theirs' };
    expect(await survivorsOf(run)).toEqual([]);
    expect(pidsOf(await survivorsOf({ ...run, seen }))).toEqual([pids.stray]);
    expect(await killVerified({ ...run, seen })).toEqual([]);
    expect(isAlive(pids.stray as number)).toBe(false);
  });

  it('are not those who merely got the same number', async () => {
    const { child, pids } = await start('--child');
    const stranger = { pid: child.pid, startTime: 'another:1', tag: 'not:theirs' };
    const seen = [{ pid: pids.child as number, name: 'node', startTime: 'another:2' }];
    expect(await survivorsOf({ ...stranger, seen })).toEqual([]);
    expect(await killVerified({ ...stranger, seen })).toEqual([]);
    expect(Object.values(pids).filter(isAlive)).toHaveLength(2);
    await signalGroup(child.pid, 'SIGKILL');
    await child.exited;
  });
});

describe('treeOf', () => {
  it('is empty for nobody', async () => {
    expect(await treeOf(2 ** 22 + 1)).toEqual([]);
  });
});
