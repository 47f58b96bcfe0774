/** The machine itself and what engines take of it, as `stackyard gpu`, `stackyard status` and the window speak of it. Unknown is `null`. */

/** One engine with its whole process tree. */
export interface EngineUse {
  readonly engine: string;
  /** Per cent of one core, as `top` counts: 250 is two cores and a half. `null` until it was looked at twice. */
  readonly cpu: number | null;
  /** Bytes that are its own: RssAnon + RssShmem. */
  readonly memory: number | null;
  /** Bytes of files that it has mapped (RssFile): the kernel can drop them, and a file that several processes map counts for each. */
  readonly memory_file: number | null;
  readonly threads: number | null;
  readonly processes: number;
  /** ms since its first process began. */
  readonly uptime: number | null;
}

/** A disk that holds models. */
export interface DiskUse {
  /** The model folders on it. */
  readonly folders: readonly string[];
  /** Bytes. */
  readonly total: number;
  /** Bytes that this user may still write. */
  readonly free: number;
}

/** One look at the machine. */
export interface SystemSample {
  /** ISO. */
  readonly at: string;
  /** Per cent of all cores together; `null` until it was looked at twice. */
  readonly cpu: number | null;
  readonly cores: number;
  /** Bytes; what can be had without swapping does not count as used. */
  readonly memory_used: number | null;
  /** Bytes. */
  readonly memory_total: number | null;
  /** Bytes. */
  readonly swap_used: number | null;
  /** Bytes; 0 = there is none. */
  readonly swap_total: number | null;
  readonly disks: readonly DiskUse[];
  /** Whether it runs on its battery; `null` = it has none, or nobody can tell. */
  readonly on_battery: boolean | null;
  /** Only those with a process that we may look into. */
  readonly engines: readonly EngineUse[];
}
