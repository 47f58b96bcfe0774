import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import type { EngineNow } from '../../../../electron/core/gpu/ownership.ts';
import { SystemMonitor, type SystemMonitorOptions } from '../../../../electron/host/system/system-monitor.ts';
import { engine } from '../../../support/small-host.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const MIB = 1024 ** 2;
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

async function start(...args: string[]): Promise<{ child: ChildProcess; pids: Record<string, number> }> {
  const { file, args: argv } = engine(...args);
  const child = spawn(file, argv, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { pids } = JSON.parse(line) as { pids: Record<string, number> };
  endings.push(() => {
    for (const pid of Object.values(pids)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended by itself
      }
    }
  });
  return { child, pids };
}

function monitor(engines: () => readonly EngineNow[], more: Partial<SystemMonitorOptions> = {}): SystemMonitor {
  const made = new SystemMonitor({ engines, folders: () => [], times: { watched: 30 }, ...more });
  endings.push(() => made.close());
  return made;
}

const now = (name: string, pid: number | undefined): EngineNow => ({ engine: name, run: null, pids: [pid ?? 0] });

describeNeeding(['linux'], 'what engines take of this machine', () => {
  it('is memory, threads and time of their whole trees, and nothing for who is gone', async () => {
    const big = await start('--hold', '96', '--child');
    const small = await start();
    let engines = [now('big', big.pids.self), now('small', small.pids.self), now('gone', 2 ** 22 + 1)];
    const system = monitor(() => engines);
    const of = async (name: string) => (await system.sample()).engines.find((one) => one.engine === name);
    await until('the child to hold its memory', async () => ((await of('big'))?.memory ?? 0) > 96 * MIB);
    const found = await of('big');
    expect(found?.processes).toBe(2);
    // Node has a handful of threads in each.
    expect(found?.threads).toBeGreaterThan(10);
    expect(found?.uptime).toBeGreaterThan(0);
    // What Node itself is made of is mapped and counts apart.
    expect(found?.memory_file).toBeGreaterThan(10 * MIB);
    expect((await of('small'))?.memory).toBeLessThan(96 * MIB);
    expect(await of('gone')).toBeUndefined();
    engines = [];
    await until('nobody is told of', async () => (await system.sample()).engines.length === 0);
  });

  it('is CPU in per cent of one core, as soon as two looks are there', async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
    endings.push(() => child.kill('SIGKILL'));
    const idle = await start();
    const system = monitor(() => [now('busy', child.pid), now('idle', idle.pids.self)]);
    const shares: (number | null)[][] = [];
    system.watch(({ engines }) => shares.push(engines.map(({ cpu }) => cpu)));
    await until('a look back', () => shares.some(([cpu]) => (cpu ?? 0) > 0));
    expect(shares[0]).toEqual([null, null]);
    expect(Math.max(...shares.map(([cpu]) => cpu ?? 0))).toBeGreaterThan(5);
  });

  it('never takes more than a sample at a time while it is watched by many, and rests afterwards', async () => {
    const system = monitor(() => []);
    const seen: string[] = [];
    const ends = Array.from({ length: 20 }, () => system.watch(({ at }) => seen.push(at)));
    await until('some samples', () => seen.length >= 60);
    for (const end of ends) end();
    const told = seen.length;
    await system.sample();
    expect(seen.length).toBe(told);
  });
});

describeNeeding(['linux', 'llama-server'], 'a real llama-server', () => {
  it('maps its model: the file counts apart from what is its own', async () => {
    const child = spawn(need(llamaServer), ['-m', need(tinyModel), '-t', '1', '--port', '0', '--host', '127.0.0.1'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    endings.push(() => child.kill('SIGKILL'));
    const system = monitor(() => [now('llama', child.pid)]);
    const use = await until('its memory', async () => {
      const found = (await system.sample()).engines[0];
      return (found?.memory_file ?? 0) > MIB && (found?.memory ?? 0) > MIB ? found : null;
    });
    expect(use.threads).toBeGreaterThan(0);
  });
});

describeNeeding(['linux'], 'the machine', () => {
  it('has a CPU, memory and the disk of its model folders, each disk once', async () => {
    const folder = tempFolder();
    const folders = [folder, join(folder, 'not there'), join(folder, '..')];
    const sample = await monitor(() => [], { folders: () => folders }).sample();
    expect(sample.cpu).toBeGreaterThanOrEqual(0);
    expect(sample.cpu).toBeLessThanOrEqual(100);
    expect(sample.cores).toBeGreaterThan(0);
    expect(sample.memory_used).toBeLessThan(sample.memory_total ?? 0);
    expect(sample.disks).toHaveLength(1);
    expect(new Set(sample.disks[0]?.folders)).toEqual(new Set([folder, join(folder, '..')]));
    expect(sample.disks[0]?.free).toBeLessThanOrEqual(sample.disks[0]?.total ?? 0);
  });

  it('runs on its battery when its files say so, or who knows better', async () => {
    const sys = tempFolder();
    const file = (path: string, content: string): void => {
      mkdirSync(join(sys, 'class/power_supply', path, '..'), { recursive: true });
      writeFileSync(join(sys, 'class/power_supply', path), `${content}\n`);
    };
    const system = monitor(() => [], { places: { sys }, times: { slow: 0, watched: 0 } });
    expect((await system.sample()).on_battery).toBeNull();
    file('BAT0/type', 'Battery');
    file('BAT0/status', 'Discharging');
    file('AC/type', 'Mains');
    file('AC/online', '0');
    expect((await system.sample()).on_battery).toBe(true);
    file('AC/online', '1');
    expect((await system.sample()).on_battery).toBe(false);
    system.powerFrom(() => true);
    expect((await system.sample()).on_battery).toBe(true);
  });

  it('without /proc knows what can be known', async () => {
    const sample = await monitor(() => [], { places: { proc: '/nonexistent' }, times: { first: 0 } }).sample();
    expect(sample).toMatchObject({ cpu: null, memory_used: null, swap_total: null, disks: [], engines: [] });
    const other = await monitor(() => [now('x', process.pid)], { places: { platform: 'darwin' } }).sample();
    expect(other.memory_total).toBeGreaterThan(0);
    expect(other).toMatchObject({ on_battery: null, engines: [] });
  });
});
