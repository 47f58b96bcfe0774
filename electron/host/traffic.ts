/** Counts what ends at the gateway: how much, how much of it badly, and how each target answered. Told once a second to who watches. */
import type { RequestRecord } from '../../shared/contract/router.ts';
import type { TargetTraffic, Traffic } from '../../shared/traffic.ts';
import { Audience } from './audience.ts';
import { Pace } from './pace.ts';

const SECOND = 1_000;
const RATE_OVER = 60;
const FAILURES_OVER = 300;
/** Of a target, so many of its last streamed answers count. */
const ANSWERS = 20;
/** A pattern may make any number of names; the ones used last are kept. */
const TARGETS = 2_000;

interface Second {
  /** Whole seconds since 1970. */
  readonly at: number;
  ended: number;
  failed: number;
}

interface Target {
  readonly engine: string;
  readonly model: string;
  last: number;
  readonly firstTokens: number[];
  readonly speeds: number[];
}

export class TrafficCounter {
  /** Oldest first; only those in which something ended. */
  #seconds: Second[] = [];
  /** By `ENGINE/MODEL`, used last at the end. */
  #targets = new Map<string, Target>();
  #started: number;
  #now: () => number;
  #told = '';
  #audience = new Audience<Traffic>(() => this.#pace.plan());
  #pace = new Pace(
    async () => this.#tell(),
    () => (this.#audience.isWatched ? SECOND : null),
  );

  /** `now`: ms since 1970. */
  constructor(now: () => number) {
    this.#now = now;
    this.#started = now();
  }

  /** Requests that ended just now. */
  add(records: readonly RequestRecord[]): void {
    const at = Math.floor(this.#now() / SECOND);
    let second = this.#seconds.at(-1);
    if (second?.at !== at) {
      second = { at, ended: 0, failed: 0 };
      this.#seconds.push(second);
    }
    for (const record of records) {
      second.ended += 1;
      if (record.outcome === 'error' || record.outcome === 'cut') second.failed += 1;
      if (record.outcome === 'ok') this.#answered(record);
    }
    this.#forget(at);
  }

  view(): Traffic {
    const now = this.#now();
    const at = Math.floor(now / SECOND);
    const of = (span: number) => this.#seconds.filter((second) => second.at > at - span);
    const sum = (list: readonly Second[], pick: (second: Second) => number) =>
      list.reduce((all, second) => all + pick(second), 0);
    const minute = sum(of(RATE_OVER), ({ ended }) => ended);
    const span = Math.min(RATE_OVER, Math.max(1, (now - this.#started) / SECOND));
    const recent = of(FAILURES_OVER);
    return {
      per_second: Math.round((minute / span) * 100) / 100,
      ended: sum(recent, ({ ended }) => ended),
      failed: sum(recent, ({ failed }) => failed),
      targets: [...this.#targets.values()].reverse().map(told),
    };
  }

  /** Hears it at once, and each second in which it changes. Gives back what ends it. */
  watch(listener: (traffic: Traffic) => void): () => void {
    return this.#audience.watch(listener, this.view());
  }

  close(): void {
    this.#pace.close();
    this.#audience.close();
  }

  #answered({ route, at, total_ms, first_token_ms, tokens_per_second }: RequestRecord): void {
    if (route === null) return;
    const [engine = ''] = route.split('/', 1);
    const target = this.#targets.get(route) ?? {
      engine,
      model: route.slice(engine.length + 1),
      last: 0,
      firstTokens: [],
      speeds: [],
    };
    target.last = Date.parse(at) + total_ms;
    keep(target.firstTokens, first_token_ms);
    keep(target.speeds, tokens_per_second);
    this.#targets.delete(route);
    this.#targets.set(route, target);
  }

  #forget(at: number): void {
    const first = this.#seconds.findIndex((second) => second.at > at - FAILURES_OVER);
    if (first > 0) this.#seconds.splice(0, first);
    for (const route of this.#targets.keys()) {
      if (this.#targets.size <= TARGETS) break;
      this.#targets.delete(route);
    }
  }

  #tell(): void {
    const traffic = this.view();
    const text = JSON.stringify(traffic);
    if (text !== this.#told) this.#audience.tell(traffic);
    this.#told = text;
  }
}

function keep(list: number[], value: number | null): void {
  if (value === null) return;
  list.push(value);
  if (list.length > ANSWERS) list.shift();
}

const told = ({ engine, model, last, firstTokens, speeds }: Target): TargetTraffic => ({
  engine,
  model,
  last_used: new Date(last).toISOString(),
  first_token_ms: median(firstTokens),
  tokens_per_second: median(speeds),
});

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[half] ?? null;
  return sorted.length === 0 ? null : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
