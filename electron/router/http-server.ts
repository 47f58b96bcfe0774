import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../shared/errors.ts';
import { type Crowd, watchCrowd } from './crowd.ts';
import { failureBody } from './failure.ts';
import { type InTurn, inTurn } from './in-turn.ts';
import { createTurn, sendFailure } from './turn.ts';

/** How long a client may take; ms. */
export interface HttpLimits {
  /** For the head of a request, counted from the connection or from its first byte. */
  readonly head: number;
  /** For a whole request, body included. Answers may take as long as they like. */
  readonly request: number;
  /** How often the two are looked after. */
  readonly check: number;
}

/** Takes a connection that asks to speak something else than HTTP from here on. */
export type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

const LIMITS: HttpLimits = { head: 10_000, request: 300_000, check: 5_000 };

export interface HttpServer {
  readonly server: Server;
  /** Bounds the connections that are open at once. */
  limitConnections(most: number): void;
}

/**
 * Node's HTTP server as the gateway needs it: each connection's requests one after the other, slow senders cut off, and an
 * answer in our words for what never becomes a request, and on a connection too many.
 */
export function createHttpServer(
  handle: (req: IncomingMessage, res: ServerResponse) => void,
  limits: HttpLimits = LIMITS,
  upgrade: Upgrade | null = null,
): HttpServer {
  const turns = inTurn((req, res) => {
    if (crowd.isTooMany(req)) refuseCrowd(req, res);
    else handle(req, res);
  });
  const server = createServer(
    {
      noDelay: true,
      keepAlive: true,
      highWaterMark: 65_536,
      headersTimeout: limits.head,
      requestTimeout: limits.request,
      connectionsCheckingInterval: limits.check,
      keepAliveTimeout: 65_000,
      // A missing Host is refused with the rest of what is malformed, in our words.
      requireHostHeader: false,
    },
    turns.handle,
  );
  const crowd: Crowd = watchCrowd(server);
  server.timeout = 0;
  // `Expect: 100-continue` waits until somebody wants the body; other expectations are refused like any malformed request.
  server.on('checkContinue', turns.handle);
  server.on('checkExpectation', turns.handle);
  server.on('connect', (_req, socket: Duplex) => {
    socket.on('error', () => {});
    say(socket, 405, 'method_not_allowed', 'This is no proxy: CONNECT is not taken.');
  });
  // Without a taker such a request is answered like any other.
  if (upgrade !== null) server.on('upgrade', upgrade);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseGarbage(error, socket, turns));
  return { server, limitConnections: crowd.limit };
}

function refuseCrowd(req: IncomingMessage, res: ServerResponse): void {
  res.on('error', () => {});
  const message = 'As many connections are open as gateway.max_connections allows.';
  const failure = { code: 'too_many_connections', message, retryAfter: 1 } as const;
  sendFailure(createTurn(req, res, performance.now()), failure, ['connection', 'close']);
}

/** Nobody is there to read an answer, or the last one was given already. */
const SILENT = new Set(['ECONNRESET', 'HPE_CLOSED_CONNECTION']);

/** What isn't HTTP gets our envelope too, unless the connection is in the middle of something else. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex, turns: InTurn): void {
  const current = turns.current(socket);
  // An answer is on its way, or was given while its request still came in, or is owed to an earlier request: words of ours would
  // be read as a part of it.
  const busy =
    current !== null &&
    (current.writableFinished ? !current.req.complete : current.headersSent || current.req.complete);
  if (busy || SILENT.has(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  say(socket, status, 'invalid_request', `The request is not valid HTTP: ${error.message}`);
}

/** An answer to something for which Node made no response. */
export function say(socket: Duplex, status: number, code: ErrorCode, message: string): void {
  const id = randomUUID();
  const body = failureBody({ code, message }, id);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `x-stackyard-request-id: ${id}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
