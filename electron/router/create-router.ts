import { performance } from 'node:perf_hooks';
import type { FromRouter, RoutingTable, ToRouter } from '../../shared/contract/router.ts';
import { type Access, createAccess } from './access.ts';
import { createAffinity } from './affinity.ts';
import { Bag } from './bag.ts';
import { createBodyBudget } from './body.ts';
import { createCooldowns } from './cooldown.ts';
import { EMPTY_TABLE } from './empty-table.ts';
import { createHandler } from './handler.ts';
import { createListener } from './listener.ts';
import { createLive } from './live.ts';
import { createMetrics } from './metrics.ts';
import { createLot } from './park.ts';
import { type Plane, sightOf, type Underway } from './plane.ts';
import { createRates } from './rates.ts';
import { createRecordBatch, MOST_RECORDS } from './record-batch.ts';
import { rehearse } from './rehearse.ts';
import { makeReport } from './report.ts';
import { compileTable } from './resolve.ts';
import { createTickets } from './tickets.ts';
import { createEntrance } from './ui/entrance.ts';
import { createUpstreams } from './upstream.ts';

/** The one coarse tick: timeouts, reports, records, idle connections of closed addresses. */
const TICK = 1_000;
/** While somebody watches: how often, and how many at most. */
const LOOK = 250;
const MOST_ACTIVE = 200;

export interface Router {
  /** Takes a message of the host. */
  handle(message: ToRouter): void;
  /** Lets what is in flight finish for so long, then cuts; resolves when every connection is gone. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * The data plane: an HTTP server that works from the last routing table. `send` carries reports, records and log lines to the
 * host; `closed` is called when a `close` message has been carried out.
 */
export function createRouter(options: { send(message: FromRouter): void; closed?(): void }): Router {
  let access: Access = createAccess(EMPTY_TABLE.access);
  const batch = createRecordBatch();
  let untold = 0;
  let dirty = false;
  let soon = false;
  let closing: Promise<void> | null = null;

  const warn = (text: string): void => options.send({ type: 'log', level: 'warn', text });
  const report = (): void => {
    dirty = false;
    options.send(makeReport(plane, listener));
  };
  /** Many changes of one moment make one report. */
  const reportSoon = (): void => {
    if (soon) return;
    soon = true;
    queueMicrotask(() => {
      soon = false;
      report();
    });
  };

  const plane: Plane = {
    now: () => performance.now(),
    compiled: compileTable(EMPTY_TABLE, warn),
    leaving: false,
    live: createLive(),
    cooldowns: createCooldowns(),
    credits: new Map(),
    affinity: createAffinity(),
    lot: createLot(reportSoon),
    upstreams: createUpstreams(() => plane.compiled.table.limits.max_connections),
    budget: createBodyBudget(),
    rates: createRates(),
    tickets: createTickets(),
    active: new Bag<Underway>(),
    ended(request, tell) {
      dirty = true;
      metrics.count(request, plane);
      if (batch.hasRoom(request.outcome)) batch.add(tell());
      else untold += 1;
    },
    freed(engine) {
      dirty = true;
      const phase = plane.compiled.engines.get(engine)?.phase;
      if (phase !== 'ready' && plane.live.engineInFlight(engine) === 0) reportSoon();
      plane.lot.wake();
    },
  };
  const metrics = createMetrics();
  const created = Math.floor(Date.now() / 1000);
  const handlerFor = (rules: () => Access) => createHandler({ plane, metrics, access: rules, warn, created });
  const listener = createListener({ handle: handlerFor(() => access), changed: reportSoon });
  const entrance = createEntrance({
    access: () => access,
    gateway: handlerFor,
    now: plane.now,
    told: options.send,
  });

  const sendRecords = (): void => {
    const records = batch.take();
    if (records.length === 0) return;
    options.send({ type: 'requests', records });
  };

  const tick = setInterval(() => {
    const now = plane.now();
    for (const exchange of [...plane.active]) exchange.tick(now);
    listener.sweep();
    entrance.sweep();
    sendRecords();
    if (untold > 0) {
      warn(`${untold} requests were counted but left no trace: more than ${MOST_RECORDS} ended within a second.`);
      untold = 0;
    }
    if (dirty || plane.active.size > 0) report();
  }, TICK);

  /** While somebody looks, what is under way is told in full, and what ended at once. */
  let watching: NodeJS.Timeout | null = null;
  const watch = (on: boolean): void => {
    if (on === (watching !== null)) return;
    if (watching) clearInterval(watching);
    watching = on ? setInterval(look, LOOK) : null;
    if (on) look();
  };
  const look = (): void => {
    const now = plane.now();
    const all = [...plane.active];
    sendRecords();
    const records = all.slice(0, MOST_ACTIVE).map((request) => request.record(now));
    if (records.length > 0 || lookedAt > 0)
      options.send({ type: 'active', records, more: all.length - records.length });
    lookedAt = records.length;
  };
  let lookedAt = 1;

  const apply = (table: RoutingTable): void => {
    plane.compiled = compileTable(table, warn);
    access = createAccess(table.access);
    plane.upstreams.keep(table);
    if (!closing) listener.want(table.listen, table.limits.max_connections);
    // Whoever was parked for an engine that is ready now is in flight before the host hears that the table is in force.
    plane.lot.wake();
    report();
  };

  const cutAll = (): void => {
    listener.cut();
    entrance.cut();
  };

  /**
   * Connections become idle one by one; each is let go soon after. A connection on which no request ever came (clients open
   * them in reserve) is never idle to Node: once nothing is in flight, whatever is left is cut.
   */
  const close = async (deadlineMs: number): Promise<void> => {
    plane.leaving = true;
    const idle = Promise.all([listener.close(), entrance.close()]);
    plane.lot.dismissAll();
    let quiet = 0;
    const sweep = setInterval(() => {
      listener.sweep();
      entrance.sweep();
      quiet = plane.active.size === 0 ? quiet + 1 : 0;
      if (quiet > 2) cutAll();
    }, 50);
    const cut = setTimeout(cutAll, deadlineMs);
    await idle;
    clearTimeout(cut);
    clearInterval(sweep);
    clearInterval(tick);
    watch(false);
    sendRecords();
    report();
    await plane.upstreams.close();
  };

  const router: Router = {
    handle(message) {
      if (message.type === 'table') {
        if (message.table.revision >= plane.compiled.table.revision) apply(message.table);
      } else if (message.type === 'ui') {
        if (!closing) entrance.want(message.ui);
      } else if (message.type === 'watch') {
        watch(message.on);
      } else if (message.type === 'cancel') {
        for (const request of [...plane.active]) if (request.id === message.id) request.cancel();
      } else if (message.type === 'gpus') {
        metrics.showGpus(message.levels);
      } else if (message.type === 'system') {
        metrics.showSystem(message.sample);
      } else if (message.type === 'work') {
        metrics.showWork(message.work);
      } else if (message.type === 'thaw') {
        plane.cooldowns.thaw(message.target);
        plane.lot.wake();
        report();
      } else if (message.type === 'ticket') {
        plane.tickets.admit(message.id, message.terms, plane.now());
        options.send({ type: 'ticketed', id: message.id });
      } else if (message.type === 'rehearse') {
        const shares = rehearse(sightOf(plane), message.model, message.runs, plane.credits);
        options.send({ type: 'rehearsed', id: message.id, shares });
      } else {
        void router.close(message.deadline_ms).then(() => options.closed?.());
      }
    },
    close(deadlineMs) {
      closing ??= close(deadlineMs);
      return closing;
    },
  };
  return router;
}
