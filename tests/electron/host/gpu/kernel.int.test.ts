import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { amdSource } from '../../../../electron/host/gpu/amd.ts';
import { appleSource } from '../../../../electron/host/gpu/apple.ts';
import { intelSource } from '../../../../electron/host/gpu/intel.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';
import { type GpuMachine, gpuMachine } from '../../../support/gpu-tools.ts';
import { describeNeeding } from '../../../support/tools.ts';

const MIB = 1024 ** 2;
const CARD = '0000:03:00.0';

/** A card of amdgpu as the kernel shows it, with a plug, and another maker's card beside it. */
function amdgpu(machine: GpuMachine, fixture = 'amd/card.json'): void {
  const files = JSON.parse(gpuFixture(fixture)) as Record<string, string>;
  for (const [name, content] of Object.entries(files)) {
    machine.file(`sys/class/drm/card1/device/${name.replace('hwmon/', 'hwmon/hwmon3/')}`, content);
  }
  machine.file('sys/class/drm/card1-DP-1/status', 'connected\n');
  machine.file('sys/class/drm/card0/device/vendor', '0x1234\n');
}

/** A process that has a card's render node open. */
function client(machine: GpuMachine, pid: number, fixtures: readonly string[]): void {
  const folder = join(machine.folder, 'proc', String(pid));
  for (const name of ['fd', 'fdinfo']) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync('/dev/null', join(folder, 'fd', '0'));
  writeFileSync(join(folder, 'fdinfo', '0'), 'pos:\t0\n');
  for (const [i, fixture] of fixtures.entries()) {
    symlinkSync('/dev/dri/renderD128', join(folder, 'fd', String(i + 3)));
    writeFileSync(join(folder, 'fdinfo', String(i + 3)), gpuFixture(fixture));
  }
}

describeNeeding(['linux'], 'AMD on a Linux made of files and stand-in tools', () => {
  it('is absent without a card, and says what is missing for one that tells nothing', async () => {
    const machine = gpuMachine();
    expect(await amdSource(machine.places).look(null)).toMatchObject({ state: 'absent', reason: null });
    machine.file('sys/class/drm/card1/device/vendor', '0x1002\n');
    expect(await amdSource(machine.places).look(null)).toMatchObject({ state: 'no_tool', gpus: [] });
  });

  it('without any tool is read from the kernel’s files, processes too', async () => {
    const machine = gpuMachine();
    amdgpu(machine);
    client(machine, 4711, ['drm/fdinfo-amdgpu-new.txt', 'drm/fdinfo-amdgpu-new.txt', 'drm/fdinfo-amdgpu-old.txt']);
    client(machine, 4712, []);
    const seen = await amdSource(machine.places).look(null);
    expect(seen).toMatchObject({ state: 'ok', reason: null });
    expect(seen.gpus).toMatchObject([
      { bus: CARD, utilization: 37, temperature: 45, power: 22, memory_used: 2048 * MIB },
    ]);
    expect(seen.processes).toEqual([{ pid: 4711, name: null, gpu: 'amd:c4ff747e00001000', memory: 2048 * MIB }]);
  });

  it('counts GTT on an APU', async () => {
    const machine = gpuMachine();
    amdgpu(machine, 'amd/apu.json');
    expect((await amdSource(machine.places).look(null)).gpus).toMatchObject([
      { unified: true, memory_used: 1000 * MIB, memory_total: 15512 * MIB },
    ]);
  });

  it('is read by a stand-in amd-smi where there is one, in whichever shape', async () => {
    const machine = gpuMachine();
    machine.tool('amd-smi');
    machine.says('amd-smi', 'static', gpuFixture('amd/static.json'));
    machine.says('amd-smi', 'list', gpuFixture('amd/list.json'));
    machine.says('amd-smi', 'process', gpuFixture('amd/process.json'));
    const source = amdSource(machine.places);
    for (const shape of ['amd/metric-list.json', 'amd/metric-object.json']) {
      machine.says('amd-smi', 'metric', gpuFixture(shape));
      const seen = await source.look(null);
      expect(seen).toMatchObject({ state: 'ok', gpus: [{ name: 'AMD Radeon RX 7800 XT' }, { name: 'Raphael' }] });
      expect(seen.gpus[0]?.uuid).toBe('c4ff747e-0000-1000-80aa-000000000000');
      expect(seen.processes.map(({ pid, gpu }) => [pid, gpu])).toEqual([
        [20413, seen.gpus[0]?.uuid],
        [77, seen.gpus[0]?.uuid],
      ]);
    }
    expect(machine.calls('amd-smi').filter((call) => call.startsWith('static'))).toHaveLength(1);
  });

  it('is broken when a tool fails, although the kernel’s files still tell', async () => {
    const machine = gpuMachine();
    machine.tool('amd-smi');
    machine.says('amd-smi', 'static', 'ERROR: driver not loaded\n', 1);
    const source = amdSource(machine.places);
    const alone = await source.look(null);
    expect(alone).toMatchObject({ state: 'broken', gpus: [] });
    expect(alone.reason).toContain('driver not loaded (exit code 1)');
    amdgpu(machine);
    expect(await source.look(null)).toMatchObject({ state: 'broken', gpus: [{ bus: CARD }] });
    machine.tool('amd-smi', false);
    expect(await source.look(null)).toMatchObject({ state: 'ok', gpus: [{ bus: CARD }] });
  });

  it.each(['amd/rocm-5.7.csv', 'amd/rocm-7.1.csv'])('is read by a stand-in rocm-smi that prints %s', async (name) => {
    const machine = gpuMachine();
    machine.tool('rocm-smi');
    machine.says('rocm-smi', '-i', gpuFixture(name));
    const seen = await amdSource(machine.places).look(null);
    expect(seen).toMatchObject({ state: 'ok' });
    expect(seen.gpus[0]).toMatchObject({ name: 'AMD Radeon AI PRO R9700', memory_total: 34359738368 });
  });
});

