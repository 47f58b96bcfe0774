import type { RequestRecord } from '../../shared/contract/router.ts';
import { errorText, oneLineError, saysLoading } from './engine-error.ts';
import { type Failure, failureBody } from './failure.ts';
import { type DownstreamHead, downstreamHeaders } from './headers.ts';
import { createMeter, type Meter } from './meter.ts';
import { eventGap, sseComment, sseData, startsWithError } from './sse.ts';
import { ownHeaders, routeHeaders, sendFailure, type Turn } from './turn.ts';

/** An engine's error answer is kept up to this size while another target may still do better; a longer one is passed on. */
const KEEP = 256 * 1024;
/** A client that takes nothing for so long is gone, ms. */
const STUCK = 60_000;

/** Engine answers that another try may better. 501 and 505 say "never". */
const retryable = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);

interface Answer {
  readonly status: number;
  readonly head: DownstreamHead;
  readonly chunks: Buffer[];
}

/**
 * The client's side of one model request: holds an engine's answer back until its first byte, so that another target may be
 * tried, and from then on ("committed") passes bytes on untouched.
 */
export class Delivery {
  /** Status of the engine's answer that is being looked at. */
  status = 0;
  committed = false;
  /** The answer at hand was not passed on: `refusal` says why, and another target may be tried. */
  refused = false;
  refusal: Failure | null = null;
  /** The engine said that its model is still loading. */
  loading = false;
  onDrain: (() => void) | null = null;
  readonly #turn: Turn;
  readonly #sse: boolean;
  readonly #model: string | null;
  #attempts = 0;
  #route: string | null = null;
  #mayRetry = false;
  /** 200 and the SSE headers left before any target answered. */
  #early = false;
  #lastComment: number | null = null;
  #mode: 'hold' | 'collect' | 'pass' = 'hold';
  #answer: Answer | null = null;
  #size = 0;
  #kept: Answer | null = null;
  #meter: Meter | null = null;
  #lastChunk: Buffer | null = null;
  #blockedSince: number | null = null;

  constructor(turn: Turn, sse: boolean, model: string | null) {
    this.#turn = turn;
    this.#sse = sse;
    this.#model = model;
  }

  /** A request to a target begins. */
  begin(route: string, mayRetry: boolean): void {
    this.#attempts += 1;
    this.#route = route;
    this.#mayRetry = mayRetry;
    this.#reset();
  }

  head(status: number, raw: readonly Buffer[]): void {
    this.status = status;
    const head = downstreamHeaders(raw);
    this.#answer = { status, head, chunks: [] };
    const unfit = this.#early && !(status === 200 && head.sse);
    this.#mode = retryable(status) || unfit ? 'collect' : 'hold';
  }

