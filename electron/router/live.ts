import type { TargetRoute } from '../../shared/contract/router.ts';

/** What the router alone knows about engines and targets: who is busy, when a byte came, how fast and how much. */
export interface Live {
  /** Takes a slot; give it back with `end`. */
  begin(target: TargetRoute): void;
  end(target: TargetRoute): void;
  engineInFlight(engine: string): number;
  targetInFlight(target: TargetRoute): number;
  engines(): Iterable<string>;
  /** A byte came from the engine. */
  byte(engine: string, now: number): void;
  lastByte(engine: string): number | null;
  /** Time to first byte of one answer, ms; kept as a moving average. */
  firstByte(target: TargetRoute, ms: number): void;
  /** `null` before the first answer. */
  latency(target: TargetRoute): number | null;
  tokens(target: TargetRoute, count: number, now: number): void;
  /** Tokens of late, fading with a time constant of a minute. */
  usage(target: TargetRoute, now: number): number;
  /** The engine said "Loading model" although it looked ready: give it no request before `until`. */
  setLoading(engine: string, until: number): void;
  loadingUntil(engine: string, now: number): number | null;
}

/** Weight of the newest sample in the moving average of first-byte times. */
const NEWEST = 0.3;
const FADE = 60_000;

/** Engine → model → the two as one name: a string that is put together anew has to be hashed anew, many times a request. */
const keys = new Map<string, Map<string, string>>();
const MOST_KEYS = 1_024;
let made = 0;

/** The name under which a target is counted: `ENGINE/MODEL`. */
export function targetKey({ engine, model }: { readonly engine: string; readonly model: string }): string {
  const known = keys.get(engine)?.get(model);
  if (known !== undefined) return known;
  // Clients can name models without end (`engine/anything`).
  if (made >= MOST_KEYS) {
    keys.clear();
    made = 0;
  }
  const key = `${engine}/${model}`;
  const mine = keys.get(engine) ?? new Map<string, string>();
  keys.set(engine, mine.set(model, key));
  made += 1;
  return key;
}

/** Counters that start at nothing. */
export function createLive(): Live {
  const perEngine = new Map<string, number>();
  const perTarget = new Map<string, number>();
  const bytes = new Map<string, number>();
  const latencies = new Map<string, number>();
  const used = new Map<string, { tokens: number; at: number }>();
  const loading = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, by: number): void => {
    const next = (map.get(key) ?? 0) + by;
    if (next > 0) map.set(key, next);
    else map.delete(key);
  };
  const usage = (target: TargetRoute, now: number): number => {
    const entry = used.get(targetKey(target));
    return entry ? entry.tokens * Math.exp((entry.at - now) / FADE) : 0;
  };
  return {
    begin(target) {
      add(perEngine, target.engine, 1);
      add(perTarget, targetKey(target), 1);
    },
    end(target) {
      add(perEngine, target.engine, -1);
      add(perTarget, targetKey(target), -1);
    },
    engineInFlight: (engine) => perEngine.get(engine) ?? 0,
    targetInFlight: (target) => perTarget.get(targetKey(target)) ?? 0,
    engines: () => new Set([...perEngine.keys(), ...bytes.keys()]),
    byte: (engine, now) => void bytes.set(engine, now),
    lastByte: (engine) => bytes.get(engine) ?? null,
    firstByte(target, ms) {
      const key = targetKey(target);
      const before = latencies.get(key);
      latencies.set(key, before === undefined ? ms : before + NEWEST * (ms - before));
    },
    latency: (target) => latencies.get(targetKey(target)) ?? null,
    tokens(target, count, now) {
      used.set(targetKey(target), { tokens: usage(target, now) + count, at: now });
    },
    usage,
    setLoading: (engine, until) => void loading.set(engine, until),
    loadingUntil(engine, now) {
      const until = loading.get(engine);
      return until !== undefined && until > now ? until : null;
    },
  };
}