describeNeeding(['linux'], 'Intel on a Linux made of files and a stand-in xpu-smi', () => {
  it('without the tool is read from what its clients tell', async () => {
    const machine = gpuMachine();
    machine.file('sys/class/drm/card0/device/vendor', '0x8086\n');
    machine.file('sys/class/drm/card0/device/uevent', 'DRIVER=i915\nPCI_SLOT_NAME=0000:00:02.0\n');
    client(machine, 99, ['drm/fdinfo-i915.txt']);
    expect(await intelSource(machine.places).look(null)).toMatchObject({
      state: 'ok',
      gpus: [{ unified: true, utilization: null, memory_used: 48 * MIB, memory_total: null }],
      processes: [{ pid: 99, gpu: 'intel:0000:00:02.0', memory: 48 * MIB }],
    });
  });

  it('is read by the tool, and broken when that fails', async () => {
    const machine = gpuMachine();
    machine.tool('xpu-smi');
    machine.says('xpu-smi', 'discovery', gpuFixture('intel/discovery.json'));
    machine.says('xpu-smi', 'stats', gpuFixture('intel/stats.json'));
    client(machine, 98, ['drm/fdinfo-xe.txt']);
    const source = intelSource(machine.places);
    const seen = await source.look(null);
    expect(seen).toMatchObject({ state: 'ok', gpus: [{ utilization: 55.2, memory_used: 4096 * MIB }] });
    expect(seen.processes).toMatchObject([{ pid: 98, memory: 257 * MIB }]);
    machine.says('xpu-smi', 'discovery', '{"error": "Level Zero Initialization Error"}\n', 2);
    expect(await source.look(null)).toMatchObject({ state: 'broken', gpus: [] });
  });
});

describeNeeding(['posix'], 'Apple by a stand-in ioreg', () => {
  it('is read, absent without a GPU, and broken when the tool fails', async () => {
    const machine = gpuMachine({ platform: 'darwin', folders: [] });
    machine.tool('ioreg');
    machine.says('ioreg', '-r', gpuFixture('apple/ioreg.txt'));
    const source = appleSource(machine.places);
    expect(await source.look(null)).toMatchObject({ state: 'ok', gpus: [{ name: 'Apple M1 Pro', utilization: 34 }] });
    machine.says('ioreg', '-r', '');
    expect(await source.look(null)).toMatchObject({ state: 'absent' });
    machine.says('ioreg', '-r', 'no\n', 1);
    expect(await source.look(null)).toMatchObject({ state: 'broken' });
  });
});
