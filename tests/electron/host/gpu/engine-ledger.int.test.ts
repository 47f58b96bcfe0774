/** Real engine trees in a real host, with a stand-in nvidia-smi that reports their real pids. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { descendants } from '../../../../electron/host/processes.ts';
import { gpuFixture } from '../../../fixtures/gpu/fixture.ts';
import { type GpuMachine, gpuMachine } from '../../../support/gpu-tools.ts';
import { startTestHost, type TestHost } from '../../../support/host.ts';
import { tempFolder } from '../../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../../support/tools.ts';
import { until } from '../../../support/until.ts';

const ONE = gpuFixture('nvidia/one.csv');
const CARD = 'GPU-e41f3c52-1111-4222-8333-9a9a9a9a9a9a';
const PATH = process.env.PATH;
afterEach(() => {
  process.env.PATH = PATH;
});

/** A host on a machine whose nvidia-smi is the stand-in. */
async function hostWithCard(engine: string): Promise<{ machine: GpuMachine; host: TestHost }> {
  const machine = gpuMachine();
  machine.tool('nvidia-smi');
  machine.says('nvidia-smi', 'gpus', ONE.replace('15791, 16376', '9100, 16376'));
  machine.says('nvidia-smi', 'apps', '');
  process.env.PATH = [machine.places.env.PATH, PATH].join(delimiter);
  const text = `version: 1\ngateway: { port: 0 }\nengines:\n  llama:\n    kind: llama.cpp\n    command: ${JSON.stringify(llamaServer)}\n${engine}`;
  return { machine, host: await startTestHost(text) };
}

const row = (pid: number, mib: number) => `${pid}, ${CARD}, llama-server, ${mib}\n`;
const up = (host: TestHost) => host.call('engines.start', { names: ['llama'], wait_ms: 60_000 });
const pidOf = (host: TestHost) => host.engine('llama').pid ?? 0;

describeNeeding(['llama-server', 'linux'], 'whose GPU memory it is, with a real llama-server', () => {
  it('is the engine’s: the router’s and that of the model it started; another program’s is not', async () => {
    const folder = tempFolder();
    mkdirSync(folder, { recursive: true });
    copyFileSync(need(tinyModel), join(folder, 'tiny.gguf'));
    const { machine, host } = await hostWithCard(
      `    models_dir: ${JSON.stringify(folder)}\n    args: ["-t", "1"]\n`,
    );
    expect(await up(host)).toMatchObject([{ ok: true }]);
    expect(await host.call('model.load', { model: 'tiny', engine: 'llama' })).toMatchObject([{ ok: true }]);
    const leader = pidOf(host);
    const [model] = await until('the model’s own process', async () => {
      const found = await descendants(leader);
      return found.length > 0 ? found : null;
    });
    machine.says('nvidia-smi', 'apps', row(leader, 200) + row(model ?? 0, 8_000) + row(process.pid, 900));
    await until('the newest look', async () => {
      const { processes } = await host.call('gpu.get', {});
      return processes.length === 3 ? processes : null;
    });
    const { processes, warnings } = await host.call('gpu.get', {});
    expect(processes.map(({ pid, engine, survivor }) => [pid, engine, survivor])).toEqual([
      [model, 'llama', false],
      [process.pid, null, false],
      [leader, 'llama', false],
    ]);
    expect(warnings.filter(({ kind }) => kind === 'on_cpu')).toEqual([]);
    // The past keeps what the engine held, both of its processes together.
    const past = await host.call('gpu.history', { gpu: CARD, span: 'hour' });
    expect(past.at(-1)?.owners.llama).toBe(8_200 * 1024 ** 2);
    const stopped = await host.call('engines.stop', { names: ['llama'], wait_ms: 60_000 });
    expect(stopped).toMatchObject([{ ok: true }]);
    machine.says('nvidia-smi', 'apps', row(process.pid, 900));
    await until('it holds nothing', async () =>
      (await host.call('gpu.get', {})).processes.every(({ engine }) => engine === null),
    );
  });

  it('is nowhere although it should be on the card: a finding, until it is there', async () => {
    const { machine, host } = await hostWithCard(
      `    model: ${JSON.stringify(tinyModel)}\n    args: ["-t", "1", "-ngl", "99"]\n`,
    );
    // Another program holds what is used, so that nothing is left that could be the engine's.
    machine.says('nvidia-smi', 'apps', row(process.pid, 9_000));
    expect(await up(host)).toMatchObject([{ ok: true }]);
    const found = async () => (await host.call('gpu.get', {})).warnings.filter(({ kind }) => kind === 'on_cpu');
    await until('the finding', async () => (await found()).length === 1);
    expect(await found()).toMatchObject([{ engine: 'llama', message: expect.stringContaining('`-ngl 99`') }]);
    machine.says('nvidia-smi', 'apps', row(process.pid, 900) + row(pidOf(host), 8_000));
    await until('no finding', async () => (await found()).length === 0);
  });
});
