import type { Dispatcher } from 'undici';
import { connectionTrouble } from '../../shared/connection-words.ts';
import type { Failure } from './failure.ts';
import type { UpstreamRequest, Upstreams } from './upstream.ts';

/** Why an attempt ended without a whole answer. */
export type AttemptFailure = 'connect' | 'closed' | 'first_byte' | 'idle';

export interface AttemptEvents {
  head(status: number, headers: Buffer[]): void;
  /** Returns false to stop reading until `resume`. */
  data(chunk: Buffer): boolean;
  end(): void;
  failed(kind: AttemptFailure, error: Error): void;
}

export interface Timeouts {
  readonly connect: number;
  readonly first_byte: number;
  readonly idle: number;
}

/**
 * One request to an engine. After `abort`, and after `end` or `failed`, it says nothing more. It speaks undici's older handler
 * interface, which hands over raw header bytes instead of building an object per answer.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  #events: AttemptEvents | null;
  #abort: ((error?: Error) => void) | null = null;
  #resume: (() => void) | null = null;
  #timeouts: Timeouts;
  #stage: 'connecting' | 'waiting' | 'body' = 'connecting';
  #since: number;
  #paused = false;

  constructor(events: AttemptEvents, timeouts: Timeouts, now: number) {
    this.#events = events;
    this.#timeouts = timeouts;
    this.#since = now;
  }

  /** Sends it; failures arrive through `events`, later. */
  start(upstreams: Upstreams, request: UpstreamRequest): void {
    try {
      upstreams.send(request, this);
    } catch (error) {
      queueMicrotask(() => this.onError(error as Error));
    }
  }

  /** The caller wants nothing more of it; the engine's connection is closed at once. */
  abort(): void {
    this.#events = null;
    this.#abort?.(new Error('aborted'));
  }

  /** Reads on after `data` returned false. */
  resume(now: number): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#since = now;
    this.#resume?.();
  }

  /** Whether reading rests because the client does not keep up. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Checks the timeouts; called by the one coarse tick. */
  tick(now: number): void {
    const age = now - this.#since;
    if (this.#stage === 'waiting' && age > this.#timeouts.first_byte) this.#giveUp('first_byte', age);
    else if (this.#stage === 'body' && !this.#paused && age > this.#timeouts.idle) this.#giveUp('idle', age);
  }

  /** The engine sent something just now. */
  touch(now: number): void {
    this.#since = now;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (!this.#events) abort(new Error('aborted'));
    else this.#stage = 'waiting';
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#resume = resume;
    this.#events?.head(status, headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#stage = 'body';
    if (!this.#events) return true;
    const go = this.#events.data(chunk);
    this.#paused = !go;
    return go;
  }

  onComplete(): void {
    const events = this.#events;
    this.#events = null;
    events?.end();
  }

  onError(error: Error): void {
    const events = this.#events;
    this.#events = null;
    events?.failed(this.#stage === 'connecting' ? 'connect' : 'closed', error);
  }

  #giveUp(kind: AttemptFailure, age: number): void {
    const events = this.#events;
    this.abort();
    events?.failed(kind, new Error(`nothing came for ${Math.round(age / 1000)} s`));
  }
}

/**
 * Whether an attempt that broke before its answer may have met a kept connection that the engine had just closed: not when the
 * socket is known to have never read a byte (it was new), and not when none could be opened at all.
 */
export function maybeStaleSocket(kind: AttemptFailure, error: Error): boolean {
  if (kind !== 'closed') return false;
  const socket = (error as { socket?: { bytesRead?: number } }).socket;
  return socket?.bytesRead !== 0;
}

/** What a broken attempt is called towards the client. */
export function describeFailure(kind: AttemptFailure, engine: string, error: Error): Failure {
  const own = error.message || String((error as { code?: unknown }).code ?? 'no reason given');
  const why = connectionTrouble(error) ?? own;
  switch (kind) {
    case 'connect':
      return { code: 'upstream_error', message: `${engine} could not be reached: ${why}.` };
    case 'closed':
      return { code: 'upstream_error', message: `${engine} closed the connection: ${why}.` };
    case 'first_byte':
      return { code: 'upstream_timeout', message: `${engine} sent no answer: ${why}.` };
    case 'idle':
      return { code: 'upstream_timeout', message: `${engine} stopped in the middle of its answer: ${why}.` };
  }
}
