/** One small HTTP request to an engine that never throws: for health, discovery, load and unload. */
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connectionTrouble } from '../../shared/connection-words.ts';

export interface ProbeOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value sent as JSON, or a text sent as it is. */
  readonly body?: unknown;
  /** For the whole exchange, connecting included. Default 2 s. */
  readonly timeoutMs?: number;
  /** An answer longer than this is `too_large`. Default 8 MiB. */
  readonly maxBytes?: number;
  /** Ends the request early; the answer is then `aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * `refused` nobody listens · `timeout` no full answer in time · `reset` the connection broke · `unresolved` no such host ·
 * `unreachable` no route · `invalid` no HTTP, or a URL that is none · `too_large` · `aborted`.
 */
export type ProbeFailure =
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'unresolved'
  | 'unreachable'
  | 'invalid'
  | 'too_large'
  | 'aborted';

export type ProbeAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
      /** The body as JSON; `null` when it is none, whatever its content type says (engines do get that wrong). */
      readonly json: unknown;
    }
  | { readonly ok: false; readonly code: ProbeFailure; readonly message: string };

/**
 * Any HTTP status is an answer (`ok: true`); only no answer is a failure.
 * A connection of its own each time: llama-server closes a kept-alive one after a stream though it says it stays, and the
 * next request on it then fails with ECONNRESET (measured 80 of 80).
 */
export function probe(url: string, options: ProbeOptions = {}): Promise<ProbeAnswer> {
  const { timeoutMs = 2_000, maxBytes = 8 * 1024 * 1024 } = options;
  const payload = encode(options.body);
  return new Promise((resolve) => {
    const fail = (code: ProbeFailure, message: string) => {
      finish({ ok: false, code, message });
    };
    let target: URL;
    try {
      target = new URL(url);
      if (target.protocol !== 'http:' && target.protocol !== 'https:') throw new TypeError('not http');
    } catch {
      resolve({ ok: false, code: 'invalid', message: `“${url}” is not an http(s) address.` });
      return;
    }
    let outgoing: ReturnType<typeof request> | null = null;
    const timer = setTimeout(() => fail('timeout', `No full answer within ${timeoutMs} ms.`), timeoutMs);
    const onAbort = () => fail('aborted', 'The request was given up.');
    const finish = (answer: ProbeAnswer) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      resolve(answer);
      outgoing?.destroy();
    };
    if (options.signal?.aborted) {
      onAbort();
      return;
    }
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const send = target.protocol === 'https:' ? secureRequest : request;
      outgoing = send(target, {
        agent: false,
        method: options.method ?? (payload === null ? 'GET' : 'POST'),
        headers: {
          accept: 'application/json',
          ...(payload && { 'content-type': 'application/json', 'content-length': String(payload.length) }),
          ...options.headers,
        },
      });
    } catch (error) {
      fail('invalid', (error as Error).message); // a header or method that HTTP can't carry
      return;
    }
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      fail(failureOf(error.code), connectionTrouble(error) ?? error.message);
    });
    outgoing.on('response', (response) => {
      collect(response, maxBytes).then(
        (body) => {
          if (body === null) fail('too_large', `The answer is longer than ${maxBytes} bytes.`);
          else finish({ ok: true, ...headOf(response), body, json: parseJson(body) });
        },
        (error: NodeJS.ErrnoException) => fail(failureOf(error.code), error.message),
      );
    });
    outgoing.end(payload ?? undefined);
  });
}

function encode(body: unknown): Buffer | null {
  if (body === undefined) return null;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

const headOf = (response: IncomingMessage) => ({ status: response.statusCode ?? 0, headers: response.headers });

async function collect(response: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failureOf(code: string | undefined): ProbeFailure {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unresolved';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') return 'unreachable';
  return code?.startsWith('HPE_') || code === undefined ? 'invalid' : 'reset';
}
