/** States in words, with the tone and shape that stand beside them. One table each, so that every page says the same. */
import type {
  EngineKind,
  EnginePhase,
  EngineView,
  JobView,
  ModelView,
  StartMode,
  TargetPhase,
} from '../shared/model.ts';
import { bytes, duration, percent, plural } from './format.ts';

/** Ready is a disc, busy a ring that fills, attention a triangle, failed a crossed square, off a hollow ring. */
export type Tone = 'ok' | 'busy' | 'attention' | 'failed' | 'off';

export interface Said {
  readonly tone: Tone;
  readonly word: string;
  /** 0–1 for the ring of a busy state; `null` when not known. */
  readonly progress: number | null;
}

const say = (tone: Tone, word: string, progress: number | null = null): Said => ({ tone, word, progress });

const ENGINE: Record<EnginePhase, readonly [Tone, string]> = {
  stopped: ['off', 'Stopped'],
  starting: ['busy', 'Starting'],
  loading: ['busy', 'Loading'],
  ready: ['ok', 'Ready'],
  unhealthy: ['attention', 'Not answering'],
  draining: ['busy', 'Finishing requests'],
  stopping: ['busy', 'Stopping'],
  backoff: ['attention', 'Restarting soon'],
  failed: ['failed', 'Failed'],
};

/** An engine's state. */
export function engineState(
  engine: Pick<EngineView, 'phase' | 'held' | 'progress' | 'owner'> & Partial<Pick<EngineView, 'waits_for'>>,
): Said {
  if (engine.phase === null) return say('off', 'Unknown');
  const [tone, word] = ENGINE[engine.phase];
  if (engine.phase === 'loading' && engine.progress !== null) {
    return say(tone, `Loading ${percent(engine.progress)}`, engine.progress);
  }
  if (engine.phase === 'stopped' && engine.owner === 'external') return say('off', 'Not running');
  if (engine.phase === 'stopped' && engine.held) return say('off', 'Stopped by you');
  if (engine.waits_for) return say('busy', `Waits for ${engine.waits_for.engine}`);
  return say(tone, word);
}

/** One line of what an engine is doing; `''` when its state says it all. */
export function engineDoing(engine: EngineView, models: readonly ModelView[]): string {
  const served = new Set(
    models
      .filter((m) => m.origin === 'discovered')
      .flatMap((m) => m.targets.filter((t) => t.engine === engine.name).map((t) => t.model)),
  );
  if (engine.waits_for) return waitWords(engine, engine.waits_for);
  if (engine.cause && engine.phase !== 'ready') return engine.cause.message;
  switch (engine.phase) {
    case 'ready':
    case 'loading': {
      const busy = engine.in_flight > 0 ? plural(engine.in_flight, 'request') : null;
      const waiting = engine.waiting > 0 ? `${engine.waiting} waiting` : null;
      const loaded = new Set(
        models.flatMap((m) =>
          m.targets.filter((t) => t.engine === engine.name && t.phase === 'ready').map((t) => t.model),
        ),
      ).size;
      const total = Math.max(served.size, loaded);
      const models_ = engine.loads_models && total > 0 ? `${loaded} of ${plural(total, 'model')} loaded` : null;
      return [models_, busy, waiting].filter(Boolean).join(', ') || (engine.phase === 'ready' ? 'Idle' : '');
    }
    case 'stopped':
      if (engine.owner === 'external') return 'Nothing answers at its address';
      if (engine.held) return 'No request wakes it until you start it';
      return startWords(engine.start);
    case 'starting':
      return engine.waiting > 0
        ? `${plural(engine.waiting, 'request')} waiting for it`
        : 'Its port does not answer yet';
    case 'draining':
      return `Lets ${plural(engine.in_flight, 'request')} finish, takes nothing new`;
    case 'backoff':
      return 'It died and will be started again';
    default:
      return '';
  }
}

/** Why a wanted engine is not up yet. */
function waitWords(engine: EngineView, { engine: other, why }: NonNullable<EngineView['waits_for']>): string {
  const waiting = engine.waiting > 0 ? `${plural(engine.waiting, 'request')} waiting; ` : '';
  if (why === 'depends_on') return `${waiting}it needs ${other}, which is not ready yet`;
  return `${waiting}one of ${engine.group ?? 'its group'} at a time, and ${other} has it`;
}

