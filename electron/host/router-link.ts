/** The host's end of the line to the router: starts it, keeps it alive within bounds, hands it the newest table, hears its reports. */
import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type {
  FromRouter,
  RequestRecord,
  RouterReport,
  RoutingTable,
  ToRouter,
  UiTerms,
} from '../../shared/contract/router.ts';
import type { Cause } from '../../shared/model.ts';
import type { Ledger } from './ledger.ts';
import { RUN_VARIABLE, startTime } from './processes.ts';

/** A running router, whichever way it was started. */
export interface RouterProcess {
  readonly pid: number | null;
  send(message: ToRouter): void;
  onMessage(listener: (message: FromRouter) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

export type ForkRouter = (options: { file: string; env: Record<string, string>; logPath: string }) => RouterProcess;

export interface RouterLinkOptions {
  readonly file: string;
  readonly fork: ForkRouter;
  readonly instance: string;
  readonly ledger: Ledger;
  readonly logPath: string;
  readonly onReport: (report: RouterReport) => void;
  readonly onRequests: (records: readonly RequestRecord[]) => void;
  /** On which terms the page is served to browsers, asked whenever they are said; `null` = it isn't. */
  readonly ui: (() => UiTerms) | null;
  readonly onUi: (message: Extract<FromRouter, { type: 'ui' }>) => void;
  /** Those under way, while `watch` is on. */
  readonly onActive: (records: readonly RequestRecord[], more: number) => void;
  readonly onLog: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** The router died: nothing is in flight any more. `cause` is set when it is not started again. */
  readonly onDown: (cause: Cause | null) => void;
}

export interface RouterLink {
  readonly pid: number | null;
  /** Keeps the newest table; it is sent at once and again whenever a router starts. */
  publish(table: RoutingTable): void;
  /** Sends the newest table, and the terms of the page, once more: to try a busy port again. */
  repeat(): void;
  /** Whether requests under way are told of; a level, kept over a restart. */
  watch(on: boolean): void;
  /** See `ToRouter`. */
  tell(message: Extract<ToRouter, { type: 'cancel' | 'thaw' | 'gpus' | 'system' | 'work' }>): void;
  /** Asks, and gives the answer; `null` when the router is gone or says nothing for 5 s. */
  ask(message: Extract<ToRouter, { type: 'ticket' | 'rehearse' }>): Promise<RouterAnswer | null>;
  /** Lets requests in flight finish for so long, then ends it. Resolves when it is gone. */
  close(deadlineMs: number): Promise<void>;
  /** Ends it at once when it is closing: whoever still waits is cut off. */
  cut(): void;
}

export type RouterAnswer = Extract<FromRouter, { type: 'ticketed' | 'rehearsed' }>;

const ANSWER_WITHIN = 5_000;
const CRASHES = { most: 5, window: 60_000 };
const LAST_WORD = 2_000;

/** Starts the router and keeps it running. Its pid is in the ledger, so that a later start can reap it. */
export async function linkRouter(options: RouterLinkOptions): Promise<RouterLink> {
  const env = {
    STACKYARD_HOST_PID: String(process.pid),
    STACKYARD_HOST_START: await hostStart(),
    [RUN_VARIABLE]: `${options.instance}:router`,
  };
  let router: RouterProcess | null = null;
  let table: RoutingTable | null = null;
  let crashes: number[] = [];
  let watched = false;
  let closing = false;
  let retry: NodeJS.Timeout | undefined;
  let gone: () => void = () => {};
  const asked = new Map<string, (answer: RouterAnswer | null) => void>();

  function sayAll(to: RouterProcess): void {
    if (table !== null) to.send({ type: 'table', table });
    if (options.ui !== null) to.send({ type: 'ui', ui: options.ui() });
  }

  function start(): void {
    const mine = options.fork({ file: options.file, env, logPath: options.logPath });
    router = mine;
    mine.onMessage((message) => hear(mine, message));
    mine.onExit(() => left(mine));
    if (mine.pid !== null) void enter(mine.pid);
  }

  async function enter(pid: number): Promise<void> {
    const started = await startTime(pid);
    const tag = env[RUN_VARIABLE] ?? '';
    await options.ledger.record({ pid, startTime: started, tag, kind: 'router', name: 'router' });
  }

  function hear(from: RouterProcess, message: FromRouter): void {
    if (from !== router) return;
    if (message.type === 'hello') {
      void enter(message.pid);
      sayAll(from);
      if (watched) from.send({ type: 'watch', on: true });
    } else if (message.type === 'report') options.onReport(message);
    else if (message.type === 'requests') options.onRequests(message.records);
    else if (message.type === 'active') options.onActive(message.records, message.more);
    else if (message.type === 'ui') options.onUi(message);
    else if (message.type === 'log') options.onLog(message.level, message.text);
    else asked.get(message.id)?.(message);
  }

  function left(which: RouterProcess): void {
    if (which !== router) return;
    router = null;
    for (const settle of [...asked.values()]) settle(null);
    if (which.pid !== null) void options.ledger.remove(which.pid);
    gone();
    if (closing) return;
    const now = performance.now();
    crashes = [...crashes.filter((t) => now - t < CRASHES.window), now];
    if (crashes.length > CRASHES.most) {
      const message = `The router ended ${crashes.length} times within a minute.`;
      return options.onDown({ code: 'router_failed', message, hint: 'See router.log in the data folder’s logs.' });
    }
    options.onDown(null);
    retry = setTimeout(start, crashes.length === 1 ? 0 : 250 * 2 ** crashes.length);
  }

  start();
  return {
    get pid() {
      return router?.pid ?? null;
    },
    publish(next) {
      table = next;
      router?.send({ type: 'table', table });
    },
    repeat() {
      if (router !== null) sayAll(router);
    },
    watch(on) {
      watched = on;
      router?.send({ type: 'watch', on });
    },
    tell(message) {
      router?.send(message);
    },
    ask(message) {
      const to = router;
      if (to === null) return Promise.resolve(null);
      return new Promise((done) => {
        const settle = (answer: RouterAnswer | null): void => {
          clearTimeout(timer);
          asked.delete(message.id);
          done(answer);
        };
        const timer = setTimeout(() => settle(null), ANSWER_WITHIN);
        asked.set(message.id, settle);
        to.send(message);
      });
    },
    async close(deadlineMs) {
      closing = true;
      clearTimeout(retry);
      const last = router;
      if (last === null) return;
      const { pid } = last;
      const ended = new Promise<void>((resolve) => {
        gone = resolve;
      });
      last.send({ type: 'close', deadline_ms: deadlineMs });
      const kill = setTimeout(() => last.kill(), deadlineMs + LAST_WORD);
      await ended;
      clearTimeout(kill);
      // A process that ended may no longer tell its number; and the row is gone before the data folder is let go.
      if (pid !== null) await options.ledger.remove(pid);
    },
    cut() {
      if (closing) router?.kill();
    },
  };
}

/** How the router recognises this host: field 22 of `/proc/PID/stat` on Linux (`watch-host.ts` reads it too), else empty. */
export async function hostStart(): Promise<string> {
  if (process.platform !== 'linux') return '';
  // `startTime` is `BOOT:FIELD22` there.
  return (await startTime(process.pid))?.split(':').at(-1) ?? '';
}

/** The router as a plain Node child: headless service and tests. In the app it is a `utilityProcess`. */
export const forkNode: ForkRouter = ({ file, env, logPath }) => {
  const child = fork(file, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  const log = createWriteStream(logPath, { flags: 'a', mode: 0o600 });
  log.on('error', () => {});
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  return {
    get pid() {
      return child.pid ?? null;
    },
    send: (message) => {
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromRouter)),
    onExit: (listener) => {
      child.on('exit', listener);
      child.on('error', listener);
    },
    kill: () => child.kill('SIGKILL'),
  };
};
