import type { ModelRoute, TargetRoute } from '../../shared/contract/router.ts';
import type { Protocol } from '../../shared/model.ts';
import { Attempt, type AttemptFailure, maybeStaleSocket } from './attempt.ts';
import type { Candidate, Skip } from './candidates.ts';
import { type Ask, type Choice, choose } from './choose.ts';
import { Delivery } from './delivery.ts';
import type { AttemptNote, Failure } from './failure.ts';
import { upstreamHeaders } from './headers.ts';
import { targetKey } from './live.ts';
import type { Parked } from './park.ts';
import type { Plane, Ticking } from './plane.ts';
import { changesParams, withModel, withParams } from './rewrite.ts';
import type { Scan } from './scan.ts';
import { taken } from './strategy.ts';
import type { Turn } from './turn.ts';

/** First pause before the same engine is tried again, ms; doubles, and the real one is random below it ("full jitter"). */
const PAUSE = 250;
const PAUSE_MAX = 5_000;
/** An engine that answers "Loading model" is asked again after this, ms. */
const LOADING_PAUSE = 500;

export interface ModelRequest {
  readonly protocol: Protocol;
  /** Appended to the engine's base URL, e.g. `/chat/completions`. */
  readonly suffix: string;
  readonly body: Buffer;
  readonly scan: Scan;
  /** The entry asked for, then its fallbacks. */
  readonly entries: readonly ModelRoute[];
}

/**
 * One model request from its choice of a target to its last byte: it waits, tries, tries again, and gives up. What reaches the
 * client, and what may still be taken back, is the delivery's business.
 */
export class Exchange implements Parked, Ticking {
  readonly since: number;
  engine = '';
  readonly #plane: Plane;
  readonly #turn: Turn;
  readonly #request: ModelRequest;
  readonly #ask: Ask;
  readonly #delivery: Delivery;
  /** Kept for replay; let go at the first byte. */
  #body: Buffer | null;
  #kept: number;
  #attempt: Attempt | null = null;
  #target: TargetRoute | null = null;
  #parked = false;
  #cooling = false;
  #again: number | null = null;
  #firstParked: number | null = null;
  #parkedAt = 0;
  #queued = 0;
  #timer: NodeJS.Timeout | null = null;
  #pausing: NodeJS.Timeout | null = null;
  #triesLeft: number;
  #retry = 0;
  #usedFreeRetry = false;
  #notes: AttemptNote[] = [];
  #lastFailure: Failure | null = null;
  #sentAt = 0;
  #done = false;

  constructor(plane: Plane, turn: Turn, request: ModelRequest) {
    this.#plane = plane;
    this.#turn = turn;
    this.#request = request;
    this.since = turn.began;
    this.#body = request.body;
    this.#kept = request.body.length;
    plane.budget.take(this.#kept);
    this.#triesLeft = 1 + plane.compiled.table.routing.retries;
    this.#ask = {
      protocol: request.protocol,
      entries: request.entries,
      floor: 0,
      failed: new Set(),
      started: new Map(),
      switched: null,
      expired: false,
    };
    const sse = request.scan.stream && request.protocol !== 'embeddings';
    this.#delivery = new Delivery(turn, sse, request.entries[0]?.id ?? null);
  }

  start(): void {
    this.#plane.active.add(this);
    this.#turn.res.once('close', () => this.#clientClosed());
    this.look();
  }

