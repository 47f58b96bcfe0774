/** The state of the whole stack at one moment, to be read by people who were not there. Bytes, ms, ISO times; unknown is `null`. */
import type { GpuSample } from '../gpu.ts';
import type {
  Cause,
  ConfigView,
  CrashCard,
  EngineView,
  Finding,
  GatewayView,
  LogLine,
  StackSnapshot,
  TargetView,
} from '../model.ts';
import type { ViaVerdicts } from '../verify-words.ts';
import type { ModelProof } from './verify.ts';

export interface ReportEngine
  extends Pick<
    EngineView,
    | 'name'
    | 'kind'
    | 'owner'
    | 'phase'
    | 'held'
    | 'since'
    | 'memory'
    | 'pid'
    | 'port'
    | 'url'
    | 'version'
    | 'restarts'
  > {
  readonly cause: Cause | null;
  /** The last few lines of its log that complain. */
  readonly errors: readonly Pick<LogLine, 'at' | 'text'>[];
  /** How its last runs ended that nobody had asked to end; newest first. */
  readonly crashes: readonly Pick<CrashCard, 'at' | 'code' | 'signal' | 'ran_ms' | 'cause'>[];
  /** A config file of its own, as LiteLLM has one, and what is wrong with it; `null` = it has none. */
  readonly file: {
    readonly path: string;
    readonly findings: readonly Pick<Finding, 'line' | 'column' | 'severity' | 'code' | 'message' | 'hint'>[];
  } | null;
}

export interface ReportRoute {
  readonly id: string;
  readonly alias_of: string | null;
  readonly targets: readonly Pick<TargetView, 'engine' | 'model' | 'phase'>[];
  readonly fallbacks: readonly string[];
  /** `null` = never verified. */
  readonly proof:
    | (Pick<ModelProof, 'at' | 'verdict' | 'breaks_at' | 'cause'> & {
        /** What each way to it came to; ways that were not gone are missing. */
        readonly vias: ViaVerdicts;
      })
    | null;
}

/** Something that is wrong now, and what to do. */
export interface ReportTrouble {
  /** `engine llama`, `model small`, `config line 12`, `gateway`. */
  readonly about: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface StackReport {
  readonly at: string;
  readonly host: StackSnapshot['host'];
  readonly gateway: GatewayView;
  readonly engines: readonly ReportEngine[];
  readonly routes: readonly ReportRoute[];
  readonly config: ConfigView;
  /** `null` = they could not be looked at. */
  readonly gpus: GpuSample['gpus'] | null;
  /** What is different from the last report; `null` = there was none. */
  readonly changes: { readonly since: string; readonly lines: readonly string[] } | null;
  readonly troubles: readonly ReportTrouble[];
}
