import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

type Handle = (req: IncomingMessage, res: ServerResponse) => void;

/** Requests that a client may send ahead on one connection. */
const MOST_AHEAD = 64;

/** One connection's requests, strictly one after the other. */
export interface InTurn {
  readonly handle: Handle;
  /** The request that was begun last on this connection, answered or not. */
  current(socket: Duplex): ServerResponse | null;
}

/**
 * A client may send requests before the earlier ones are answered ("pipelining"). Node hands them over at once, and tells
 * nobody when the connection ends before their turn has come: what was begun for them would never be given back. So nothing is
 * begun before its turn; what a lost connection still had in front of it was never begun at all.
 */
export function inTurn(handle: Handle): InTurn {
  const begun = new WeakMap<Duplex, ServerResponse>();
  const ahead = new WeakMap<Duplex, number>();
  const begin: Handle = (req, res) => {
    begun.set(req.socket, res);
    handle(req, res);
  };
  return {
    current: (socket) => begun.get(socket) ?? null,
    handle(req, res) {
      // Node gives a response its socket when those before it are complete.
      if (res.socket) {
        begin(req, res);
        return;
      }
      const { socket } = req;
      const waiting = (ahead.get(socket) ?? 0) + 1;
      if (waiting > MOST_AHEAD) {
        socket.destroy();
        return;
      }
      ahead.set(socket, waiting);
      res.once('socket', () => {
        ahead.set(socket, (ahead.get(socket) ?? 1) - 1);
        begin(req, res);
      });
    },
  };
}
