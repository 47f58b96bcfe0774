import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect } from './dialect.ts';
import { dialectOf } from './endpoints.ts';
import { type Failure, failureStatus } from './failure.ts';
import { encodeHeader } from './headers.ts';

/** One HTTP request and its answer, with what every answer of ours carries. */
export interface Turn {
  readonly id: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** From `?` on, or empty. */
  readonly query: string;
  /** Monotonic ms of its arrival. */
  readonly began: number;
  readonly dialect: Dialect;
  /** Flat headers that let an accepted page read the answer; empty without an `Origin`. */
  cors: readonly string[];
}

/** Page scripts see only what is named here. */
const EXPOSED =
  'x-stackyard-request-id, x-stackyard-model, x-stackyard-route, x-stackyard-attempts, x-stackyard-dropped, retry-after';

/** A turn for a request that just arrived. */
export function createTurn(req: IncomingMessage, res: ServerResponse, now: number): Turn {
  const url = req.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return {
    id: randomUUID(),
    req,
    res,
    path,
    dialect: dialectOf(path),
    query: mark < 0 ? '' : url.slice(mark),
    began: now,
    cors: [],
  };
}

/** What lets the page of an accepted origin read the answer. */
export function allowOrigin(turn: Turn, origin: string): void {
  turn.cors = ['access-control-allow-origin', origin, 'vary', 'origin', 'access-control-expose-headers', EXPOSED];
}

/** The `x-stackyard-*` headers of a model request (contract: HTTP), flat. */
export function routeHeaders(route: {
  readonly model: string | null;
  readonly route: string | null;
  readonly attempts: number;
}): string[] {
  const headers: string[] = [];
  if (route.model !== null) headers.push('x-stackyard-model', encodeHeader(route.model));
  if (route.route !== null) headers.push('x-stackyard-route', encodeHeader(route.route));
  headers.push('x-stackyard-attempts', String(route.attempts));
  return headers;
}

/** The headers that go first on each answer. */
export const ownHeaders = (turn: Turn): string[] => ['x-stackyard-request-id', turn.id, ...turn.cors];

/** Answers with a JSON document. */
export function sendJson(turn: Turn, status: number, body: string, extra: readonly string[] = []): void {
  send(turn, status, body, ['content-type', 'application/json; charset=utf-8', ...extra]);
}

/** Answers with a text of the given content type. */
export function sendText(turn: Turn, body: string, type: string): void {
  send(turn, 200, body, ['content-type', type]);
}

function send(turn: Turn, status: number, body: string, headers: readonly string[]): void {
  if (turn.res.headersSent || turn.res.destroyed) return;
  const length = ['content-length', String(Buffer.byteLength(body))];
  // Whoever asked whether to send its body may now send it or not: what comes next on the connection would be a guess.
  const unsent = turn.req.headers.expect !== undefined && !turn.req.complete;
  const last = unsent ? ['connection', 'close'] : [];
  turn.res.writeHead(status, [...ownHeaders(turn), ...headers, ...length, ...last]);
  turn.res.end(body);
}

/** Answers with an error of our own. */
export function sendFailure(turn: Turn, failure: Failure, extra: readonly string[] = []): void {
  const retry =
    failure.retryAfter === undefined ? [] : ['retry-after', String(Math.max(1, Math.ceil(failure.retryAfter)))];
  sendJson(turn, failureStatus(failure), turn.dialect.failureBody(failure, turn.id), [...extra, ...retry]);
}

/** Answers with a 405 that names what the path takes. */
export function wrongMethod(turn: Turn, allowed: string): void {
  const message = `${turn.path} takes ${allowed}, not ${turn.req.method}.`;
  sendFailure(turn, { code: 'method_not_allowed', message }, ['allow', allowed]);
}
