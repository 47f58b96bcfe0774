/** The control plane as one thing: claims the data folder, supervises the engines, keeps the router fed, answers commands. */

import { join } from 'node:path';
import type { Config } from '../../shared/config/schema.ts';
import type { Caller, Handlers } from '../../shared/contract/ipc.ts';
import type { RouteNews } from '../../shared/contract/verify.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import type { StackSnapshot } from '../../shared/model.ts';
import type { Notice } from '../core/notices.ts';
import { createRedactor } from '../core/redactor.ts';
import { ControlPlane } from './control-plane.ts';
import { serveControl } from './control-server.ts';
import { startGuard } from './guard.ts';
import type { HostOptions } from './host-options.ts';
import { claimInstance, type Holder, type Instance } from './instance.ts';
import { openLedger } from './ledger.ts';
import { reapLeftovers } from './reaper.ts';
import { forkNode } from './router-link.ts';

export interface Host {
  readonly handlers: Handlers;
  readonly paths: HostOptions['paths'];
  /** What the config file was found to be at the start. */
  readonly start: 'applied' | 'last-good' | 'invalid' | 'missing';
  readonly snapshot: () => StackSnapshot;
  /** The running config; `null` before there is one. */
  readonly config: () => Config | null;
  /** Events for this caller until the returned function is called; the newest snapshot is sent at once. */
  readonly subscribe: (caller: Caller) => () => void;
  /** The address of the page for browsers with its token, now or once it is known; never unless `ui` was given. */
  readonly onUi: (listener: (address: string) => void) => () => void;
  /** Every look at the graphics cards, at whatever rate they come. */
  readonly onGpus: (listener: (sample: GpuSample) => void) => () => void;
  /** News of engines in trouble, at most one a minute each. */
  readonly onNotice: (listener: (notice: Notice) => void) => () => void;
  /** Models that stopped answering since the last regular verification, and those that answer again. */
  readonly onRouteNews: (listener: (news: RouteNews) => void) => () => void;
  /** From now on this says whether the machine runs on its battery. */
  readonly powerFrom: (onBattery: () => boolean) => void;
  /** The computer woke up: what failed while it slept proves nothing. */
  readonly woke: () => void;
  /** Stops everything it started, verified, then lets go of the data folder. Called again with `force`: no more draining. */
  readonly stop: (options?: { force?: boolean }) => Promise<void>;
}

/**
 * Starts the control plane. Throws `host_running` when another host holds the data folder. Engines come up in the background;
 * what a broken or missing config means is told by `start` and left to the caller.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { paths } = options;
  const claim = await claimInstance({ ...paths, kind: options.kind, version: options.version });
  if (!claim.ok) throw heldBy(claim.holder, paths.data);
  try {
    return await run(options, claim.instance);
  } catch (error) {
    await claim.instance.release();
    throw error;
  }
}

async function run(options: HostOptions, instance: Instance): Promise<Host> {
  const { paths } = options;
  const redactor = createRedactor();
  redactor.add(instance.token);
  const ledger = await openLedger(join(paths.data, 'ledger.json'));
  // Before anything is bound or probed: what a crashed host left would look like somebody else's.
  const reaped = await reapLeftovers(ledger, { instance: instance.id, previous: instance.previous });
  const guard = await startGuard({ instance: instance.id });
  const plane = new ControlPlane({
    ...options,
    fork: options.forkRouter ?? forkNode,
    instance,
    ledger,
    guard,
    redactor,
  });
  for (const { pid, name } of reaped.killed)
    plane.log(`Ended ${name} (pid ${pid}), left by a host that died.`, 'warn');
  for (const { pid, name } of reaped.left) plane.log(`${name} (pid ${pid}) is left by a host that died.`, 'error');
  if (guard.reason !== null) plane.log(`No guard against a killed host: ${guard.reason}`, 'warn');
  const control = await serveControl({
    socket: paths.socket,
    token: instance.token,
    handlers: plane.handlers,
    subscribe: plane.subscribe,
  }).catch(async (error: unknown) => {
    await guard.close();
    throw error;
  });
  const start = await plane.begin();
  let stopping: Promise<void> | null = null;
  return {
    handlers: plane.handlers,
    paths,
    start,
    snapshot: plane.snapshot,
    config: plane.config,
    subscribe: plane.subscribe,
    onNotice: plane.onNotice,
    onUi: plane.onUi,
    onGpus: plane.onGpus,
    onRouteNews: plane.onRouteNews,
    powerFrom: plane.powerFrom,
    woke: plane.woke,
    stop: ({ force = false } = {}) => {
      if (force) plane.force();
      stopping ??= plane
        .end()
        .then(() => control.close())
        .then(() => guard.close())
        .then(() => instance.release());
      return stopping;
    },
  };
}

function heldBy(holder: Holder, data: string): StackyardError {
  const what = holder.kind === 'serve' ? '`stackyard serve`' : 'The Stackyard app';
  const since = holder.started === null ? '' : ` since ${holder.started}`;
  const message = `${what} (pid ${holder.pid}) holds the data folder ${data}${since}.`;
  return new StackyardError('host_running', message);
}
