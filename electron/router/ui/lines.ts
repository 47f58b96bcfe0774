/** The pages' lines to the host: each a WebSocket that is piped to a connection of its own to the control socket. */
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { UiTerms } from '../../../shared/contract/router.ts';
import { LINE_PROTOCOL, LONGEST_MESSAGE } from '../../../shared/contract/ui.ts';
import { say } from '../http-server.ts';

/** Open pages at a time. */
const MOST_LINES = 32;
/** A page that gave no sign for two of these is gone, as behind a tunnel that broke; ms. */
const SIGN_OF_LIFE = 30_000;
/** RFC 6455 §7.4.1: the server goes away. */
const GOING_AWAY = 1001;

export interface Lines {
  /** Opens a line for a page that was let in. */
  open(req: IncomingMessage, socket: Duplex, head: Buffer, terms: UiTerms): void;
  /** Closes them all, and takes no more. */
  close(): void;
}

/** No line yet. */
export function createLines(): Lines {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    // On this machine it only costs time, and memory that a page decides on.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(LINE_PROTOCOL) ? LINE_PROTOCOL : false),
  });
  return {
    open(req, socket, head, terms) {
      if (server.clients.size >= MOST_LINES) {
        say(socket, 429, 'queue_full', `${MOST_LINES} pages are open already; close one.`);
        return;
      }
      server.handleUpgrade(req, socket, head, (page) => pipe(page, terms));
    },
    close() {
      for (const page of server.clients) page.close(GOING_AWAY);
      server.close();
      // Whoever doesn't answer the farewell would hold the listener open.
      setTimeout(() => {
        for (const page of server.clients) page.terminate();
      }, 500).unref();
    },
  };
}

/** Bytes both ways; a side that reads slowly holds the other one up, and one that ends ends the other. */
function pipe(page: WebSocket, { socket, greeting }: UiTerms): void {
  const host = connect(socket);
  const bytes = createWebSocketStream(page);
  host.write(greeting);
  bytes.pipe(host);
  host.pipe(bytes, { end: false });

  let alive = true;
  const watch = setInterval(() => {
    if (!alive) return page.terminate();
    alive = false;
    page.ping();
  }, SIGN_OF_LIFE);
  page.on('pong', () => {
    alive = true;
  });
  page.on('close', () => {
    clearInterval(watch);
    host.destroy();
  });
  // 'close' follows on each of these; a message that is too long or no WebSocket's is answered by the library.
  page.on('error', () => {});
  bytes.on('error', () => page.terminate());
  host.on('error', () => {});
  host.on('close', () => page.close(GOING_AWAY));
}
