/**
 * The entrance of the page in a browser (`serve --ui`): its files, its line to the host, and the gateway's own `/v1`, all on one
 * address, so that one tunnel is enough and no request goes to another origin.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FromRouter, UiTerms } from '../../../shared/contract/router.ts';
import { LINE_PATH } from '../../../shared/contract/ui.ts';
import type { Access } from '../access.ts';
import { type Failure, failureStatus } from '../failure.ts';
import { say } from '../http-server.ts';
import { createListener } from '../listener.ts';
import { createTurn, sendFailure } from '../turn.ts';
import { malformed } from '../well-formed.ts';
import { createLines } from './lines.ts';
import { servePage } from './page.ts';
import { pageAccess, wrongCaller, wrongLine } from './ui-access.ts';

/** Browsers hold six connections to one address; nobody but a few pages is meant. */
const MOST_CONNECTIONS = 256;

export interface EntranceOptions {
  /** The gateway's rules of now. */
  access(): Access;
  /** The gateway's handler under other rules. */
  gateway(access: () => Access): (req: IncomingMessage, res: ServerResponse) => void;
  /** Monotonic ms. */
  now(): number;
  /** Takes where it listens, whenever that changed. */
  told(message: Extract<FromRouter, { type: 'ui' }>): void;
}

export interface Entrance {
  /** Serves on these terms from now on; the same again does nothing but try a failed bind once more. */
  want(terms: UiTerms): void;
  sweep(): void;
  cut(): void;
  /** Ends the pages' lines at once; resolves when the last request is done. */
  close(): Promise<void>;
}

/** Closed until terms come. */
export function createEntrance(options: EntranceOptions): Entrance {
  let terms: UiTerms | null = null;
  const lines = createLines();
  const gateway = options.gateway(() => pageAccess(terms?.token ?? null));

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    const turn = createTurn(req, res, options.now());
    res.on('error', () => {});
    const broken = malformed(req);
    const refused = broken ?? wrongCaller(options.access(), req.headers);
    if (refused !== null) sendFailure(turn, refused, broken === null ? [] : ['connection', 'close']);
    else if (turn.path.startsWith('/v1/')) gateway(req, res);
    else if (turn.path === LINE_PATH) sendFailure(turn, NO_LINE);
    else if (terms !== null) void servePage(turn, terms.folder);
  };

  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => {});
    const refused = whyNoLine(req);
    if (refused !== null) say(socket, failureStatus(refused), refused.code, refused.message);
    else if (terms !== null) lines.open(req, socket, head, terms);
  };

  const whyNoLine = (req: IncomingMessage): Failure | null =>
    malformed(req) ??
    wrongCaller(options.access(), req.headers) ??
    (req.url === LINE_PATH ? null : NO_LINE) ??
    wrongLine(req.headers, terms?.token ?? null);

  const listener = createListener({
    handle,
    upgrade,
    changed: () => {
      options.told({ type: 'ui', listening: listener.listening, bind_error: listener.bindError });
    },
  });

  return {
    want(next) {
      terms = next;
      listener.want({ host: '127.0.0.1', port: next.port }, MOST_CONNECTIONS);
    },
    sweep: () => listener.sweep(),
    cut: () => listener.cut(),
    close() {
      lines.close();
      return listener.close();
    },
  };
}

const NO_LINE: Failure = {
  code: 'invalid_request',
  message: `${LINE_PATH} is for WebSockets, and nothing else here is.`,
};
