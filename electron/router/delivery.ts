import type { ClientStream } from './client-stream.ts';
import { type Answer, headerOf, wholeInWords } from './collected.ts';
import { classify, type ErrorClass, errorText, retryAfterOf } from './engine-error.ts';
import type { Failure } from './failure.ts';
import { downstreamHeaders, encodeHeader, translatedHeaders } from './headers.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Told } from './record.ts';
import { endsWithError, startsWithError } from './sse.ts';
import { ownHeaders, routeHeaders, sendFailure, type Turn } from './turn.ts';
import { ENDED_IN_ERROR, type Translation } from './way.ts';

/** An engine's error answer is kept up to this size while another target may still do better; a longer one is passed on. */
const KEEP = 256 * 1024;
/** An answer that has to be translated in one piece may be this long. */
const KEEP_WHOLE = 64 * 1024 * 1024;

const OTHER: ErrorClass = { is: 'other' };

/** Engine answers that another try may better. 501 and 505 say "never". */
const retryable = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);

/** One target's try, as the client will see it. */
export interface Try {
  /** `ENGINE/MODEL`. */
  readonly route: string;
  /** Whether somebody else may still be asked when this one fails. */
  readonly mayRetry: boolean;
  /** Whether somebody else may take a prompt that does not fit here. */
  readonly mayOutgrow: boolean;
  /** `null` = the engine's bytes pass untouched. */
  readonly translation: Translation | null;
}

/**
 * The client's side of one model request: holds an engine's answer back until its first byte, so that another target may be
 * tried, and from then on ("committed") passes bytes on: untouched, or translated.
 */
export class Delivery {
  /** Status of the engine's answer that is being looked at. */
  status = 0;
  committed = false;
  /** The answer at hand was not passed on: `refusal` says why, and another target may be tried. */
  refused = false;
  refusal: Failure | null = null;
  /** What the refused answer is about. */
  problem: ErrorClass = OTHER;
  /** A stream was passed on to its end, and that was none: what the engine did, in a few words. */
  badEnd: string | null = null;
  readonly #stream: ClientStream;
  readonly #turn: Turn;
  readonly #model: string | null;
  #attempts = 0;
  #try: Try | null = null;
  #mode: 'hold' | 'collect' | 'pass' = 'hold';
  #answer: Answer | null = null;
  #size = 0;
  #outgrowable = false;
  #kept: Answer | null = null;
  #meter: Meter | null = null;
  #lastRead: Buffer | null = null;
  /** An answer's whole body, while its end is still to come. */
  #whole: Buffer | null = null;

  constructor(turn: Turn, stream: ClientStream, model: string | null) {
    this.#turn = turn;
    this.#stream = stream;
    this.#model = model;
  }

  /** A request to a target begins. */
  begin(next: Try): void {
    this.#attempts += 1;
    this.#try = next;
    this.#reset();
  }

  head(status: number, raw: readonly Buffer[]): void {
    this.status = status;
    const head = downstreamHeaders(raw);
    const translation = this.#try?.translation ?? null;
    this.#answer = { status, head, chunks: [], translation };
    const stream = status === 200 && head.sse;
    this.#outgrowable = status >= 400 && status < 500 && this.#try?.mayOutgrow === true;
    this.#mode =
      this.#outgrowable || retryable(status) || (!stream && (this.#stream.early || translation !== null))
        ? 'collect'
        : 'hold';
  }

