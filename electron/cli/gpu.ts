/** `stackyard gpu`: the graphics cards and who holds their memory. Needs no host. */
import type { Command } from 'commander';
import type { GpuDevice, GpuProcess, GpuSample } from '../../shared/gpu.ts';
import { machineGpus } from '../host/gpu/machine-gpus.ts';
import { action, call, type Registered, type Run } from './command.ts';
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
        if (host !== null) return show(run, await call(host, 'gpu.get', {}));
        const monitor = machineGpus({ env: run.io.env });
        run.atEnd(() => monitor.close());
        return show(run, await monitor.sample());
      }),
    );
}

function show(run: Run, sample: GpuSample): number {
  if (run.json) run.document(gpuDocument(sample));
  else run.io.out(gpuText(sample));
  return 0;
}

async function follow(run: Run, host: Awaited<ReturnType<Run['hostIfAny']>>): Promise<number> {
  const write = (sample: GpuSample): void =>
    run.io.out(run.json ? `${JSON.stringify({ schema: 1, ...gpuDocument(sample) })}\n` : `${gpuText(sample)}\n`);
  if (host === null) {
    const monitor = machineGpus({ env: run.io.env });
    run.atEnd(() => monitor.close());
    monitor.watch(write);
    // Nothing of the monitor keeps a process alive.
    const stay = setInterval(() => {}, 60_000);
    run.atEnd(() => clearInterval(stay));
    return new Promise(() => {});
  }
  host.on('gpu', write);
  await call(host, 'gpu.watch', { on: true });
  await host.closed;
  run.say('Stackyard ended.');
  return 1;
}

/** The contract's fields first, in its order. */
export function gpuDocument({ gpus, processes, sources, ...more }: GpuSample): object {
  return { gpus, processes, sources, ...more };
}

/** For people: the cards, their processes, then what could not be seen and why. */
export function gpuText(sample: GpuSample): string {
  const { gpus, processes, sources, warnings } = sample;
  const reasons = sources.flatMap(({ vendor, state, reason }) =>
    reason === null ? [] : [`${vendor}: ${STATES[state]}${plain(reason)}\n`],
  );
  const parts = [
    gpus.length === 0 ? 'No graphics card that could be read.\n' : cardsText(gpus),
    processes.length === 0 ? '' : processesText(processes, gpus),
    warnings.map(({ message }) => `warning: ${plain(message)}\n`).join(''),
    reasons.join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const STATES = { ok: '', absent: '', no_tool: 'cannot be read. ', broken: 'broken. ' } as const;

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
