import type { Readable } from 'node:stream';
import { Client, type Dispatcher, Pool } from 'undici';
import type { RoutingTable } from '../../shared/contract/router.ts';

/** Bodies up to this size are joined into one buffer, so that head and body leave in one write. */
const JOIN = 64 * 1024;

/** Connections to engines: one pool per origin and patience, kept warm. */
export interface Upstreams {
  send(request: UpstreamRequest, handler: Dispatcher.DispatchHandler): void;
  /** Closes the pools that this table has no use for; what runs on them ends in peace. */
  keep(table: Pick<RoutingTable, 'engines' | 'models'>): void;
  close(): Promise<void>;
}

export interface UpstreamRequest {
  readonly origin: string;
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: readonly Buffer[];
  /** Ms to wait for the connection. */
  readonly connect: number;
  /** On a connection of its own, never on a kept one. */
  readonly fresh: boolean;
}

/** No connection yet. `connections` bounds those of one origin. */
export function createUpstreams(connections: () => number): Upstreams {
  const pools = new Map<string, Pool>();
  // No timers of undici's own but the connect one: waiting for an engine is our business (one coarse tick).
  const quiet = { headersTimeout: 0, bodyTimeout: 0 };
  const pool = (origin: string, connect: number): Pool => {
    const key = poolKey(origin, connect);
    const known = pools.get(key);
    if (known) return known;
    const made = new Pool(origin, {
      ...quiet,
      connections: Math.max(64, connections()),
      pipelining: 1,
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 600_000,
      connect: { timeout: connect },
    });
    pools.set(key, made);
    return made;
  };
  return {
    send({ origin, method, path, headers, body, connect, fresh }, handler) {
      let length = 0;
      for (const slice of body) length += slice.length;
      const small = body.length === 1 || length <= JOIN;
      const options: Dispatcher.DispatchOptions = {
        path,
        method,
        headers: small ? (headers as string[]) : [...headers, 'content-length', String(length)],
        // undici also takes an iterable of buffers, which spares joining a large body; its types don't say so.
        body: small ? join(body) : (body as unknown as Readable),
      };
      if (!fresh) {
        pool(origin, connect).dispatch(options, handler);
        return;
      }
      const client = new Client(origin, { ...quiet, pipelining: 0, connect: { timeout: connect } });
      client.dispatch(options, handler);
      void client.close().catch(() => {});
    },
    keep(table) {
      const wanted = poolsOf(table);
      for (const [key, old] of pools) {
        if (wanted.has(key)) continue;
        pools.delete(key);
        void old.close().catch(() => {});
      }
    },
    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.allSettled(all.map((old) => old.destroy()));
    },
  };
}

const poolKey = (origin: string, connect: number): string => `${origin} ${connect}`;

/** What requests may ask for: each target of an entry with the entry's patience, and each engine by its own name. */
function poolsOf({ engines, models }: Pick<RoutingTable, 'engines' | 'models'>): ReadonlySet<string> {
  const origins = new Map(
    engines.flatMap(({ name, base_url }) => (base_url === null ? [] : [[name, new URL(base_url).origin] as const])),
  );
  const wanted = engines.map(({ name, request_timeouts }) => [name, request_timeouts.connect] as const);
  for (const { targets, timeouts } of models) {
    for (const { engine } of targets) wanted.push([engine, timeouts.connect]);
  }
  return new Set(
    wanted.flatMap(([name, connect]) => (origins.has(name) ? [poolKey(origins.get(name) ?? '', connect)] : [])),
  );
}

const join = (body: readonly Buffer[]): Buffer =>
  body.length === 1 ? (body[0] as Buffer) : Buffer.concat(body as Buffer[]);