/** When an idle engine will be stopped, no finer than a minute so that it does not fidget. `now` in ms since 1970. */
export function idleWords(at: string, now: number): string {
  const minutes = Math.ceil((Date.parse(at) - now) / 60_000);
  if (!(minutes > 1)) return 'Stops within a minute';
  return `Stops in ${minutes < 120 ? `${minutes}\u00a0min` : `${Math.round(minutes / 60)}\u00a0h`}`;
}

/** When an engine starts, as a sentence without full stop. */
export function startWords(start: StartMode): string {
  if (start === 'with-app') return 'Starts with the stack';
  return start === 'on-demand' ? 'Starts when a request asks for it' : 'Starts only by hand';
}

export const KIND_NAMES: Record<EngineKind, string> = {
  ollama: 'Ollama',
  vllm: 'vLLM',
  'llama.cpp': 'llama.cpp',
  'llama-cpp-python': 'llama-cpp-python',
  litellm: 'LiteLLM',
  openai: 'OpenAI API',
};

const TARGET: Record<TargetPhase, readonly [Tone, string]> = {
  not_loaded: ['off', 'Not loaded'],
  loading: ['busy', 'Loading'],
  ready: ['ok', 'Ready'],
  sleeping: ['off', 'Sleeping'],
  cooling: ['attention', 'Cooling down'],
  held: ['off', 'Stopped by you'],
  failed: ['failed', 'Failed'],
  unavailable: ['off', 'Unavailable'],
};

/** The state of one target. */
export function targetState(phase: TargetPhase | null, progress: number | null = null): Said {
  if (phase === null) return say('off', 'Unknown');
  const [tone, word] = TARGET[phase];
  if (phase === 'loading' && progress !== null) return say(tone, `Loading ${percent(progress)}`, progress);
  return say(tone, word);
}

/** Best first: what the model can do now is what its best target can do. */
const BEST: readonly TargetPhase[] = [
  'ready',
  'loading',
  'sleeping',
  'not_loaded',
  'cooling',
  'held',
  'unavailable',
  'failed',
];

/** The state of a model: that of its best target. */
export function modelState(model: Pick<ModelView, 'targets'>): Said {
  const best = BEST.map((phase) => model.targets.find((t) => t.phase === phase)).find((t) => t !== undefined);
  return best ? targetState(best.phase, best.progress) : say('off', 'Unknown');
}

const JOB: Record<JobView['phase'], readonly [Tone, string]> = {
  waiting: ['busy', 'Waiting'],
  running: ['busy', 'Running'],
  verifying: ['busy', 'Checking'],
  done: ['ok', 'Done'],
  failed: ['failed', 'Failed'],
  cancelled: ['off', 'Cancelled'],
};

/** Whether a job has not ended yet. */
export const isUnderWay = (job: Pick<JobView, 'ended'>): boolean => job.ended === null;

/** The state of a piece of long work; while it moves, how much of it is done. */
export function jobState(job: JobView): Said {
  const [tone, word] = JOB[job.phase];
  const { done_bytes: done, total_bytes: total } = job;
  const share = done === null || total === null || total === 0 ? null : done / total;
  if (job.phase !== 'running') return say(tone, word, isUnderWay(job) ? share : null);
  if (share !== null) return say(tone, percent(share), share);
  return say(tone, word);
}

/** One line of how a piece of long work gets on: `3.1 GB of 4.9 GB, 12 MB/s, 2:31 left`. */
export function jobDoing(job: JobView): string {
  const { done_bytes: done, total_bytes: total, rate, left_ms: left, doing } = job;
  const amount = done === null ? null : total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`;
  if (job.phase === 'done') return done === null ? '' : bytes(total ?? done);
  if (!isUnderWay(job)) return done === null || done === 0 ? '' : `${amount} kept`;
  const words = doing === null || (job.phase === 'running' && amount !== null) ? null : upperFirst(doing);
  const parts = [
    words,
    amount,
    rate === null ? null : `${bytes(rate)}/s`,
    left === null ? null : `${duration(left)} left`,
  ];
  return parts.filter(Boolean).join(', ');
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether Stackyard may start and stop it. */
export const isOurs = (engine: Pick<EngineView, 'owner'>): boolean =>
  engine.owner === 'managed' || engine.owner === 'systemd';

/** Whether "Start" is the thing to offer (else "Stop"). */
export const canStart = (engine: Pick<EngineView, 'phase'>): boolean =>
  engine.phase === 'stopped' || engine.phase === 'failed' || engine.phase === null;