  /** Decides anew; called at the start, after a failure, and whenever something may have changed while it waits. */
  look(): void {
    if (this.#done || this.#attempt || this.#pausing) return;
    const plane = this.#plane;
    const sight = { compiled: plane.compiled, live: plane.live, cooldowns: plane.cooldowns, now: plane.now() };
    const choice = choose(sight, this.#ask, plane.credits);
    if (choice.kind === 'grant') this.#grant(choice);
    else if (choice.kind === 'wait') this.#park(choice);
    else this.#giveUp(choice.skips);
  }

  /** The router is leaving: a request that only waits is told so. */
  dismiss(): void {
    if (!this.#done && !this.#attempt) {
      this.#fail({ code: 'wait_timeout', message: 'Stackyard is shutting down.', retryAfter: 5 });
    }
  }

  tick(now: number): void {
    this.#attempt?.tick(now);
    if (this.#delivery.stuck(now)) this.#turn.res.destroy();
    // Headers that left early keep their comments while the engine reads the prompt.
    if (this.#attempt && this.#delivery.early) {
      const { keepalive } = this.#plane.compiled.table.routing.queue;
      const due = this.#delivery.commentDue(now, keepalive);
      if (due !== null && now >= due) this.#comment(now);
    }
  }

  #grant({ entry, candidate, among }: Choice & { kind: 'grant' }): void {
    this.#unpark();
    taken(entry, among, candidate, this.#plane.credits);
    this.#try(entry, candidate, false);
  }

  #try(entry: ModelRoute, candidate: Candidate, fresh: boolean): void {
    const { engine, target } = candidate;
    const body = this.#body;
    if (body === null || engine.base_url === null) {
      this.#fail({ code: 'internal', message: 'A request without body or address was to be sent.' });
      return;
    }
    let slices: Buffer[];
    try {
      slices = changesParams(entry.params)
        ? withParams(body, entry.params, target.model)
        : withModel(body, this.#request.scan, target.model);
    } catch (error) {
      this.#fail({ code: 'invalid_request', message: `The body is not valid JSON: ${(error as Error).message}` });
      return;
    }
    const plane = this.#plane;
    this.#target = target;
    this.#sentAt = plane.now();
    plane.live.begin(target);
    this.#delivery.begin(targetKey(target), this.#mayReplay() && this.#triesElsewhere());
    const base = new URL(engine.base_url);
    const attempt = new Attempt(
      {
        head: (status, headers) => {
          plane.live.byte(target.engine, plane.now());
          this.#delivery.head(status, headers);
        },
        data: (chunk) => this.#data(chunk),
        end: () => this.#end(),
        failed: (kind, error) => {
          if (!this.#delivery.committed && !this.#usedFreeRetry && maybeStaleSocket(kind, error)) {
            this.#usedFreeRetry = true;
            this.#release();
            this.#try(entry, candidate, true);
            return;
          }
          this.#broken(kind, error);
        },
      },
      entry.timeouts,
      this.#sentAt,
    );
    this.#attempt = attempt;
    this.#delivery.onDrain = () => attempt.resume(plane.now());
    attempt.start(plane.upstreams, {
      origin: base.origin,
      path: `${base.pathname.replace(/\/$/, '')}${this.#request.suffix}${this.#turn.query}`,
      headers: upstreamHeaders(this.#turn.req.rawHeaders, engine.api_key),
      body: slices,
      connect: engine.request_timeouts.connect,
      fresh,
    });
  }

  #data(chunk: Buffer): boolean {
    const plane = this.#plane;
    const target = this.#target as TargetRoute;
    const now = plane.now();
    this.#attempt?.touch(now);
    plane.live.byte(target.engine, now);
    const wasCommitted = this.#delivery.committed;
    const go = this.#delivery.data(chunk, now);
    if (this.#delivery.refused) {
      this.#attempt?.abort();
      this.#refused();
      return true;
    }
    if (!wasCommitted && this.#delivery.committed) {
      plane.live.firstByte(target, now - this.#sentAt);
      this.#letBodyGo();
    }
    return go;
  }

  #end(): void {
    this.#delivery.end();
    if (this.#delivery.refused) {
      this.#refused();
      return;
    }
    const target = this.#target as TargetRoute;
    if (this.#delivery.blame) this.#blame(target);
    else this.#plane.cooldowns.succeed(targetKey(target));
    this.#finish(this.#delivery.status >= 400 ? 'error' : 'ok', null);
  }

  /** The engine answered, but with something that may be tried again elsewhere. */
  #refused(): void {
    const target = this.#target as TargetRoute;
    const refusal = this.#delivery.refusal;
    this.#release();
    if (this.#delivery.loading) {
      this.#plane.live.setLoading(target.engine, this.#plane.now() + LOADING_PAUSE);
      this.#delivery.forget();
      this.look();
      return;
    }
    this.#note(target, refusal ?? { code: 'upstream_error', message: 'The engine answered with an error.' });
    this.#tryOthers(target);
  }

  #broken(kind: AttemptFailure, error: Error): void {
    const target = this.#target as TargetRoute;
    this.#release();
    const failure = describe(kind, target, error);
    if (this.#delivery.committed) {
      this.#blame(target);
      this.#delivery.cut({ ...failure, attempts: this.#notes });
      this.#finish('cut', failure.code);
      return;
    }
    this.#delivery.forget();
    this.#note(target, failure);
    this.#tryOthers(target);
  }

  #note(target: TargetRoute, failure: Failure): void {
    this.#notes.push({ target: targetKey(target), reason: failure.code, message: failure.message });
    this.#lastFailure = failure;
    this.#blame(target);
  }

  #tryOthers(target: TargetRoute): void {
    this.#ask.failed.add(targetKey(target));
    this.#triesLeft -= 1;
    if (!this.#mayReplay()) {
      this.#giveUp([]);
      return;
    }
    if (this.#triesLeft <= 0) {
      this.#ask.floor += 1;
      this.#triesLeft = 1;
    }
    const plane = this.#plane;
    const sight = { compiled: plane.compiled, live: plane.live, cooldowns: plane.cooldowns, now: plane.now() };
    const next = choose(sight, this.#ask, plane.credits);
    if (next.kind !== 'grant' || next.candidate.engine.name !== target.engine) {
      this.look();
      return;
    }
    const pause = Math.random() * Math.min(PAUSE_MAX, PAUSE * 2 ** this.#retry);
    this.#retry += 1;
    this.#pausing = setTimeout(() => {
      this.#pausing = null;
      this.look();
    }, pause);
  }