  /** Takes a chunk of the answer; false = stop reading until `onDrain`. */
  data(chunk: Buffer, now: number): boolean {
    const answer = this.#answer;
    if (!answer) return true;
    if (this.#mode === 'pass') return this.#pass(chunk, now);
    if (this.#mode === 'collect') {
      this.#size += chunk.length;
      // Behind early headers only a short error can be told; the rest of anything longer is let go.
      if (this.#size <= KEEP || !this.#early) answer.chunks.push(chunk);
      if (this.#size <= KEEP || this.#early) return true;
      this.#commit();
      let go = true;
      for (const kept of answer.chunks.splice(0)) go = this.#pass(kept, now);
      return go;
    }
    if (this.#mayRetry && answer.head.sse && answer.status === 200 && startsWithError(chunk)) {
      answer.chunks.push(chunk);
      this.#refuse(answer, 'began its stream with an error');
      return true;
    }
    this.#commit();
    return this.#pass(chunk, now);
  }

  /** The answer is complete. */
  end(): void {
    const answer = this.#answer;
    if (!answer) return;
    if (this.#mode === 'collect') {
      if (retryable(answer.status)) {
        this.#refuse(answer, `answered with ${answer.status}`);
      } else {
        this.#writeLate(answer);
      }
      return;
    }
    if (this.#mode === 'hold') this.#commit();
    this.#turn.res.end();
  }

  /** Whether the committed answer speaks against its target. */
  get blame(): boolean {
    return retryable(this.status);
  }

  /** The attempt came to nothing; what it said is dropped. */
  forget(): void {
    this.#reset();
    this.#kept = null;
  }

  /** Passes on the last refused answer unchanged, now that nothing better came; false when there is none. */
  replayRefusal(): boolean {
    const kept = this.#kept;
    if (!kept) return false;
    this.#kept = null;
    this.#answer = kept;
    this.status = kept.status;
    if (this.#early) {
      this.#writeLate(kept);
      return true;
    }
    this.#commit();
    for (const chunk of kept.chunks) this.#turn.res.write(chunk);
    this.#turn.res.end();
    return true;
  }

  /** Answers with an error of ours; as an event when the headers are gone already. */
  fail(failure: Failure): void {
    if (this.#early) {
      this.#turn.res.end(sseData(failureBody(failure, this.#turn.id)));
      return;
    }
    const headers = routeHeaders({ model: this.#model, route: null, attempts: this.#attempts });
    sendFailure(this.#turn, failure, headers);
  }

  /** The engine broke off in the middle: a stream ends with an error event and without `[DONE]`, a document is cut off. */
  cut(failure: Failure): void {
    const { res } = this.#turn;
    const sized = this.#answer?.head.headers.some((h, i) => i % 2 === 0 && h.toLowerCase() === 'content-length');
    if (!this.#answer?.head.sse || sized) {
      res.destroy();
      return;
    }
    res.end(eventGap(this.#lastChunk) + sseData(failureBody(failure, this.#turn.id)));
  }

  /** When the next waiting comment is due, for a request that has been waiting since `parked`; `null` = none at all. */
  commentDue(parked: number, keepalive: number | null): number | null {
    if (!this.#sse || keepalive === null || this.committed) return null;
    return (this.#lastComment ?? parked) + keepalive;
  }

  /** Whether the headers left before a target answered. */
  get early(): boolean {
    return this.#early;
  }

  /** Writes a waiting comment, the first one together with the headers. */
  waiting(text: string, now: number): void {
    const { res } = this.#turn;
    this.#lastComment = now;
    if (!this.#early) {
      this.#early = true;
      res.writeHead(200, [
        ...ownHeaders(this.#turn),
        ...routeHeaders({ model: this.#model, route: 'pending', attempts: 0 }),
        ...['content-type', 'text/event-stream', 'cache-control', 'no-cache', 'x-accel-buffering', 'no'],
      ]);
    }
    if (!res.writableNeedDrain) res.write(sseComment(text));
  }

  /** Whether the client has taken nothing for too long. */
  stuck(now: number): boolean {
    return this.#blockedSince !== null && now - this.#blockedSince > STUCK;
  }

  /** What is told of the request afterwards. */
  record(): Pick<
    RequestRecord,
    'model' | 'route' | 'attempts' | 'status' | 'first_token_ms' | 'prompt_tokens' | 'completion_tokens' | 'estimated'
  > {
    const meter = this.#meter;
    const tokens = meter?.tokens() ?? { prompt: null, completion: null, estimated: false };
    const first = meter?.firstToken ?? null;
    return {
      model: this.#model,
      route: this.committed ? this.#route : null,
      attempts: this.#attempts,
      status: this.#turn.res.headersSent ? this.#turn.res.statusCode : null,
      first_token_ms: first === null ? null : Math.round(first - this.#turn.began),
      prompt_tokens: tokens.prompt,
      completion_tokens: tokens.completion,
      estimated: tokens.estimated,
    };
  }

  #reset(): void {
    this.refused = false;
    this.refusal = null;
    this.loading = false;
    this.status = 0;
    this.#mode = 'hold';
    this.#answer = null;
    this.#size = 0;
  }

  #refuse(answer: Answer, what: string): void {
    this.refused = true;
    this.#kept = answer;
    const text = Buffer.concat(answer.chunks).toString('utf8');
    this.loading = answer.status === 503 && saysLoading(text);
    const engine = this.#route?.split('/')[0] ?? 'The engine';
    this.refusal = { code: 'upstream_error', message: `${engine} ${what}: ${errorText(text)}` };
  }

  /** From here on the answer is this target's. */
  #commit(): void {
    const answer = this.#answer as Answer;
    const { res } = this.#turn;
    this.committed = true;
    this.#mode = 'pass';
    this.#meter = createMeter(answer.head.sse);
    if (this.#early) {
      res.write(sseComment(`route=${this.#encodedRoute()}`));
      return;
    }
    res.sendDate = !answer.head.dated;
    res.writeHead(answer.status, [
      ...ownHeaders(this.#turn),
      ...routeHeaders({ model: this.#model, route: this.#route, attempts: this.#attempts }),
      ...answer.head.headers,
    ]);
  }

  #encodedRoute(): string {
    return routeHeaders({ model: null, route: this.#route, attempts: 0 })[1] ?? '';
  }

  #pass(chunk: Buffer, now: number): boolean {
    const { res } = this.#turn;
    this.#meter?.chunk(chunk, now);
    this.#lastChunk = chunk;
    if (res.write(chunk)) return true;
    if (this.#blockedSince === null) {
      this.#blockedSince = now;
      res.once('drain', () => {
        this.#blockedSince = null;
        this.onDrain?.();
      });
    }
    return false;
  }

  /** A whole answer that is no stream, for a client whose stream headers are gone already. */
  #writeLate(answer: Answer): void {
    const text = Buffer.concat(answer.chunks).toString('utf8');
    this.committed = true;
    this.#turn.res.write(sseComment(`route=${this.#encodedRoute()}`));
    const own = answer.status >= 400 && !answer.head.sse ? oneLineError(text) : answer.head.sse ? null : '';
    if (own === null) {
      this.#turn.res.end(text);
    } else if (own !== '') {
      this.#turn.res.end(sseData(own));
    } else {
      const message = `The engine answered ${answer.status} and no stream: ${errorText(text)}`;
      this.#turn.res.end(sseData(failureBody({ code: 'upstream_error', message }, this.#turn.id)));
    }
  }
}