  /** Takes a chunk of the answer; false = stop reading until the client's stream has drained. */
  data(chunk: Buffer, now: number): boolean {
    const answer = this.#answer;
    if (!answer) return true;
    if (this.#mode === 'pass') return this.#pass(chunk, now);
    if (this.#mode === 'collect') return this.#collect(answer, chunk, now);
    const { sse, streamed } = answer.head;
    if (this.#try?.mayRetry && streamed && answer.status === 200 && startsWithError(chunk, !sse)) {
      answer.chunks.push(chunk);
      this.#refuse(answer, 'began its stream with an error');
      return true;
    }
    this.#commit(answer);
    if (chunk.length === answer.head.length && answer.translation === null && !this.#stream.early) {
      // All of it: its end is the next thing that comes, and then head and body leave together.
      this.#meter?.chunk(chunk, now);
      this.#lastRead = chunk;
      this.#whole = chunk;
      return true;
    }
    return this.#pass(chunk, now);
  }

  /** The answer is complete. */
  end(now: number): void {
    const answer = this.#answer;
    if (!answer) return;
    if (this.#mode === 'collect') {
      if (retryable(answer.status) || (this.#outgrowable && this.#isOverflow(answer))) {
        this.#refuse(answer, `answered with ${answer.status}`);
      } else if (this.#stream.early || answer.translation) this.#tell(answer, now);
      else this.#replay(answer);
      return;
    }
    if (this.#mode === 'hold') this.#commit(answer);
    this.#turn.res.end(this.#whole ?? answer.translation?.end());
    this.badEnd = answer.translation ? answer.translation.failure : this.#lastError(answer);
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
  replayRefusal(now: number): boolean {
    const kept = this.#kept;
    if (!kept) return false;
    this.#kept = null;
    this.#answer = kept;
    this.status = kept.status;
    if (this.#stream.early || kept.translation) {
      this.#tell(kept, now);
      return true;
    }
    this.#replay(kept);
    return true;
  }

  /** Answers with an error of ours; as an event when the headers are gone already. */
  fail(failure: Failure): void {
    if (this.#stream.early) {
      this.#stream.breakOff(failure);
      return;
    }
    const headers = routeHeaders({ model: this.#model, route: null, attempts: this.#attempts });
    sendFailure(this.#turn, failure, headers);
  }

  /** The engine broke off in the middle: a stream ends with an error event and without `[DONE]`, a document is cut off. */
  cut(failure: Failure): void {
    const { head, translation } = this.#answer ?? {};
    if (!translation && (!head?.streamed || head.length !== null)) {
      this.#turn.res.destroy();
      return;
    }
    this.#stream.breakOff(failure);
  }

  /** What is told of the request afterwards. */
  record(): Told {
    const meter = this.#meter;
    const tokens = meter?.tokens() ?? { prompt: null, completion: null, estimated: false };
    const first = meter?.firstToken ?? null;
    return {
      model: this.#model,
      route: this.committed ? (this.#try?.route ?? null) : null,
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
    this.problem = OTHER;
    this.#outgrowable = false;
    this.status = 0;
    this.#mode = 'hold';
    this.#answer = null;
    this.#size = 0;
  }

  #collect(answer: Answer, chunk: Buffer, now: number): boolean {
    this.#size += chunk.length;
    const translated = answer.translation !== null && answer.status < 400;
    const fits = this.#size <= (translated ? KEEP_WHOLE : KEEP);
    // Behind early headers, and in another protocol, only a short error can be told; the rest of anything longer is let go.
    const mustFit = this.#stream.early || answer.translation !== null;
    if (fits || !mustFit) answer.chunks.push(chunk);
    if (fits || mustFit) return true;
    this.#commit(answer);
    let go = true;
    for (const kept of answer.chunks.splice(0)) go = this.#pass(kept, now);
    return go;
  }

  #refuse(answer: Answer, what: string, text = Buffer.concat(answer.chunks).toString('utf8')): void {
    this.refused = true;
    this.#kept = answer;
    this.problem = classify(answer.status, text);
    const engine = this.#try?.route.split('/')[0] ?? 'The engine';
    const after = retryAfterOf(headerOf(answer.head, 'retry-after'), Date.now());
    this.refusal = {
      code: 'upstream_error',
      message: `${engine} ${what}: ${errorText(text)}`,
      ...(after === null ? {} : { retryAfter: after }),
    };
  }

  /** A stream of the client's own protocol is not read; only its end is looked at. */
  #lastError({ head: { sse, streamed } }: Answer): string | null {
    return streamed && this.#lastRead && endsWithError(this.#lastRead, !sse) ? ENDED_IN_ERROR : null;
  }

  #isOverflow({ status, chunks }: Answer): boolean {
    return classify(status, Buffer.concat(chunks).toString('utf8')).is === 'overflow';
  }

  /** Passes a collected answer on as it came. */
  #replay(answer: Answer): void {
    this.#commit(answer);
    for (const chunk of answer.chunks) this.#turn.res.write(chunk);
    this.#turn.res.end();
  }

  /** From here on the answer is this target's. */
  #commit(answer: Answer): void {
    const { res } = this.#turn;
    const route = this.#try?.route ?? null;
    this.committed = true;
    this.#mode = 'pass';
    this.#meter ??= createMeter(answer.head.sse);
    if (this.#stream.early) {
      this.#stream.routed(encodeHeader(route ?? ''));
      return;
    }
    res.sendDate = !answer.head.dated;
    const theirs = answer.translation ? translatedHeaders(answer.head, answer.translation) : answer.head.headers;
    const ours = routeHeaders({ model: this.#model, route, attempts: this.#attempts });
    res.writeHead(answer.status, ownHeaders(this.#turn).concat(ours, theirs));
  }

  #pass(chunk: Buffer, now: number): boolean {
    this.#meter?.chunk(chunk, now);
    this.#lastRead = chunk;
    const translation = this.#answer?.translation;
    const said = translation ? Buffer.from(translation.chunk(chunk)) : chunk;
    return said.length === 0 || this.#stream.write(said, now);
  }

  /** An answer that came in one piece, for a client that has its headers already or speaks another protocol. */
  #tell(answer: Answer, now: number): void {
    const body = Buffer.concat(answer.chunks);
    let said: string;
    try {
      said = wholeInWords(answer, body);
    } catch (error) {
      this.#refuse(
        answer,
        `answered ${answer.status} with something else than was asked for`,
        (error as Error).message,
      );
      // There are no words of its own that could be passed on.
      this.#kept = null;
      return;
    }
    this.#meter = createMeter(answer.head.sse);
    this.#meter.chunk(body, now);
    this.#writeWhole(answer, said);
  }

  #writeWhole(answer: Answer, said: string): void {
    const { res, dialect, id } = this.#turn;
    const { translation, status, chunks } = answer;
    this.#commit(answer);
    if (!this.#stream.early || answer.head.sse || (translation && status < 400)) res.end(said);
    else if (said !== '') res.end(dialect.engineError(said));
    else {
      const text = Buffer.concat(chunks).toString('utf8');
      const message = `The engine answered ${status} and no stream: ${errorText(text)}`;
      res.end(dialect.breakOff(null, { code: 'upstream_error', message }, id));
    }
  }
}
