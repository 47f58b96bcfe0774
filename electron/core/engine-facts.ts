import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Abilities, Cause, EngineView, ForeignOwner, Protocol, TargetPhase } from '../../shared/model.ts';
import type { Block } from './dependencies.ts';
import type { EngineState } from './engine-state.ts';

/** A model that an engine reported, now or when it last ran. */
export interface KnownModel {
  readonly id: string;
  readonly phase: TargetPhase;
  readonly progress: number | null;
  /** Tokens it takes at most, as the engine tells; `null` when it does not. */
  readonly context_length: number | null;
  /** Size of the weights, where the engine tells. */
  readonly bytes?: number | null;
  /** How much of it the engine says is in GPU memory. */
  readonly gpu_bytes?: number | null;
  /** What it takes and does beside text, where the engine tells. */
  readonly can?: Abilities;
  /** How its weights are quantised, where the engine tells. */
  readonly quantization?: string;
  /** The engine loads and unloads it on its own. */
  readonly loadable: boolean;
  /** Other names that a request may use for it, not listed on their own. */
  readonly also?: readonly string[];
}

/** Whether `name` means this model. */
export function isCalled(model: Pick<KnownModel, 'id' | 'also'>, name: string): boolean {
  return model.id === name || (model.also?.includes(name) ?? false);
}

/** What the host knows of one engine by itself. */
export interface UnitFacts {
  readonly config: EngineConfig;
  readonly state: EngineState;
  readonly speaks: readonly Protocol[];
  /** OpenAI base and server root; `null` while it has no address. */
  readonly baseUrl: string | null;
  readonly rootUrl: string | null;
  /** Resolved; `null` = none needed. */
  readonly apiKey: string | null;
  /** What is wrong with it although it runs, e.g. that its own config file has an error since. */
  readonly remark: Cause | null;
  readonly pid: number | null;
  readonly port: number | null;
  readonly version: string | null;
  /** ISO, when the present phase began. */
  readonly since: string | null;
  readonly restarts: number;
  readonly memory: number | null;
  /** Who runs it, when somebody else does and the system tells. */
  readonly runBy: ForeignOwner | null;
  /** Redacted. */
  readonly command: string | null;
  readonly loadsModels: boolean;
  /** Requests it gets at once; `null` = no limit. */
  readonly maxConcurrent: number | null;
  readonly pulls: EngineView['pulls'];
  /** `null` = never asked. Kept when the engine stops. */
  readonly models: readonly KnownModel[] | null;
  readonly inFlight: number;
  readonly waiting: number;
  /** Targets that rest after failures, by model: how long still, and why. */
  readonly cooling: Readonly<Record<string, { readonly left_ms: number; readonly why: string }>>;
  /** Lost the right to new requests to another member of its group. */
  readonly yielding: boolean;
}

/** Everything the host knows of one engine among the others: what snapshot and routing table are made from. */
export interface EngineFacts extends UnitFacts {
  readonly pinned: boolean;
  /** Somebody wants it up, and it waits for others first. */
  readonly wished: boolean;
  /** What it needs and no request can bring up; `null` when it is up, or nothing is in its way. */
  readonly block: Block | null;
  /** ISO, when it will be stopped for being idle; `null` = not at any known time. */
  readonly idleStopAt: string | null;
  /** How often it made room for another one of its group since the host began. */
  readonly madeRoom: number;
}

/** What a request for `model` on this engine would meet. */
export function targetPhase(
  engine: UnitFacts,
  model: string,
): { readonly phase: TargetPhase; readonly progress: number | null } {
  const only = (phase: TargetPhase) => ({ phase, progress: null });
  const p = engine.state.phase;
  if (engine.state.held) return only('held');
  if (p.is === 'failed') return only('failed');
  if (model in engine.cooling) return only('cooling');
  if (p.is === 'stopped') return only(engine.state.settings.mode === 'external' ? 'unavailable' : 'not_loaded');
  if (p.is === 'starting') return only('loading');
  if (p.is === 'loading') return { phase: 'loading', progress: p.progress };
  if (p.is !== 'ready') return only('unavailable');
  const known = engine.models?.find((m) => isCalled(m, model));
  if (known) return { phase: known.phase, progress: known.progress };
  const strict = engine.models?.some((m) => m.loadable) ?? false;
  return only(strict ? 'unavailable' : 'ready');
}
