import type { ClientKey, ModelRoute, RequestRecord, TargetRoute, TicketTerms } from '../../shared/contract/router.ts';
import { Account } from './account.ts';
import { marksOf } from './affinity.ts';
import { Attempt, type AttemptEvents, type AttemptFailure, describeFailure, maybeStaleSocket } from './attempt.ts';
import type { Candidate, Skip } from './candidates.ts';
import { type Capture, createCapture } from './capture.ts';
import { ClientStream, type Drained } from './client-stream.ts';
import { Delivery } from './delivery.ts';
import type { Failure } from './failure.ts';
import { targetKey } from './live.ts';
import { nobody } from './nobody.ts';
import { outgoing } from './outgoing.ts';
import type { Plane, Underway } from './plane.ts';
import { clientOf, requestRecord } from './record.ts';
import type { RequestBody } from './request-body.ts';
import { taken } from './strategy.ts';
import { Trace } from './trace.ts';
import { Tries } from './tries.ts';
import type { Turn } from './turn.ts';
import { usableWays } from './usable-ways.ts';
import { mayKeepBodies, Wait } from './wait.ts';
import type { Way } from './way.ts';

/** An engine that answers "Loading model" is asked again after this, ms. */
const LOADING_PAUSE = 500;

export interface ModelRequest {
  /** How an engine can be asked for it, best first. */
  readonly ways: readonly Way[];
  readonly body: RequestBody;
  /** Whether its stream may begin before a target answers. */
  readonly early: boolean;
  /** The entry asked for, then its fallbacks. */
  readonly entries: readonly ModelRoute[];
  /** Whose tokens are counted; `null` = nobody's. */
  readonly key: ClientKey | null;
  /** What the host ordered for it; `null` for everybody else's. */
  readonly terms: TicketTerms | null;
}

/**
 * One model request from its choice of a target to its last byte: it waits, tries, tries again, and gives up. What reaches the
 * client, and what may still be taken back, is the delivery's business.
 */
export class Exchange implements Underway, AttemptEvents, Drained {
  readonly id: string;
  place = -1;
  readonly #plane: Plane;
  readonly #turn: Turn;
  readonly #asked: Pick<RequestBody, 'model' | 'stream'>;
  readonly #ways: readonly Way[];
  /** Why it can't be put in all ways; said when the others lead nowhere. */
  readonly #unputtable: Failure | null;
  readonly #key: ClientKey | null;
  readonly #account: Account;
  readonly #tries: Tries;
  readonly #stream: ClientStream;
  readonly #delivery: Delivery;
  /** Most requests never wait. */
  #wait: Wait | null = null;
  readonly #trace: Trace;
  readonly #capture: Capture | null;
  #attempt: Attempt | null = null;
  /** Whom the present attempt asks. */
  #tried: { readonly entry: ModelRoute; readonly candidate: Candidate } | null = null;
  #pausing: NodeJS.Timeout | null = null;
  #done = false;
  #cancelled = false;
  #outcome: RequestRecord['outcome'] = null;
  #failure: Failure | null = null;

  constructor(plane: Plane, turn: Turn, request: ModelRequest) {
    this.id = turn.id;
    this.#plane = plane;
    this.#turn = turn;
    this.#trace = new Trace(turn.began);
    const { model, stream, bytes } = request.body;
    this.#asked = { model, stream };
    const { ways, refused } = usableWays(plane.compiled, request.ways, request.body, request.entries);
    this.#ways = ways;
    this.#unputtable = refused;
    this.#key = request.key;
    const [entry] = request.entries;
    const { talk } = request.body;
    const marks = entry?.affinity && talk !== null ? marksOf(entry.id, bytes, talk) : [];
    this.#account = new Account(plane, request.body, request.key, marks);
    this.#tries = new Tries(plane, { ways, entries: request.entries, marks, terms: request.terms });
    this.#capture = createCapture(plane.compiled.table.capture, bytes);
    const id = entry?.id ?? null;
    this.#stream = new ClientStream(turn, stream && request.early, id, this);
    this.#delivery = new Delivery(turn, this.#stream, id);
  }

  start(): void {
    this.#plane.active.add(this);
    this.#turn.res.on('close', () => this.#clientClosed());
    this.#look();
  }