  #triesElsewhere(): boolean {
    return this.#triesLeft > 1 || this.#ask.floor + 1 < this.#ask.entries.length;
  }

  /** Whether bodies may be kept for another try: all that are kept share one budget. */
  #mayReplay(): boolean {
    return this.#plane.budget.used <= this.#plane.compiled.table.limits.body_budget;
  }

  #blame(target: TargetRoute): void {
    const { allowed_fails, cooldown } = this.#plane.compiled.table.routing;
    this.#plane.cooldowns.fail(targetKey(target), this.#plane.now(), allowed_fails, cooldown);
  }

  #park(choice: Choice & { kind: 'wait' }): void {
    const { queue } = this.#plane.compiled.table.routing;
    const plane = this.#plane;
    const now = plane.now();
    this.#cooling = choice.cooling;
    this.#again = choice.again;
    if (!this.#parked) {
      if (plane.lot.size >= queue.max_waiting) {
        const message = `${plane.lot.size} requests are waiting already.`;
        this.#fail({ code: 'queue_full', message, attempts: this.#notes, retryAfter: 5 });
        return;
      }
      if (!this.#mayReplay()) {
        const message = 'The bodies of waiting requests fill gateway.body_budget.';
        this.#fail({ code: 'body_budget', message, attempts: this.#notes, retryAfter: 5 });
        return;
      }
      this.#parked = true;
      this.#parkedAt = now;
      this.#firstParked ??= now;
      this.engine = choice.engine;
      plane.lot.enter(this);
    }
    this.engine = choice.engine;
    this.#arm(now);
  }

  /** One timer for the next thing that is due: a comment, a second look, or the end of the wait. */
  #arm(now: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    const { queue } = this.#plane.compiled.table.routing;
    const parked = this.#firstParked ?? now;
    const due = [parked + queue.max_wait];
    if (this.#again !== null) due.push(this.#again);
    const comment = this.#delivery.commentDue(parked, queue.keepalive);
    if (comment !== null) due.push(comment);
    this.#timer = setTimeout(() => this.#due(), Math.max(1, Math.min(...due) - now));
  }

  #due(): void {
    this.#timer = null;
    if (this.#done || !this.#parked) return;
    const now = this.#plane.now();
    const { queue } = this.#plane.compiled.table.routing;
    if (now >= (this.#firstParked ?? now) + queue.max_wait) {
      this.#ask.expired = true;
      this.look();
      return;
    }
    const comment = this.#delivery.commentDue(this.#firstParked ?? now, queue.keepalive);
    if (comment !== null && now >= comment) this.#comment(now);
    if (this.#again !== null && now >= this.#again) this.look();
    if (this.#parked && !this.#done) this.#arm(now);
  }

  #comment(now: number): void {
    const engine = this.#plane.compiled.engines.get(this.engine);
    const progress = engine?.progress == null ? '' : ` progress=${Number(engine.progress.toFixed(3))}`;
    this.#delivery.waiting(`waiting engine=${this.engine} phase=${engine?.phase ?? 'stopped'}${progress}`, now);
  }

  #unpark(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#parked) return;
    this.#parked = false;
    this.#queued += this.#plane.now() - this.#parkedAt;
    this.#plane.lot.leave(this);
  }

  /** Nobody can answer. An engine's own error passes unchanged; otherwise ours says why each target was left out. */
  #giveUp(skips: readonly Skip[]): void {
    const attempts = [...this.#notes, ...skips.map(skipNote)];
    if (this.#delivery.replayRefusal()) {
      this.#finish('error', null);
      return;
    }
    const last = this.#lastFailure;
    if (last && !this.#ask.expired) {
      this.#fail({ ...last, attempts });
      return;
    }
    if (this.#ask.expired) {
      const waited = Math.round(this.#plane.compiled.table.routing.queue.max_wait / 1000);
      this.#fail({
        code: this.#cooling ? 'cooling' : 'wait_timeout',
        message: `No engine became ready within ${waited} s (${this.engine}).`,
        attempts,
        retryAfter: 10,
      });
      return;
    }
    const first = skips.find((skip) => skip.code !== 'not_supported_by_engine') ?? skips[0];
    const code = first?.code ?? 'upstream_error';
    this.#fail({ code, message: first?.message ?? 'No engine could answer.', attempts });
  }

  #fail(failure: Failure): void {
    this.#unpark();
    this.#delivery.fail(failure);
    this.#finish('error', failure.code);
  }

  /** Gives the slot back and lets the next one have it. */
  #release(): void {
    const target = this.#target;
    this.#attempt = null;
    this.#target = null;
    if (!target) return;
    this.#plane.live.end(target);
    this.#plane.freed(target.engine);
  }

  #letBodyGo(): void {
    this.#body = null;
    this.#plane.budget.give(this.#kept);
    this.#kept = 0;
  }

  #clientClosed(): void {
    if (this.#done) return;
    this.#attempt?.abort();
    this.#finish('client_gone', null);
  }

  #finish(outcome: 'ok' | 'error' | 'client_gone' | 'cut', code: string | null): void {
    if (this.#done) return;
    this.#done = true;
    const target = this.#target;
    const plane = this.#plane;
    const now = plane.now();
    this.#unpark();
    if (this.#pausing) clearTimeout(this.#pausing);
    this.#letBodyGo();
    plane.active.delete(this);
    const record = this.#delivery.record();
    if (target && record.completion_tokens !== null) plane.live.tokens(target, record.completion_tokens, now);
    this.#release();
    plane.record({
      id: this.#turn.id,
      at: new Date(Date.now() - (now - this.since)).toISOString(),
      path: this.#turn.path,
      asked: this.#request.scan.model,
      stream: this.#request.scan.stream,
      queued_ms: Math.round(this.#queued),
      total_ms: Math.round(now - this.since),
      outcome,
      code,
      ...record,
    });
  }
}

function describe(kind: AttemptFailure, target: TargetRoute, error: Error): Failure {
  const why = error.message || (error as { code?: string }).code || 'no reason given';
  const name = target.engine;
  switch (kind) {
    case 'connect':
      return { code: 'upstream_error', message: `${name} could not be reached: ${why}.` };
    case 'closed':
      return { code: 'upstream_error', message: `${name} closed the connection: ${why}.` };
    case 'first_byte':
      return { code: 'upstream_timeout', message: `${name} sent no answer: ${why}.` };
    case 'idle':
      return { code: 'upstream_timeout', message: `${name} stopped in the middle of its answer: ${why}.` };
  }
}

const skipNote = (skip: Skip): AttemptNote => ({
  target: targetKey(skip.target),
  reason: skip.code,
  message: skip.message,
});
