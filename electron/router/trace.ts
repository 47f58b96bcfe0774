import type { TraceStep } from '../../shared/contract/router.ts';
import type { Protocol } from '../../shared/model.ts';
import type { Skip } from './candidates.ts';
import type { Choice } from './choose.ts';
import { targetKey } from './live.ts';

/** A request that is tried for minutes could fill the memory with its own story. */
const MOST_STEPS = 64;

type Open<K extends TraceStep['kind']> = {
  -readonly [P in keyof Extract<TraceStep, { kind: K }>]: Extract<TraceStep, { kind: K }>[P];
};
export type AttemptResult = Extract<TraceStep, { kind: 'attempt' }>['result'];

/** What happens to one request, written down in order. Times are ms since it arrived. */
export class Trace {
  readonly #began: number;
  #steps: TraceStep[] = [];
  #left = 0;
  /** The last decision's skipped targets: said again only when they change, since a parked request looks often. */
  #skipped = '';
  #wait: Open<'wait'> | null = null;
  #attempt: Open<'attempt'> | null = null;

  constructor(began: number) {
    this.#began = began;
  }

  get steps(): readonly TraceStep[] {
    return this.#steps;
  }

  /** Steps that are not kept: there were too many. */
  get left(): number {
    return this.#left;
  }

  skipped(skips: readonly Skip[], now: number): void {
    if (skips.length === 0 && this.#skipped === '') return;
    const key = skips.map((skip) => `${targetKey(skip.target)} ${skip.code}`).join('\n');
    if (key === this.#skipped) return;
    this.#skipped = key;
    for (const { target, code, message } of skips)
      this.#add({ kind: 'skip', at: this.#at(now), target: targetKey(target), code, message });
  }

  /** It waits for an engine, newly or still. */
  waits({ engine, why }: Choice & { kind: 'wait' }, now: number): void {
    if (this.#wait?.engine === engine && this.#wait.why === why) return;
    this.goesOn(now);
    this.#wait = { kind: 'wait', at: this.#at(now), engine, why, ms: null };
    this.#add(this.#wait);
  }

  /** The waiting is over. */
  goesOn(now: number): void {
    if (this.#wait) this.#wait.ms = this.#at(now) - this.#wait.at;
    this.#wait = null;
  }

  sent(model: string, target: string, protocol: Protocol, now: number): void {
    this.#attempt = {
      kind: 'attempt',
      at: this.#at(now),
      model,
      target,
      protocol,
      status: null,
      first_byte_ms: null,
      ms: null,
      result: null,
      message: null,
    };
    this.#add(this.#attempt);
  }

  head(status: number): void {
    if (this.#attempt) this.#attempt.status = status;
  }

  firstByte(now: number): void {
    if (this.#attempt && this.#attempt.first_byte_ms === null)
      this.#attempt.first_byte_ms = this.#at(now) - this.#attempt.at;
  }

  /** The present attempt is over. */
  over(result: AttemptResult, message: string | null, now: number): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    attempt.result = result;
    attempt.message = message;
    attempt.ms = this.#at(now) - attempt.at;
    this.#attempt = null;
  }

  paused(ms: number, now: number): void {
    this.#add({ kind: 'pause', at: this.#at(now), ms: Math.round(ms) });
  }

  #add(step: TraceStep): void {
    if (this.#steps.length < MOST_STEPS) this.#steps.push(step);
    else this.#left += 1;
  }

  #at(now: number): number {
    return Math.round(now - this.#began);
  }
}
