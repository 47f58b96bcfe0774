/** `stackyard gpu`: the graphics cards, who holds their memory, and the machine around them. Needs no host. */
import type { Command } from 'commander';
import type { GpuDevice, GpuProcess, GpuSample } from '../../shared/gpu.ts';
import { unseenGpus } from '../../shared/gpu-words.ts';
import type { SystemSample } from '../../shared/system.ts';
import type { GpuMonitor } from '../host/gpu/gpu-monitor.ts';
import { machineGpus } from '../host/gpu/machine-gpus.ts';
import { machineOnly } from '../host/system/machine-only.ts';
import type { SystemMonitor } from '../host/system/system-monitor.ts';
import { action, call, type Registered, type Run } from './command.ts';
import { systemText } from './system-text.ts';
import { bytesWords, plain, table, UNKNOWN } from './words.ts';

export function registerGpu(program: Command, registered: Registered): void {
  program
    .command('gpu')
    .description('Show the graphics cards and who holds their memory.')
    .option('--watch', 'go on, about once a second, until Ctrl-C')
    .option('--json', 'one JSON document; with --watch a line of JSON for each look')
    .action(
      action(registered, async (run, { watch }: { watch?: true }) => {
        const host = await run.hostIfAny();
        if (watch) return follow(run, host);
        const [sample, system] =
          host === null
            ? await lookOurselves(run)
            : await Promise.all([call(host, 'gpu.get', {}), call(host, 'system.get', {})]);
        if (run.json) run.document(gpuDocument(sample, system));
        else run.io.out(gpuText(sample, system));
        return 0;
      }),
    );
}

/** Without a host there are no engines to tell of: the cards, and the machine. */
function openMonitors(run: Run): { gpus: GpuMonitor; system: SystemMonitor } {
  const gpus = machineGpus({ env: run.io.env });
  const system = machineOnly();
  run.atEnd(() => gpus.close());
  run.atEnd(() => system.close());
  return { gpus, system };
}

async function lookOurselves(run: Run): Promise<[GpuSample, SystemSample]> {
  const { gpus, system } = openMonitors(run);
  return Promise.all([gpus.sample(), system.sample()]);
}

async function follow(run: Run, host: Awaited<ReturnType<Run['hostIfAny']>>): Promise<number> {
  let machine: SystemSample | null = null;
  const hear = (system: SystemSample): void => {
    machine = system;
  };
  const write = (sample: GpuSample): void =>
    run.io.out(
      run.json
        ? `${JSON.stringify({ schema: 1, ...gpuDocument(sample, machine) })}\n`
        : `${gpuText(sample, machine)}\n`,
    );
  if (host === null) {
    const { gpus, system } = openMonitors(run);
    hear(await system.sample());
    system.watch(hear);
    gpus.watch(write);
    // Nothing of the monitor keeps a process alive.
    const stay = setInterval(() => {}, 60_000);
    run.atEnd(() => clearInterval(stay));
    return new Promise(() => {});
  }
  hear(await call(host, 'system.get', {}));
  host.on('system', hear);
  host.on('gpu', write);
  await call(host, 'system.watch', { on: true });
  await call(host, 'gpu.watch', { on: true });
  await host.closed;
  run.say('Stackyard ended.');
  return 1;
}

/** The contract's fields first, in its order. */
export function gpuDocument({ gpus, processes, sources, ...more }: GpuSample, system: SystemSample | null): object {
  return { gpus, processes, sources, ...more, system };
}

/** For people: the cards, their processes, the machine, then what could not be seen and why. */
export function gpuText(sample: GpuSample, system: SystemSample | null): string {
  const { gpus, processes, warnings } = sample;
  const unseen = unseenGpus(sample).map(({ title, text }) => `${title}. ${plain(text)}\n`);
  const parts = [
    gpus.length === 0 ? unseen.join('') : cardsText(gpus),
    processes.length === 0 ? '' : processesText(processes, gpus),
    system === null ? '' : systemText(system),
    warnings.map(({ message }) => `warning: ${plain(message)}\n`).join(''),
    gpus.length === 0 ? '' : unseen.join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function cardsText(gpus: readonly GpuDevice[]): string {
  return table(
    ['GPU', 'NAME', 'BUSY', 'MEMORY', 'TEMPERATURE', 'POWER', 'FAN'],
    gpus.map((gpu) => [
      titleOf(gpu),
      plain(gpu.name ?? UNKNOWN),
      amount(gpu.utilization, '%'),
      `${bytesWords(gpu.memory_used)} of ${bytesWords(gpu.memory_total)}${gpu.unified ? ', shared' : ''}`,
      amount(gpu.temperature, '°C'),
      gpu.power_limit === null || gpu.power === null
        ? amount(gpu.power, 'W')
        : `${Math.round(gpu.power)} of ${amount(gpu.power_limit, 'W')}`,
      amount(gpu.fan, '%'),
    ]),
  );
}

function processesText(processes: readonly GpuProcess[], gpus: readonly GpuDevice[]): string {
  return table(
    ['GPU', 'PID', 'PROGRAM', 'MEMORY', 'ENGINE'],
    processes.map(({ pid, name, gpu, memory, engine, survivor }) => {
      const card = gpus.find(({ uuid }) => uuid === gpu);
      const whose = engine === null ? UNKNOWN : `${plain(engine)}${survivor ? ', outlived its stop' : ''}`;
      return [card ? titleOf(card) : plain(gpu), String(pid), plain(name ?? UNKNOWN), bytesWords(memory), whose];
    }),
  );
}

const titleOf = ({ vendor, index }: GpuDevice): string => `${vendor} ${index}`;
const amount = (value: number | null, unit: string): string =>
  value === null ? UNKNOWN : `${Math.round(value)} ${unit}`;
