import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RouterReport } from '../../shared/contract/router.ts';
import { createHttpServer, type HttpLimits, type HttpServer, type Upgrade } from './http-server.ts';

export interface ListenerOptions {
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Takes connections that ask for another protocol; nobody does when left out. What it keeps open is its own to close. */
  readonly upgrade?: Upgrade;
  /** Something about `listening` or `bindError` changed. */
  changed(): void;
  /** How long a client may take to send its request; the defaults are those of a server that strangers may reach. */
  readonly limits?: HttpLimits;
}

/** Where the gateway can be reached. The wanted address is a level: say it as often as you like. */
export interface Listener {
  readonly listening: { readonly host: string; readonly port: number } | null;
  readonly bindError: RouterReport['bind_error'];
  /** Binds the wanted address, tries again if that failed before; the old one closes when its connections are idle. */
  want(address: { readonly host: string; readonly port: number }, maxConnections: number): void;
  /** Takes no more connections and lets go of idle ones; resolves when the last one is gone. */
  close(): Promise<void>;
  /** Closes what is idle on addresses that are no longer wanted; called by the coarse tick. */
  sweep(): void;
  /** Cuts every connection. */
  cut(): void;
}

interface Bound extends HttpServer {
  readonly wanted: { readonly host: string; readonly port: number };
  readonly address: { readonly host: string; readonly port: number };
}

/** Listens nowhere yet. */
export function createListener(options: ListenerOptions): Listener {
  let current: Bound | null = null;
  let wanted: { readonly host: string; readonly port: number } | null = null;
  let maxConnections = 1024;
  let bindError: RouterReport['bind_error'] = null;
  let binding = false;
  let closed = false;
  const retired = new Set<Server>();

  const retire = (bound: Bound): void => {
    retired.add(bound.server);
    bound.server.close(() => retired.delete(bound.server));
    bound.server.closeIdleConnections();
  };

  const bind = async (): Promise<void> => {
    if (binding || closed || !wanted) return;
    // Any free port was asked for, and the one that was found is named from now on: it is bound already.
    if (current && same(current.address, wanted)) current = { ...current, wanted };
    if (current && same(current.wanted, wanted)) {
      if (bindError) {
        bindError = null;
        options.changed();
      }
      return;
    }
    binding = true;
    const target = wanted;
    const old = current;
    try {
      current = await listen(options, target).catch((error) => {
        // A wider or narrower host on the same port can't be bound beside the old one.
        if (errorCode(error) !== 'EADDRINUSE' || !old || old.address.port !== target.port) throw error;
        return replace(options, old, target, retire);
      });
      current.limitConnections(maxConnections);
      if (old?.server.listening) retire(old);
      bindError = null;
    } catch (error) {
      bindError = describe(error, target);
      if (error instanceof Lost) current = error.restored;
    } finally {
      binding = false;
      options.changed();
    }
    if (closed && current) retire(current);
    else if (wanted && !same(wanted, target)) await bind();
  };

  return {
    get listening() {
      return current?.address ?? null;
    },
    get bindError() {
      return bindError;
    },
    want(address, connections) {
      wanted = address;
      maxConnections = connections;
      current?.limitConnections(connections);
      void bind();
    },
    close() {
      closed = true;
      if (current) retire(current);
      current = null;
      const waits = [...retired].map((server) => new Promise<void>((done) => server.once('close', () => done())));
      return Promise.all(waits).then(() => undefined);
    },
    sweep() {
      for (const server of retired) server.closeIdleConnections();
    },
    cut() {
      for (const server of retired) server.closeAllConnections();
      current?.server.closeAllConnections();
    },
  };
}

/** The bind failed although the old address had been given up for it; `restored` is the old one, if it could be taken again. */
class Lost extends Error {
  readonly restored: Bound | null;
  readonly code: string;
  constructor(cause: unknown, restored: Bound | null) {
    super((cause as Error).message, { cause });
    this.restored = restored;
    this.code = errorCode(cause);
  }
}

async function replace(
  options: ListenerOptions,
  old: Bound,
  target: Bound['wanted'],
  retire: (bound: Bound) => void,
): Promise<Bound> {
  retire(old);
  try {
    return await listen(options, target);
  } catch (error) {
    const restored = await listen(options, old.address).then(
      (bound) => ({ ...bound, wanted: old.wanted }),
      () => null,
    );
    throw new Lost(error, restored);
  }
}

function listen(options: ListenerOptions, wanted: Bound['wanted']): Promise<Bound> {
  const made = createHttpServer(options.handle, options.limits, options.upgrade);
  const { server } = made;
  return new Promise((settle, reject) => {
    server.once('error', reject);
    server.listen({ host: wanted.host, port: wanted.port, backlog: 1024 }, () => {
      server.off('error', reject);
      // Errors of accepting (out of file descriptors) pass; without a listener they would end the process.
      server.on('error', () => {});
      const { port } = server.address() as AddressInfo;
      settle({ ...made, wanted, address: { host: wanted.host, port } });
    });
  });
}

function describe(error: unknown, { host, port }: Bound['wanted']): NonNullable<RouterReport['bind_error']> {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') {
    return { code: 'gateway_port_in_use', message: `${host}:${port} is taken by another program.` };
  }
  const why =
    code === 'EACCES'
      ? 'permission denied (ports below 1024 need rights that Stackyard does not have)'
      : code === 'EADDRNOTAVAIL'
        ? 'this machine has no such address'
        : (error as Error).message;
  return { code: 'gateway_bind_failed', message: `${host}:${port} can't be bound: ${why}.` };
}

const errorCode = (error: unknown): string => String((error as { code?: unknown }).code ?? '');

const same = (a: Bound['wanted'], b: Bound['wanted']): boolean => a.host === b.host && a.port === b.port;
