/** NVIDIA's cards by `nvidia-smi`: one child that goes on for the cards, a short one for their processes. */
import { performance } from 'node:perf_hooks';
import type { GpuDevice } from '../../../shared/gpu.ts';
import { APP_FIELDS, GPU_FIELDS, gpuRounds, parseComputeApps } from '../../core/gpu/nvidia-smi.ts';
import { nothing, type Reading, type SeenGpuProcess } from '../../core/gpu/reading.ts';
import { isOnBus } from './drm.ts';
import { findTool } from './places.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { askTool, type RunningTool, startTool } from './tool.ts';

const AS_CSV = '--format=csv,noheader,nounits';
const GPUS = [`--query-gpu=${GPU_FIELDS.join(',')}`, AS_CSV];
const APPS = [`--query-compute-apps=${APP_FIELDS.join(',')}`, AS_CSV];
/** The loop of processes would print nothing when there are none, so each look at them is a process of its own: not too often, ms. */
const APPS_EVERY = 2_000;
/** Rows of one look come together; this long after the last one it is over, ms. */
const QUIET = 250;

export function nvidiaSource(places: GpuPlaces): GpuSourceRunner {
  let feed: Feed | null = null;
  let apps: { readonly at: number; readonly list: readonly SeenGpuProcess[]; readonly reason: string | null } | null =
    null;

  function rest(): void {
    feed?.close();
    feed = null;
    apps = null;
  }

  async function cards(file: string, everyMs: number | null): Promise<readonly GpuDevice[] | { reason: string }> {
    if (everyMs === null) {
      const once = await askTool(file, GPUS, places.patienceMs);
      if (!once.ok) return once;
      const rounds = gpuRounds(places.memory);
      const whole = once.stdout.split('\n').map((line) => rounds.push(line));
      return whole.find((round) => round !== null) ?? rounds.flush() ?? [];
    }
    if (feed?.file !== file || feed.everyMs !== everyMs || feed.over) {
      feed?.close();
      feed = openFeed(file, everyMs, places);
    }
    const mine = feed;
    const seen = await mine.next();
    if ('reason' in seen && feed === mine) rest();
    return seen;
  }

  async function processes(file: string, gpus: readonly GpuDevice[]): Promise<NonNullable<typeof apps>> {
    const now = performance.now();
    if (apps !== null && now - apps.at < APPS_EVERY) return apps;
    const told = await askTool(file, APPS, places.patienceMs);
    apps = told.ok
      ? { at: now, list: parseComputeApps(told.stdout, gpus), reason: null }
      : { at: now, list: [], reason: `Its processes can’t be told: ${told.reason}.` };
    return apps;
  }

  return {
    vendor: 'nvidia',
    rest,
    async look(everyMs): Promise<Reading> {
      const file = await findTool('nvidia-smi', places);
      if (file === null) {
        rest();
        const there = places.platform === 'linux' && (await isOnBus(places.sys, 'nvidia'));
        return nothing('nvidia', there ? 'no_tool' : 'absent', there ? NO_TOOL : null);
      }
      const gpus = await cards(file, everyMs);
      if ('reason' in gpus) return nothing('nvidia', 'broken', `nvidia-smi fails: ${gpus.reason}.`);
      if (gpus.length === 0) return nothing('nvidia', 'absent', 'nvidia-smi finds no card.');
      const { list, reason } = await processes(file, gpus);
      return { vendor: 'nvidia', state: 'ok', reason, gpus, processes: list };
    },
  };
}

const NO_TOOL = 'There is a card of NVIDIA, but no nvidia-smi: install NVIDIA’s driver.';

interface Feed {
  readonly file: string;
  readonly everyMs: number;
  readonly over: boolean;
  /** The newest look that nobody has had, or the next one; a reason when none comes in time. */
  next(): Promise<readonly GpuDevice[] | { reason: string }>;
  close(): void;
}

/** `--loop` counts in seconds. */
function openFeed(file: string, everyMs: number, { patienceMs, memory }: GpuPlaces): Feed {
  const seconds = Math.max(1, Math.round(everyMs / 1000));
  const tool: RunningTool = startTool(file, [...GPUS, `--loop=${seconds}`]);
  const rounds = gpuRounds(memory);
  let newest: readonly GpuDevice[] | null = null;
  let failure: string | null = null;
  let quiet: NodeJS.Timeout | undefined;
  let wake = () => {};

  const take = (round: readonly GpuDevice[] | null): void => {
    if (round === null) return;
    newest = round;
    wake();
  };
  tool.onLine((line) => {
    clearTimeout(quiet);
    take(rounds.push(line));
    quiet = setTimeout(() => take(rounds.flush()), QUIET);
  });
  void tool.ended.then(({ code, reason }) => {
    clearTimeout(quiet);
    // All that an orderly end left behind still counts once; what came before a failure does not.
    if (code === 0) take(rounds.flush());
    else newest = null;
    failure = code === 0 ? 'it ended by itself' : reason;
    wake();
  });
  return {
    file,
    everyMs,
    get over() {
      return failure !== null && newest === null;
    },
    async next() {
      const patience = patienceMs + seconds * 1000;
      if (newest === null && failure === null) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, patience);
        });
        clearTimeout(timer);
      }
      const round = newest;
      newest = null;
      if (round !== null) return round;
      if (failure !== null) return { reason: failure };
      tool.kill();
      return { reason: `it said nothing for ${patience / 1000} s and was ended` };
    },
    close() {
      clearTimeout(quiet);
      tool.kill();
    },
  };
}
