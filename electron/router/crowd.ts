import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** So many connections beyond the limit are still taken, to be told so; further ones are dropped without a word. */
const TOLD = 64;

/** How many connections a server holds at once, and which of them are too many. */
export interface Crowd {
  /** Bounds the connections; those that are open stay. */
  limit(most: number): void;
  /** Whether this request came over a connection that there is no room for. */
  isTooMany(req: IncomingMessage): boolean;
}

/** Watches a server's connections; no limit yet. */
export function watchCrowd(server: Server): Crowd {
  let most = Number.POSITIVE_INFINITY;
  let open = 0;
  const late = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open += 1;
    if (open > most) late.add(socket);
    socket.once('close', () => {
      open -= 1;
      late.delete(socket);
    });
  });
  return {
    limit(connections) {
      most = connections;
      server.maxConnections = connections + TOLD;
    },
    isTooMany({ socket }) {
      if (!late.has(socket)) return false;
      if (open > most) return true;
      // Others went in the meantime.
      late.delete(socket);
      return false;
    },
  };
}
