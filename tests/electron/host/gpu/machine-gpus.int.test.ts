import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import type { EngineNow } from '../../../../electron/core/gpu/ownership.ts';
import type { MonitorTimes } from '../../../../electron/host/gpu/gpu-monitor.ts';
import { machineGpus } from '../../../../electron/host/gpu/machine-gpus.ts';
import { isAlive, RUN_VARIABLE } from '../../../../electron/host/processes.ts';
import type { GpuSample } from '../../../../shared/gpu.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';
import { type GpuMachine, gpuMachine } from '../../../support/gpu-tools.ts';
import { describeNeeding, top } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const ONE = gpuFixture('nvidia/one.csv');
const CARD = 'GPU-e41f3c52-1111-4222-8333-9a9a9a9a9a9a';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

function monitor(
  machine: GpuMachine,
  times: Partial<MonitorTimes> = {},
  engines: () => readonly EngineNow[] = () => [],
) {
  const made = machineGpus({ env: {}, instance: 'test', engines, places: machine.places, times });
  endings.push(() => made.close());
  return made;
}

function nvidia(): GpuMachine {
  const machine = gpuMachine();
  machine.tool('nvidia-smi');
  machine.says('nvidia-smi', 'gpus', ONE);
  machine.says('nvidia-smi', 'apps', '');
  return machine;
}

describeNeeding(['linux'], 'whose GPU memory it is, by a stand-in nvidia-smi that names real processes', () => {
  async function tree(
    run: string,
    args: readonly string[],
  ): Promise<{ child: ChildProcess; pids: Record<string, number> }> {
    const child = spawn(process.execPath, [join(top, 'tests/fixtures/programs/engine.mjs'), ...args], {
      env: { ...process.env, [RUN_VARIABLE]: run },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    endings.push(() => child.kill('SIGKILL'));
    const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
    const { pids } = JSON.parse(line as string) as { pids: Record<string, number> };
    endings.push(() => {
      for (const pid of Object.values(pids)) spawn('kill', ['-9', String(pid)], { stdio: 'ignore' });
    });
    return { child, pids };
  }

  it('is the engine’s with its children, another program’s, and a survivor’s once the engine has stopped', async () => {
    const machine = nvidia();
    const { child, pids } = await tree('test:llama.1', ['--child', '--orphan']);
    const other = await tree('elsewhere:x.1', []);
    const rows = [...Object.values(pids), other.pids.self ?? 0].map(
      (pid, i) => `${pid}, ${CARD}, node, ${900 - i}\n`,
    );
    machine.says('nvidia-smi', 'apps', rows.join(''));
    let engines: readonly EngineNow[] = [{ engine: 'llama', run: 'llama.1', pids: [pids.self ?? 0] }];
    const gpus = monitor(machine, { fresh: 0 }, () => engines);
    const whose = (sample: GpuSample) =>
      new Map(sample.processes.map((one) => [one.pid, [one.engine, one.survivor]]));
    const first = whose(await gpus.sample());
    expect(Object.keys(pids).sort()).toEqual(['child', 'orphan', 'self']);
    for (const pid of Object.values(pids)) expect(first.get(pid)).toEqual(['llama', false]);
    expect(first.get(other.pids.self ?? 0)).toEqual([null, false]);
    // The leader dies, its helper in another group stays and still holds memory.
    child.kill('SIGKILL');
    await until('the leader is gone', async () => !(await isAlive(pids.self ?? 0, null)));
    engines = [{ engine: 'llama', run: null, pids: [] }];
    await until('the look after', async () => {
      const orphan = (await gpus.sample()).processes.find(({ pid }) => pid === pids.orphan);
      return orphan?.engine === 'llama' && orphan.survivor;
    });
  });
});

describeNeeding(['linux'], 'the monitor, with stand-in tools', () => {
  it('tells every vendor’s state at once, and one that hangs does not hide the others', async () => {
    const machine = gpuMachine({ patienceMs: 2_000 });
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE);
    machine.tool('xpu-smi');
    machine.says('xpu-smi', 'discovery', null);
    const sample = await monitor(machine).sample();
    expect(sample.gpus.map(({ uuid }) => uuid)).toEqual([CARD]);
    expect(sample.sources).toMatchObject([
      { vendor: 'nvidia', state: 'ok' },
      { vendor: 'amd', state: 'absent', reason: null },
      { vendor: 'intel', state: 'broken', reason: expect.stringContaining('did not answer') },
    ]);
  });

  it('goes on while it is watched, with one child, and rests when nobody looks', async () => {
    const machine = nvidia();
    const gpus = monitor(machine, { watched: 50 });
    let samples = 0;
    const end = gpus.watch(() => {
      samples += 1;
    });
    await until('five samples', () => samples >= 5);
    const loops = () => machine.calls('nvidia-smi').filter((call) => call.includes('--loop='));
    expect(loops()).toHaveLength(1);
    end();
    gpus.settings = { every: null, warn_memory: null, warn_celsius: null };
    await until('the child is gone', async () => (await tools(machine)).length === 0);
    const before = samples;
    await gpus.sample();
    expect(samples).toBe(before);
  });

  it('looks now and then by itself, warns above the limits, and not at all with `every: null`', async () => {
    const machine = nvidia();
    const gpus = monitor(machine, { watched: 10 });
    const samples: GpuSample[] = [];
    gpus.listen((sample) => samples.push(sample));
    gpus.settings = { every: 30, warn_memory: 0.9, warn_celsius: 40 };
    await until('three looks', () => samples.length >= 3);
    expect(samples.at(-1)?.warnings.map(({ kind }) => kind)).toEqual(['temperature', 'memory']);
    expect(machine.calls('nvidia-smi').some((call) => call.includes('--loop='))).toBe(false);
    gpus.settings = { every: null, warn_memory: 0.9, warn_celsius: 40 };
    gpus.close();
  });

  it('tries a tool that fails again later and later, and finds it when it works', async () => {
    const machine = nvidia();
    machine.says('nvidia-smi', 'gpus', gpuFixture('nvidia/no-driver.txt'), 9);
    const gpus = monitor(machine, { watched: 20, backoff: 150, backoffMost: 300, absent: 20 });
    const samples: GpuSample[] = [];
    gpus.watch((sample) => samples.push(sample));
    await until('many looks', () => samples.length >= 20);
    // 20 looks with at least 20 ms between them; the tool was asked far less often.
    expect(machine.calls('nvidia-smi').length).toBeLessThan(samples.length);
    expect(samples.at(-1)?.sources[0]).toMatchObject({ state: 'broken' });
    machine.says('nvidia-smi', 'gpus', ONE);
    await until('the card', () => samples.at(-1)?.gpus.length === 1);
  });
});

/** Command lines of the machine's tools that run now. */
async function tools(machine: GpuMachine): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(machine.folder));
}
