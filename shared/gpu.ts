/** Graphics cards as `stackyard gpu --json`, the event `gpu` and the window speak of them. Unknown is `null`, never 0. */

export const GPU_VENDORS = ['nvidia', 'amd', 'intel', 'apple', 'windows'] as const;
/** `windows`: cards of any maker, seen by the system's own counters. */
export type GpuVendor = (typeof GPU_VENDORS)[number];

export interface GpuDevice {
  readonly vendor: GpuVendor;
  /** Place among the cards of its vendor as the tool counts; not the ordinal of CUDA, which sorts by speed. */
  readonly index: number;
  /** The card's own id; without one `VENDOR:BUS`, else `VENDOR:INDEX`. */
  readonly uuid: string;
  readonly name: string | null;
  /** PCI address, `00000000:01:00.0`, as the tool writes it. */
  readonly bus: string | null;
  /** Per cent. */
  readonly utilization: number | null;
  /** Bytes. */
  readonly memory_used: number | null;
  /** Bytes. */
  readonly memory_total: number | null;
  /** °C. */
  readonly temperature: number | null;
  /** W. */
  readonly power: number | null;
  /** W. */
  readonly power_limit: number | null;
  /** Per cent. */
  readonly fan: number | null;
  /** It shares the machine's memory; then the two amounts are those that it may use of it. */
  readonly unified: boolean;
}

export interface GpuProcess {
  readonly pid: number;
  readonly name: string | null;
  /** `uuid` of a card. */
  readonly gpu: string;
  /** Bytes. */
  readonly memory: number | null;
  /** The engine it belongs to; `null` for any other program. */
  readonly engine: string | null;
  /** It was started for that engine, which has stopped: memory that nobody uses any more. */
  readonly survivor: boolean;
}

/**
 * `ok` cards were read · `absent` neither a card nor a tool · `no_tool` a card, and nothing that could read it ·
 * `broken` the tool is there and fails.
 */
export type GpuSourceState = 'ok' | 'absent' | 'no_tool' | 'broken';

export interface GpuSource {
  readonly vendor: GpuVendor;
  readonly state: GpuSourceState;
  /** Why, in a sentence; `null` when there is nothing to say. */
  readonly reason: string | null;
}

/** One look at all cards. */
export interface GpuSample {
  /** ISO. */
  readonly at: string;
  readonly gpus: readonly GpuDevice[];
  readonly processes: readonly GpuProcess[];
  readonly sources: readonly GpuSource[];
  /** Cards above a limit of the config, worst first; then engines that are not where they say. */
  readonly warnings: readonly GpuWarning[];
}

export interface GpuWarning {
  /** `uuid` of the card it is about; `null` when it is about an engine. */
  readonly gpu: string | null;
  readonly engine: string | null;
  /** `on_cpu`: an engine says that it works on a card, and none holds anything of it. */
  readonly kind: 'memory' | 'temperature' | 'on_cpu';
  /** What is so, and who holds most or what to do. */
  readonly message: string;
}

/** Bytes by engine; `OTHERS` for all else. Empty when nobody can tell. */
export type OwnerMemory = Readonly<Record<string, number>>;

/** Who is no engine. No engine can have this name. */
export const OTHERS = '';

/** One moment of a card's past. */
export interface GpuPoint {
  /** ms since 1970. */
  readonly at: number;
  readonly utilization: number | null;
  readonly memory_used: number | null;
  readonly temperature: number | null;
  readonly power: number | null;
  readonly owners: OwnerMemory;
}

/** What a card is called where nothing better is known: `VENDOR:BUS`, else `VENDOR:INDEX`. */
export const gpuId = (vendor: GpuVendor, bus: string | null, index: number): string => `${vendor}:${bus ?? index}`;
