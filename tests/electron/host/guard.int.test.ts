import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { spawnEngine } from '../../../electron/host/child.ts';
import { startGuard } from '../../../electron/host/guard.ts';
import { GUARD_SCRIPT } from '../../../electron/host/guard-script.ts';
import { bundle } from '../../support/bundle.ts';
import { freePort, isFree } from '../../support/ports.ts';
import { isAlive } from '../../support/processes.ts';
import { engine, pidsFromLog, startSmallHost } from '../../support/small-host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';
import { until, untilEqual } from '../../support/until.ts';

const living = (pids: readonly number[]) => pids.filter(isAlive);

describeNeeding(['posix'], 'a killed host', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundle('tests/fixtures/programs/small-host.ts');
  });

  it('leaves nothing: two engines, their children, one in another session and one that left the tree', async () => {
    const data = tempFolder();
    const port = await freePort();
    const { process: host, report } = await startSmallHost(program, data, [
      engine('--port', String(port), '--child', '--ignore-term', '--rename', 'nobody-knows-me'),
      engine('--stray', '--orphan'),
    ]);
    const first = await pidsFromLog(join(data, 'logs/engine-0.log'));
    const second = await pidsFromLog(join(data, 'logs/engine-1.log'));
    const pids = [...Object.values(first), ...Object.values(second), report.guard as number];
    expect(pids).toHaveLength(6);
    expect(living(pids)).toEqual(pids);

    host.kill('SIGKILL');
    await untilEqual('processes of the killed host', () => living(pids), []);
    expect(await isFree(port)).toBe(true);
  });

  it('leaves its engines when the guard is disabled, and the next host reaps them', async () => {
    const data = tempFolder();
    const { process: host, report } = await startSmallHost(
      program,
      data,
      [engine('--child', '--ignore-term', '--rename', 'renamed'), engine('--stray', '--orphan')],
      { STACKYARD_NO_GUARD: '1' },
    );
    expect(report.guard).toBeNull();
    expect(report.reason).toContain('STACKYARD_NO_GUARD');
    const first = await pidsFromLog(join(data, 'logs/engine-0.log'));
    const second = await pidsFromLog(join(data, 'logs/engine-1.log'));
    const pids = [...Object.values(first), ...Object.values(second)];
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await gone;
    expect(living(pids)).toEqual(pids);

    const next = await startSmallHost(program, data);
    expect(next.report.report.left).toEqual([]);
    expect(next.report.report.killed.map((row) => row.pid).sort()).toEqual([...pids].sort());
    expect(living(pids)).toEqual([]);
    const ended = once(next.process, 'exit');
    next.process.stdin?.end();
    await ended;
  });
});

describeNeeding(['posix'], 'the guard', () => {
  it('is of its own session, spares a removed group, and leaves by itself when it is closed', async () => {
    const folder = tempFolder();
    const guard = await startGuard({ instance: 'feedfacefeedface' });
    const command = { env: {}, cwd: null, tag: 'another:1', logPath: join(folder, 'spared.log') };
    const spared = await spawnEngine({ ...engine(), ...command });
    if (!spared.ok) throw new Error(spared.cause.message);
    await pidsFromLog(command.logPath);
    guard.add(spared.pid);
    guard.add(spared.pid);
    guard.remove(spared.pid);
    const pid = guard.pid as number;
    await guard.close();
    expect(isAlive(pid)).toBe(false);
    expect(isAlive(spared.pid)).toBe(true);
    process.kill(-spared.pid, 'SIGKILL');
    await spared.exited;
  });

  it('is started again when it is killed, and still knows its groups', async () => {
    const folder = tempFolder();
    const guard = await startGuard({ instance: 'feedfacefeedface' });
    const logPath = join(folder, 'engine.log');
    const child = await spawnEngine({ ...engine('--ignore-term'), env: {}, cwd: null, tag: 'another:2', logPath });
    if (!child.ok) throw new Error(child.cause.message);
    await pidsFromLog(logPath);
    guard.add(child.pid);
    const before = guard.pid as number;
    process.kill(before, 'SIGKILL');
    await until('another guard', () => guard.pid !== null && guard.pid !== before);
    await guard.close();
    expect((await child.exited).signal).toBe('SIGKILL');
  });

  it('never takes a group that is not a child’s', async () => {
    const guard = await startGuard({ instance: 'feedfacefeedface' });
    for (const wrong of [0, 1, -5, 1.5, Number.NaN]) expect(() => guard.add(wrong)).toThrow(RangeError);
    await guard.close();
  });
});

describeNeeding(['posix'], 'the guard’s script', () => {
  /** Runs it with these lines in a folder where `kill`, `grep` and `ps` only write down what they are asked. */
  const asked = async (lines: string): Promise<string> => {
    const { execa } = await import('execa');
    const folder = tempFolder();
    mkdirSync(join(folder, 'bin'));
    const recorded =
      'kill() { echo "kill $*"; return 1; }; grep() { echo "grep $*" >&2; }; ps() { echo "ps $*" >&2; };';
    const run = await execa('/bin/sh', ['-c', `${recorded}${GUARD_SCRIPT}`], { input: lines, all: true });
    return run.all;
  };

  it('looks for no tag when it was given none', async () => {
    expect(await asked('')).toBe('');
    expect(await asked('=\n=STACKYARD_RUN=:\n=PATH=\n')).toBe('');
  });

  it('asks for exactly the groups that are still listed', async () => {
    expect(await asked('+12\n+345\n+6789\n-345\n+0\n+1\n+x\n+\n-6\n+12\n')).toBe(
      'kill -s TERM -- -6789\nkill -s TERM -- -12',
    );
  });

  it('takes no line that was cut off in the middle', async () => {
    expect(await asked('+12\n+34')).toBe('kill -s TERM -- -12');
  });
});