  tick(now: number): void {
    this.#attempt?.tick(now);
    if (this.#stream.stuck(now)) this.#turn.res.destroy();
    // Headers that left early keep their comments while the engine reads the prompt.
    const { target } = this.#account;
    if (!target || !this.#stream.early) return;
    const due = this.#commentDue(now);
    if (due !== null && now >= due) this.#comment(target.engine);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#turn.res.destroy();
  }

  record(now: number, told = this.#delivery.record()): RequestRecord {
    return requestRecord({
      turn: this.#turn,
      client: clientOf(this.#turn, this.#key),
      ...{ asked: this.#asked.model, stream: this.#asked.stream },
      told,
      queued: this.#queued(now),
      outcome: this.#outcome,
      failure: this.#failure,
      trace: this.#trace,
      capture: this.#capture,
      now,
    });
  }

  /** Decides anew: at the start, after a failure, and whenever something may have changed while it waits. */
  #look(): void {
    if (this.#done || this.#attempt || this.#pausing) return;
    const choice = this.#tries.choose();
    const now = this.#plane.now();
    this.#trace.skipped(choice.skips, now);
    if (choice.kind === 'none') {
      this.#giveUp(choice.skips);
    } else if (choice.kind === 'wait') {
      this.#trace.waits(choice, now);
      this.#wait ??= this.#newWait();
      const refused = this.#wait.park(choice);
      if (refused) this.#fail({ ...refused, attempts: this.#tries.notes });
    } else {
      this.#wait?.unpark();
      this.#trace.goesOn(now);
      taken(choice.entry, choice.among, choice.candidate, this.#plane.credits);
      this.#try(choice.entry, choice.candidate, false);
    }
  }

  #try(entry: ModelRoute, candidate: Candidate, fresh: boolean): void {
    const plane = this.#plane;
    const { target } = candidate;
    const body = this.#account.body as RequestBody;
    const way = this.#ways.find(({ protocol }) => protocol === candidate.protocol) as Way;
    const request = outgoing({ turn: this.#turn, body, way }, entry, candidate, fresh);
    if ('code' in request) {
      this.#fail(request);
      return;
    }
    const sentAt = plane.now();
    this.#account.take(target, sentAt);
    this.#capture?.begin();
    this.#trace.sent(entry.id, targetKey(target), candidate.protocol, sentAt);
    this.#delivery.begin({
      route: targetKey(target),
      mayRetry: mayKeepBodies(plane) && this.#tries.goOn,
      mayOutgrow: mayKeepBodies(plane) && this.#tries.hasOthers(entry),
      translation: way.translation?.(body) ?? null,
    });
    this.#tried = { entry, candidate };
    this.#attempt = new Attempt(this, entry.timeouts, sentAt);
    this.#attempt.start(plane.upstreams, request);
  }

  head(status: number, headers: Buffer[]): void {
    this.#account.heard(this.#plane.now());
    this.#trace.head(status);
    this.#delivery.head(status, headers);
  }

  data(chunk: Buffer): boolean {
    const now = this.#plane.now();
    this.#attempt?.touch(now);
    this.#account.heard(now);
    this.#trace.firstByte(now);
    this.#capture?.answer(chunk);
    const wasCommitted = this.#delivery.committed;
    const go = this.#delivery.data(chunk, now);
    if (this.#delivery.refused) {
      this.#attempt?.abort();
      this.#refused();
      return true;
    }
    if (!wasCommitted && this.#delivery.committed) this.#account.settled(now);
    return go;
  }

  failed(kind: AttemptFailure, error: Error): void {
    // A head came: then it was no dead connection.
    if (this.#delivery.status !== 0 || !maybeStaleSocket(kind, error) || !this.#tried || !this.#tries.takeFree()) {
      this.#broken(kind, error);
      return;
    }
    this.#trace.over('broken', 'A kept connection had just been closed.', this.#plane.now());
    this.#try(this.#tried.entry, this.#tried.candidate, true);
  }

  /** The client keeps up again. */
  drained(): void {
    this.#attempt?.resume(this.#plane.now());
  }

  end(): void {
    const now = this.#plane.now();
    this.#delivery.end(now);
    if (this.#delivery.refused) {
      this.#refused();
      return;
    }
    if (this.#delivery.badEnd) {
      const message = `${this.#account.target?.engine} ${this.#delivery.badEnd}.`;
      this.#account.blame(message);
      this.#trace.over('answered', message, now);
      this.#finish('error', { code: 'upstream_error', message });
      return;
    }
    if (this.#delivery.blame) this.#account.blame(`It answered ${this.#delivery.status}.`);
    else this.#account.praise();
    this.#trace.over('answered', null, now);
    this.#finish(this.#delivery.status >= 400 ? 'error' : 'ok', null);
  }

  /** The engine answered, but with something that may be tried again elsewhere. */
  #refused(): void {
    const target = this.#account.target as TargetRoute;
    const now = this.#plane.now();
    const { problem } = this.#delivery;
    if (problem.is === 'loading') {
      this.#plane.live.setLoading(target.engine, now + LOADING_PAUSE);
      this.#trace.over('loading', null, now);
      this.#delivery.forget();
      this.#release();
      this.#look();
      return;
    }
    const why = this.#delivery.refusal ?? { code: 'upstream_error', message: 'The engine refused.' };
    this.#trace.over('refused', why.message, now);
    if (problem.is === 'memory') this.#tries.ban(target);
    if (problem.is === 'overflow') {
      this.#tries.outgrew(target, problem.limit, why.message);
      this.#release();
      this.#look();
      return;
    }
    this.#tryAgain(target, why);
  }

  #broken(kind: AttemptFailure, error: Error): void {
    const target = this.#account.target as TargetRoute;
    const failure = describeFailure(kind, target.engine, error);
    this.#trace.over('broken', failure.message, this.#plane.now());
    if (this.#delivery.committed) {
      this.#account.blame(failure.message);
      this.#delivery.cut({ ...failure, attempts: this.#tries.notes });
      this.#finish('cut', failure);
      return;
    }
    this.#delivery.forget();
    this.#tryAgain(target, failure);
  }

  /** After a failure: another target at once, the same engine after a pause, a fallback entry when the tries are used up. */
  #tryAgain(target: TargetRoute, failure: Failure): void {
    this.#account.blame(failure.message);
    this.#release();
    const pause = this.#tries.failed(target, failure, mayKeepBodies(this.#plane));
    if (pause === null) {
      this.#giveUp([]);
      return;
    }
    if (pause === 0) {
      this.#look();
      return;
    }
    this.#trace.paused(pause, this.#plane.now());
    this.#pausing = setTimeout(() => {
      this.#pausing = null;
      this.#look();
    }, pause);
  }

  /** Nobody can answer. An engine's own error passes unchanged; otherwise ours says why each target was left out. */
  #giveUp(skips: readonly Skip[]): void {
    if (this.#delivery.replayRefusal(this.#plane.now())) {
      this.#finish('error', this.#tries.last);
      return;
    }
    const most = this.#plane.compiled.table.routing.queue.max_wait;
    const { engine = '', cooling = false } = this.#wait ?? {};
    this.#fail(
      nobody({
        skips,
        notes: this.#tries.notes,
        last: this.#tries.last,
        unputtable: this.#unputtable,
        waited: this.#tries.expired ? { engine, cooling, most } : null,
      }),
    );
  }

  #fail(failure: Failure): void {
    if (this.#done) return;
    this.#delivery.fail(failure);
    this.#finish('error', failure);
  }

  /** The try at hand is over, and its slot free. */
  #release(): void {
    this.#attempt = null;
    this.#account.release();
  }

  #clientClosed(): void {
    if (this.#done) return;
    this.#attempt?.abort();
    this.#trace.over('gone', null, this.#plane.now());
    this.#finish(this.#cancelled ? 'cancelled' : 'client_gone', null);
  }

  #finish(outcome: RequestRecord['outcome'], failure: Failure | null): void {
    const plane = this.#plane;
    const now = plane.now();
    this.#done = true;
    this.#wait?.unpark();
    this.#trace.goesOn(now);
    if (this.#pausing) clearTimeout(this.#pausing);
    plane.active.delete(this);
    this.#outcome = outcome;
    this.#failure = failure;
    this.#attempt = null;
    const told = this.#delivery.record();
    this.#account.close((told.prompt_tokens ?? 0) + (told.completion_tokens ?? 0), now);
    const { began, path } = this.#turn;
    plane.ended(
      {
        path,
        model: told.model,
        route: told.route,
        outcome,
        code: failure?.code ?? null,
        prompt_tokens: told.prompt_tokens,
        completion_tokens: told.completion_tokens,
        first_token_ms: told.first_token_ms,
        queued_ms: this.#queued(now),
        total_ms: now - began,
        steps: this.#trace.steps,
      },
      () => this.record(now, told),
    );
  }

  #queued(now: number): number {
    return this.#wait?.queuedUntil(now) ?? 0;
  }

  #newWait(): Wait {
    const wait: Wait = new Wait(this.#plane, this.#turn.began, {
      look: () => this.#look(),
      expire: () => {
        this.#tries.expire();
        this.#look();
      },
      dismiss: () => this.#fail({ code: 'wait_timeout', message: 'Stackyard is shutting down.', retryAfter: 5 }),
      commentDue: (parked) => this.#commentDue(parked),
      comment: () => this.#comment(wait.engine),
    });
    return wait;
  }

  #comment(name: string): void {
    const engine = this.#plane.compiled.engines.get(name);
    const progress = engine?.progress == null ? '' : ` progress=${Number(engine.progress.toFixed(3))}`;
    const text = `engine=${name} phase=${engine?.phase ?? 'stopped'}${progress}`;
    this.#stream.waiting(text, this.#plane.now());
  }

  /** When a comment is due, for a request that waits since `parked`; `null` = no more of them. */
  #commentDue(parked: number): number | null {
    if (this.#delivery.committed) return null;
    return this.#stream.commentDue(parked, this.#plane.compiled.table.routing.queue.keepalive);
  }
}
