import type { StackSnapshot } from '../../shared/model.ts';
import type { ConfigOwner } from './config-owner.ts';
import type { CrashCards } from './crash-cards.ts';
import type { EngineInstall } from './engine-install.ts';
import type { EngineLog } from './engine-log.ts';
import type { Fitter } from './fit/fitter.ts';
import type { FootprintLearner } from './fit/footprint-learner.ts';
import type { GpuHistory } from './gpu/gpu-history.ts';
import type { GpuMonitor } from './gpu/gpu-monitor.ts';
import type { Jobs } from './jobs.ts';
import type { Hub } from './pull/hub.ts';
import type { RequestLog } from './request-log.ts';
import type { RouterLink } from './router-link.ts';
import type { Stack } from './stack.ts';
import type { SystemMonitor } from './system/system-monitor.ts';
import type { TrafficCounter } from './traffic.ts';
import type { Verifier } from './verify/verifier.ts';
import type { WorkMonitor } from './work-monitor.ts';

/** What command handlers work on. */
export interface CommandContext {
  readonly stack: Stack;
  readonly config: ConfigOwner;
  readonly jobs: Jobs;
  /** The Hugging Face hub with the token of now. */
  readonly hub: () => Promise<Hub>;
  readonly install: EngineInstall;
  readonly requests: RequestLog;
  readonly traffic: TrafficCounter;
  readonly verifier: Verifier;
  readonly tellRouter: RouterLink['tell'];
  readonly crashes: CrashCards;
  readonly gpus: GpuMonitor;
  readonly gpuHistory: GpuHistory;
  readonly system: SystemMonitor;
  readonly work: WorkMonitor;
  readonly learner: FootprintLearner;
  readonly fitter: Fitter;
  /** The data folder. */
  readonly data: string;
  readonly redact: (text: string) => string;
  readonly snapshot: () => StackSnapshot;
  /** Resolves with true as soon as `done` holds after some change, or false when the time is over (`null` = no limit). */
  readonly until: (done: () => boolean, ms: number | null) => Promise<boolean>;
  readonly access: () => { readonly base_url: string; readonly token: string } | null;
  /** Stackyard's own log. */
  readonly ownLog: EngineLog;
}
