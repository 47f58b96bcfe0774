/** What every source of GPU figures is, and where it looks. */
import type { GpuVendor } from '../../../shared/gpu.ts';
import type { SystemMemory } from '../../core/gpu/nvidia-smi.ts';
import type { Reading } from '../../core/gpu/reading.ts';

export interface GpuSourceRunner {
  readonly vendor: GpuVendor;
  /**
   * One look; never rejects. `everyMs` says how often it will be asked, so that a tool may be kept running; `null` means once.
   */
  look(everyMs: number | null): Promise<Reading>;
  /** Ends what it keeps running. It may be asked again afterwards. */
  rest(): void;
}

/** The machine, so that tests can give another one. */
export interface GpuPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** `/sys`. */
  readonly sys: string;
  /** `/proc`. */
  readonly proc: string;
  /** Folders where tools lie that are not on PATH. */
  readonly folders: readonly string[];
  readonly memory: () => SystemMemory | null;
  /** A tool that says nothing for so long is ended, ms. */
  readonly patienceMs: number;
}
