/** What on the whole stack needs a look, worst first. Pure. */
import type { GpuSample } from '../../../shared/gpu.ts';
import type { EngineView, StackSnapshot } from '../../../shared/model.ts';
import { bytes, plural } from '../../format.ts';
import { engineState } from '../../words.ts';

export interface Strip {
  readonly key: string;
  readonly tone: 'failed' | 'attention';
  readonly title: string;
  readonly text: string;
  /** The one way out. */
  readonly action:
    | { readonly kind: 'engine'; readonly engine: string }
    | { readonly kind: 'config'; readonly label: string }
    /** There is nothing to open: what to do about it is in the text. */
    | null;
}

/** The strips on top of the overview; none when nothing is wrong. */
export function attention(
  snapshot: Pick<StackSnapshot, 'gateway' | 'config' | 'engines'>,
  gpus: GpuSample | null = null,
): readonly Strip[] {
  const { engines } = snapshot;
  return [
    ...gatewayStrips(snapshot),
    ...configStrips(snapshot),
    ...engines.flatMap(engineStrip),
    ...gpuStrips(gpus),
  ].sort((a, b) => RANK[a.tone] - RANK[b.tone]);
}

const RANK = { failed: 0, attention: 1 } as const;

function gatewayStrips({ gateway }: Pick<StackSnapshot, 'gateway'>): readonly Strip[] {
  if (gateway.phase !== 'failed') return [];
  return [
    {
      key: 'gateway',
      tone: 'failed',
      title: 'The gateway can’t be reached.',
      text: sentence(gateway.cause?.message ?? 'It could not take its address.', gateway.cause?.hint),
      action: { kind: 'config', label: 'Open the config' },
    },
  ];
}

function configStrips({ config }: Pick<StackSnapshot, 'config'>): readonly Strip[] {
  const errors = config.findings.filter((f) => f.severity === 'error');
  if (config.phase === 'invalid') {
    const first = errors[0];
    return [
      {
        key: 'config',
        tone: 'attention',
        title: `The config file has ${plural(Math.max(1, errors.length), 'error')}.`,
        text: sentence(
          first ? `Line ${first.line}: ${first.message}` : null,
          'The last good version keeps running meanwhile.',
        ),
        action: { kind: 'config', label: 'Show the error' },
      },
    ];
  }
  if (config.phase !== 'pending') return [];
  return [
    {
      key: 'config',
      tone: 'attention',
      title: 'The config file was changed.',
      text: 'The running version stays until you apply the change.',
      action: { kind: 'config', label: 'Show the plan' },
    },
  ];
}

function engineStrip(engine: EngineView): readonly Strip[] {
  const text = sentence(engine.cause?.message ?? null, engine.cause?.hint);
  if (engine.phase === 'failed') {
    return [
      {
        key: engine.name,
        tone: 'failed',
        title: `${engine.name} failed.`,
        text,
        action: { kind: 'engine', engine: engine.name },
      },
    ];
  }
  if (engine.phase !== 'unhealthy' && engine.phase !== 'backoff') return [];
  return [
    {
      key: engine.name,
      tone: 'attention',
      title: engine.phase === 'unhealthy' ? `${engine.name} does not answer.` : `${engine.name} died.`,
      text: sentence(
        text,
        engine.phase === 'unhealthy' ? 'It gets no new requests meanwhile.' : 'It will be started again by itself.',
      ),
      action: { kind: 'engine', engine: engine.name },
    },
  ];
}

const WARNINGS = {
  temperature: 'A graphics card is hot.',
  memory: 'A graphics card is nearly full.',
  on_cpu: 'An engine is not on the graphics card.',
} as const;

/** Cards above a limit, and engines that are gone while their memory is not. */
function gpuStrips(sample: GpuSample | null): readonly Strip[] {
  if (sample === null) return [];
  const warnings = sample.warnings.map(({ gpu, engine, kind, message }): Strip => {
    const action = engine === null ? null : ({ kind: 'engine', engine } as const);
    return { key: `${gpu ?? engine} ${kind}`, tone: 'attention', title: WARNINGS[kind], text: message, action };
  });
  const left = sample.processes.filter((one) => one.survivor && (one.memory ?? 0) > 0);
  const survivors = left.map(({ pid, name, engine, memory }): Strip => {
    const text = `${name ?? 'A process'} (pid ${pid}) still holds ${bytes(memory)} of GPU memory. End it by hand.`;
    const action = engine === null ? null : ({ kind: 'engine', engine } as const);
    return {
      key: `gpu ${pid}`,
      tone: 'attention',
      title: `Something of ${engine ?? 'an engine'} outlived its stop.`,
      text,
      action,
    };
  });
  return [...warnings, ...survivors];
}

const sentence = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join(' ');

/** `2 ready, 1 loading, 1 stopped`: how many engines say which word, in order of first appearance. */
export function summary(engines: readonly EngineView[]): string {
  const counts = new Map<string, number>();
  for (const engine of engines) {
    const word = engineState({ ...engine, progress: null }).word.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, n]) => `${n} ${word}`).join(', ');
}
