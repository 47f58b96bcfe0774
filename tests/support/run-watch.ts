/** Looks at the process table again and again: which runs of which engines live, by the tag in their environment. Linux. */
import { readdirSync, readFileSync } from 'node:fs';

export interface LiveRun {
  /** `INSTANCE:ENGINE.N`. */
  readonly tag: string;
  readonly engine: string;
  readonly pids: readonly number[];
}

export interface RunWatch {
  /** Looks now, besides the regular looks. */
  look(): void;
  /** Engines of which two runs lived at once, and groups of which two engines did, in words; empty as long as all is well. */
  readonly offences: readonly string[];
  /** Every run ever seen, in order. */
  readonly runs: readonly string[];
  /** How often it looked. */
  readonly looks: () => number;
  stop(): void;
}

/**
 * Watches the runs of one host (`instance` of its tags; `null` for every host). `groups`: engines of which at most one may live.
 */
export function watchRuns(
  instance: () => string | null,
  { groups = [], every = 15 }: { groups?: readonly (readonly string[])[]; every?: number } = {},
): RunWatch {
  const offences = new Set<string>();
  const runs: string[] = [];
  let looks = 0;
  const look = () => {
    looks += 1;
    const id = instance();
    const live = liveRuns().filter((run) => id === null || run.tag.startsWith(`${id}:`));
    for (const { tag } of live) if (!runs.includes(tag)) runs.push(tag);
    const alive = [...new Set(live.map((run) => run.engine))];
    for (const engine of alive) {
      const mine = live.filter((run) => run.engine === engine);
      if (mine.length > 1) offences.add(`two runs of ${engine}: ${mine.map((run) => run.tag).join(', ')}`);
    }
    for (const group of groups) {
      const up = group.filter((engine) => alive.includes(engine));
      if (up.length > 1) offences.add(`two of a group: ${up.join(', ')}`);
    }
  };
  const timer = setInterval(look, every);
  return {
    look,
    get offences() {
      return [...offences];
    },
    runs,
    looks: () => looks,
    stop: () => clearInterval(timer),
  };
}

/** The runs that have a living process, of any host on this machine. */
export function liveRuns(): LiveRun[] {
  const found = new Map<string, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const tag = tagOf(Number(name));
    if (tag !== null) found.set(tag, [...(found.get(tag) ?? []), Number(name)]);
  }
  return [...found].map(([tag, pids]) => ({
    tag,
    engine: tag.slice(tag.indexOf(':') + 1).replace(/\.\d+$/, ''),
    pids,
  }));
}

/** A zombie has no environment any more. */
function tagOf(pid: number): string | null {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return environment.find((entry) => entry.startsWith('STACKYARD_RUN='))?.slice('STACKYARD_RUN='.length) ?? null;
  } catch {
    return null;
  }
}
