import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nvidiaSource } from '../../../../electron/host/gpu/nvidia.ts';
import { isAlive } from '../../../../electron/host/processes.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';
import { gpuMachine } from '../../../support/gpu-tools.ts';
import { describeNeeding, need, nvidiaSmi } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const ONE = gpuFixture('nvidia/one.csv');
const withUse = (percent: number) => ONE.replace(' 0, 15791', ` ${percent}, 15791`);

describeNeeding(['linux'], 'a stand-in nvidia-smi', () => {
  it('that is not there is absent, or a missing tool when a card is on the bus', async () => {
    const machine = gpuMachine();
    const source = nvidiaSource(machine.places);
    expect(await source.look(null)).toMatchObject({ state: 'absent', reason: null, gpus: [] });
    machine.file('sys/bus/pci/devices/0000:01:00.0/class', '0x030000\n');
    machine.file('sys/bus/pci/devices/0000:01:00.0/vendor', '0x10de\n');
    expect(await source.look(null)).toMatchObject({ state: 'no_tool', reason: expect.stringContaining('install') });
  });

  it.each([
    ['nvidia/no-driver.txt', 9, "couldn't communicate with the NVIDIA driver"],
    ['nvidia/no-library.txt', 12, "couldn't find libnvidia-ml.so"],
  ])('that says %s is broken, once and in a loop, and its text is no data', async (name, code, words) => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', gpuFixture(name), code);
    const source = nvidiaSource(machine.places);
    for (const every of [null, 1_000]) {
      const seen = await source.look(every);
      expect(seen).toMatchObject({ state: 'broken', gpus: [], processes: [] });
      expect(seen.reason).toContain(words);
      expect(seen.reason).toContain(`exit code ${code}`);
    }
  });

  it('that prints good rows and then fails has no cards', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE, 15);
    expect(await nvidiaSource(machine.places).look(null)).toMatchObject({ state: 'broken', gpus: [] });
  });

  it('is asked once for one look, cards and processes', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', gpuFixture('nvidia/sixteen.csv').split('\n').slice(0, 16).join('\n'));
    machine.says('nvidia-smi', 'apps', '7, GPU-00000003-0000-0000-0000-000000000000, python3, 12\n');
    const seen = await nvidiaSource(machine.places).look(null);
    expect(seen).toMatchObject({ state: 'ok', reason: null, processes: [{ pid: 7, memory: 12 * 1024 ** 2 }] });
    expect(seen.gpus.map(({ index }) => index)).toEqual([...Array(16).keys()]);
    expect(machine.calls('nvidia-smi')).toHaveLength(2);
  });

  it('goes on as one child that tells what changes, and ends when nobody looks any more', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE);
    machine.says('nvidia-smi', 'apps', '');
    const source = nvidiaSource(machine.places);
    expect((await source.look(1_000)).gpus[0]?.utilization).toBe(0);
    machine.says('nvidia-smi', 'gpus', withUse(88));
    await until('the new value', async () => (await source.look(1_000)).gpus[0]?.utilization === 88);
    const loops = machine.calls('nvidia-smi').filter((call) => call.includes('--loop='));
    expect(loops).toEqual([expect.stringContaining('--loop=1')]);
    const pid = await childOf(machine);
    source.rest();
    await until('the child is gone', async () => !(await isAlive(pid, null)));
  });

  it('that loses a card and gets it back shows that', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    const two = ONE.replace(/^1,/, '2,') + ONE.replace(/^1, 0, GPU-e4/, '2, 1, GPU-e5');
    machine.says('nvidia-smi', 'gpus', two);
    const source = nvidiaSource(machine.places);
    const count = async () => (await source.look(1_000)).gpus.length;
    expect(await count()).toBe(2);
    machine.says('nvidia-smi', 'gpus', ONE);
    await until('one card', async () => (await count()) === 1);
    machine.says('nvidia-smi', 'gpus', two);
    await until('both cards', async () => (await count()) === 2);
    source.rest();
  });

  it('that dies is broken with its last words, and is started anew by the next look', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE);
    const source = nvidiaSource(machine.places);
    expect((await source.look(1_000)).state).toBe('ok');
    machine.says('nvidia-smi', 'gpus', 'Unable to determine the device handle: GPU is lost.\n', 15);
    await until('broken', async () => (await source.look(1_000)).state === 'broken');
    machine.says('nvidia-smi', 'gpus', ONE);
    expect((await source.look(1_000)).state).toBe('ok');
    source.rest();
  });

  it.each([null, 1_000])('that hangs is ended with its children (every %s ms)', async (every) => {
    const machine = gpuMachine({ patienceMs: 500 });
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', null);
    const seen = await nvidiaSource(machine.places).look(every);
    expect(seen).toMatchObject({ state: 'broken', gpus: [] });
    expect(seen.reason).toMatch(/within 0.5 s|for 1.5 s/);
    const pid = machine.pid('nvidia-smi');
    await until('the tool is gone', async () => !(await isAlive(pid, null)));
  });

  it('whose processes can’t be told still tells its cards, and says so', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE);
    machine.says('nvidia-smi', 'apps', 'Insufficient permissions\n', 4);
    const seen = await nvidiaSource(machine.places).look(null);
    expect(seen).toMatchObject({ state: 'ok', processes: [] });
    expect(seen.reason).toContain('Insufficient permissions (exit code 4)');
  });

  it('that disappears while it is watched is absent, and is found again', async () => {
    const machine = gpuMachine();
    machine.tool('nvidia-smi');
    machine.says('nvidia-smi', 'gpus', ONE);
    const source = nvidiaSource(machine.places);
    expect((await source.look(1_000)).state).toBe('ok');
    machine.tool('nvidia-smi', false);
    expect((await source.look(1_000)).state).toBe('absent');
    machine.tool('nvidia-smi');
    expect((await source.look(1_000)).state).toBe('ok');
    source.rest();
  });
});

describeNeeding(['nvidia-smi'], 'the real nvidia-smi of Debian, without a driver', () => {
  it('is broken: exit code 12 without its library, 9 with it', async () => {
    const folder = need(nvidiaSmi);
    const machine = gpuMachine();
    const places = { ...machine.places, env: { PATH: join(folder, 'usr/lib/nvidia/current') } };
    expect((await nvidiaSource(places).look(null)).reason).toContain('exit code 12');
    const before = process.env.LD_LIBRARY_PATH;
    process.env.LD_LIBRARY_PATH = join(folder, 'usr/lib/x86_64-linux-gnu/nvidia/current');
    try {
      for (const every of [null, 1_000]) {
        const seen = await nvidiaSource(places).look(every);
        expect(seen.state).toBe('broken');
        expect(seen.reason).toContain('exit code 9');
      }
    } finally {
      if (before === undefined) delete process.env.LD_LIBRARY_PATH;
      else process.env.LD_LIBRARY_PATH = before;
    }
  });
});

/** The child that goes on. */
async function childOf(machine: ReturnType<typeof gpuMachine>): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(machine.folder) && line.includes('--loop=')) return Number(pid);
  }
  throw new Error('there is no child');
}
