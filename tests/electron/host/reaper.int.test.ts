import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type EngineProcess, spawnEngine } from '../../../electron/host/child.ts';
import { openLedger } from '../../../electron/host/ledger.ts';
import { reapLeftovers } from '../../../electron/host/reaper.ts';
import { isAlive } from '../../support/processes.ts';
import { engine, pidsFromLog } from '../../support/small-host.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding } from '../../support/tools.ts';

/** The engine fixture with this tag, and a ledger that may or may not know it. */
async function start(tag: string, ...args: string[]) {
  const folder = tempFolder();
  const logPath = join(folder, 'engine.log');
  const child = (await spawnEngine({ ...engine(...args), env: {}, cwd: null, tag, logPath })) as EngineProcess;
  const pids = await pidsFromLog(logPath);
  const path = join(folder, 'ledger.json');
  return { child, pids: Object.values(pids), ledger: await openLedger(path), path };
}

const id = (n: number) => `r${process.pid}x${n}`;

describeNeeding(['posix'], 'reapLeftovers', () => {
  it('spares a process that merely has a pid of the ledger', async () => {
    const { child, ledger, path } = await start(`${id(1)}:1`);
    const old = {
      pid: child.pid,
      startTime: 'another boot:1',
      tag: `${id(2)}:1`,
      kind: 'engine',
      name: 'e',
    } as const;
    await ledger.record(old);
    expect(await reapLeftovers(ledger, { instance: id(3) })).toEqual({ killed: [], left: [] });
    expect(isAlive(child.pid)).toBe(true);
    expect((await openLedger(path)).entries()).toEqual([]); // and it is forgotten
    process.kill(-child.pid, 'SIGKILL');
    await child.exited;
  });

  it('spares a process of the ledger whose start time is unknown', async () => {
    const { child, ledger } = await start(`${id(1)}:1`);
    const old = { pid: child.pid, startTime: null, tag: `${id(2)}:1`, kind: 'engine', name: 'e' } as const;
    await ledger.record(old);
    expect(await reapLeftovers(ledger, { instance: id(3) })).toEqual({ killed: [], left: [] });
    expect(isAlive(child.pid)).toBe(true);
    process.kill(-child.pid, 'SIGKILL');
    await child.exited;
  });

  it('spares what carries the tag of the host that asks', async () => {
    const { child, ledger } = await start(`${id(4)}:1`);
    const { pid, startTime } = child;
    await ledger.record({ pid, startTime, tag: `${id(4)}:1`, kind: 'engine', name: 'e' });
    expect(await reapLeftovers(ledger, { instance: id(4), previous: [id(4)] })).toEqual({ killed: [], left: [] });
    expect(isAlive(pid)).toBe(true);
    expect(ledger.entries()).toHaveLength(1);
    process.kill(-pid, 'SIGKILL');
    await child.exited;
  });

  it('ends a process of the ledger by pid and start time alone, with its children', async () => {
    const { child, pids, ledger, path } = await start('hidden:1', '--child', '--ignore-term');
    await ledger.record({
      pid: child.pid,
      startTime: child.startTime,
      tag: `${id(5)}:1`,
      kind: 'engine',
      name: 'e',
    });
    const report = await reapLeftovers(ledger, { instance: id(6), graceMs: 100 });
    expect(report.left).toEqual([]);
    expect(report.killed.map((row) => row.pid).sort()).toEqual([...pids].sort());
    expect(pids.filter(isAlive)).toEqual([]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ entries: [] });
  });

  it('ends by tag what was started and never written down', async () => {
    const { pids, ledger } = await start(`${id(7)}:1`, '--orphan');
    expect((await reapLeftovers(ledger, { instance: id(8) })).killed).toEqual([]);
    const report = await reapLeftovers(ledger, { instance: id(8), previous: [id(7)] });
    expect(report.killed.map((row) => row.pid).sort()).toEqual([...pids].sort());
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('lets a process end in its own way before it kills', async () => {
    const { child, ledger } = await start(`${id(9)}:1`);
    await reapLeftovers(ledger, { instance: id(10), previous: [id(9)] });
    expect((await child.exited).signal).toBe('SIGTERM');
  });
});
