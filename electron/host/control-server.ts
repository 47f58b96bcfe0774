/** The socket through which the command line speaks to a running host. Same handlers as the window, no second path. */
import { chmod, rmdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import type { Caller, Handlers } from '../../shared/contract/ipc.ts';
import { StackyardError } from '../../shared/errors.ts';
import { serveConnection } from './control-connection.ts';
import { ensurePrivateFolder } from './paths.ts';

export interface ControlOptions {
  /** `paths.socket`: a path, or a named pipe on Windows. */
  readonly socket: string;
  /** That of `claimInstance`. */
  readonly token: string;
  readonly handlers: Handlers;
  /**
   * Begins sending events to a caller that asked for them; what it gives ends that and is called once, when the connection
   * is gone. Watches of single things are not meant here: they end through the caller's `onGone`.
   */
  readonly subscribe: (caller: Caller) => () => void;
}

export interface ControlServer {
  /** Ends every connection after what was already answered, and removes the socket. */
  readonly close: () => Promise<void>;
}

/**
 * Listens. A socket file that a dead host left is replaced; when a live one listens on it, this throws `host_running`.
 * The socket's folder is made 0700 and has to be ours, else this throws `permission_denied`.
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const { socket: path } = options;
  const isFile = !path.startsWith('\\\\');
  if (isFile) await ensurePrivateFolder(dirname(path));

  let count = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    count += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serveConnection(socket, { ...options, id: `control-${count}` });
  });

  try {
    await listen(server, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (!isFile || (await answers(path))) {
      throw new StackyardError('host_running', `Another Stackyard listens on ${path}`, { cause: error });
    }
    await unlink(path);
    await listen(server, path);
  }
  if (isFile) await chmod(path, 0o600);

  return {
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of open) socket.destroySoon();
      // A client that does not read would keep its last bytes, and us, for ever.
      const impatience = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, CLOSE_WITHIN_MS);
      await closed;
      clearTimeout(impatience);
      if (isFile) await removeOwnFolder(dirname(path));
    },
  };
}

/** How long a client may take to read what it was still sent, ms. */
const CLOSE_WITHIN_MS = 500;

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(path, () => {
      server.off('error', fail);
      done();
    });
  });
}

/** Whether a process accepts connections on the socket file. */
function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** Removes the folder that only held our socket (the data folder stays). */
async function removeOwnFolder(folder: string): Promise<void> {
  if (!/^stackyard-[0-9a-f]{12}$/.test(basename(folder))) return;
  await rmdir(folder).catch(() => {});
}
