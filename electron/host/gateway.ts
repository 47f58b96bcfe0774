/** The gateway from the host's side: the router's process, what it reported last, and where clients reach it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../shared/config/schema.ts';
import type { RequestRecord, RouterReport, RoutingTable } from '../../shared/contract/router.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { Cause, GatewayView, LogLevel } from '../../shared/model.ts';
import type { Redactor } from '../core/redactor.ts';
import { gatewayUrl, gatewayView, sameListen, wantedUrl } from './gateway-state.ts';
import type { HostOptions } from './host-options.ts';
import type { Instance } from './instance.ts';
import type { Ledger } from './ledger.ts';
import { describeHolder, portIsFree } from './port-use.ts';
import { portHolder } from './ports.ts';
import { RequestLog } from './request-log.ts';
import { type ForkRouter, linkRouter, type RouterAnswer, type RouterLink } from './router-link.ts';
import { TrafficCounter } from './traffic.ts';
import { WebUi } from './web-ui.ts';

export interface GatewayOptions extends Pick<HostOptions, 'paths' | 'routerFile' | 'ui'> {
  readonly fork: ForkRouter;
  readonly instance: Instance;
  readonly ledger: Ledger;
  readonly redactor: Redactor;
  readonly config: () => Config | null;
  /** Takes each report, before anybody looks at what changed. */
  readonly heeded: (report: RouterReport) => void;
  /** The port it listens on is another than before. */
  readonly moved: () => void;
  /** The router ended: nothing is in flight any more. */
  readonly lost: () => void;
  readonly changed: () => void;
  readonly log: (text: string, level: LogLevel) => void;
}

/** Of traces, before a config says how much, bytes. */
const DEFAULT_TRACES = 32 * 1024 * 1024;
/** Requests to external engines may finish for so long at quit, ms; as `stop_timeout` bounds those to our own. */
const LAST_REQUESTS = 10_000;

export class Gateway {
  /** What the app itself and engines of ours come with; good for this start only. */
  readonly token = randomBytes(32).toString('hex');
  readonly requests: RequestLog;
  readonly traffic = new TrafficCounter(Date.now);
  #options: GatewayOptions;
  #ui: WebUi | null = null;
  #router: RouterLink | null = null;
  #report: RouterReport | null = null;
  /** Set when the router is not started any more. */
  #cause: Cause | null = null;
  /** Who has the port that is taken. */
  #holder: string | null = null;
  /** Kept over a router restart when config asks for any free port. */
  #boundPort: number | null = null;
  #forced = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { ui, paths, instance, redactor, log } = options;
    redactor.add(this.token);
    if (ui !== undefined) {
      this.#ui = new WebUi({
        folder: ui,
        data: paths.data,
        socket: paths.socket,
        token: instance.token,
        moved: (url) => instance.update({ ui: url }),
        failed: (message) => log(`The page for browsers: ${message}`, 'warn'),
      });
      redactor.add(this.#ui.token);
    }
    this.requests = new RequestLog(DEFAULT_TRACES, (on) => this.#router?.watch(on), redactor.redact);
  }

  /** What the router said last; `null` while there is none. */
  get report(): RouterReport | null {
    return this.#report;
  }

  /** The router's; `null` while none runs. */
  get pid(): number | null {
    return this.#router?.pid ?? null;
  }

  /** Whether the router has its port. */
  get isListening(): boolean {
    return this.#report?.listening != null;
  }

  view(): GatewayView {
    const config = this.#options.config();
    const keys = (config?.gateway.api_keys.length ?? 0) > 0;
    return gatewayView({ config, report: this.#report, cause: this.#cause, holder: this.#holder, keys });
  }

  /** Where requests go, and with which token; `null` while it does not listen. */
  access = (): { readonly base_url: string; readonly token: string } | null => {
    const url = gatewayUrl(this.#report);
    return url === null ? null : { base_url: `${url}/v1`, token: this.token };
  };

  /** Where engines of ours reach it: with `port: 0` that is known once it has listened. `null` until then. */
  base(): string | null {
    const url = wantedUrl(this.#options.config()) ?? gatewayUrl(this.#report);
    return url === null ? null : `${url}/v1`;
  }

  /** Whether `base` can be told, or could a moment ago. */
  get isPlaced(): boolean {
    return wantedUrl(this.#options.config()) !== null || this.#boundPort !== null;
  }

  /** Where the router shall listen by this config. */
  listenFor({ gateway: { host, port } }: Config): { readonly host: string; readonly port: number } {
    return { host, port: port === 0 ? (this.#boundPort ?? 0) : port };
  }

  /** The address of the page for browsers, now or once it is known; never when none is served. */
  onUi = (listener: (address: string) => void): (() => void) => this.#ui?.onAddress(listener) ?? (() => {});

  /** Starts the router unless that is done. True = it is a new one, which knows nothing yet. */
  async open(): Promise<boolean> {
    if (this.#router !== null) return false;
    const { paths, routerFile, fork, instance, ledger, log } = this.#options;
    await this.#ui?.recall();
    this.#router = await linkRouter({
      file: routerFile,
      fork,
      instance: instance.id,
      ledger,
      logPath: join(paths.data, 'logs', 'router.log'),
      onReport: (report) => this.#heed(report),
      onRequests: (records) => this.#note(records),
      ui: this.#ui?.terms ?? null,
      onUi: (message) => this.#ui?.heed(message),
      onActive: (records, more) => this.requests.setActive(records, more),
      onLog: (level, text) => log(text, level),
      onDown: (cause) => this.#down(cause),
    });
    return true;
  }

  publish(table: RoutingTable): void {
    this.#router?.publish(table);
  }

  tell: RouterLink['tell'] = (message) => this.#router?.tell(message);

  /** See `RouterLink.ask`. */
  ask = async (message: Parameters<RouterLink['ask']>[0]): Promise<RouterAnswer | null> =>
    (await this.#router?.ask(message)) ?? null;

  /** Tries once more what could not be bound, the gateway or the page for browsers. */
  bindAgain(): void {
    if (this.#report?.bind_error || this.#ui?.isWanting) this.#router?.repeat();
  }

  /** A new address is tried before anything changes. Throws `gateway_port_in_use` with who has it. */
  async admit(next: Config, before: Config | null): Promise<void> {
    const { host, port } = next.gateway;
    if (before === null || sameListen(next, before)) return;
    if (port === 0 || port === this.#report?.listening?.port) return;
    if (await portIsFree(host, port)) return;
    const holder = describeHolder(await portHolder(port));
    const message = `Port ${port} of ${host} can’t be bound${holder === null ? '' : `: ${holder} has it`}.`;
    throw new StackyardError('gateway_port_in_use', message);
  }

  /** Waits for no request any more, now or at `close`. */
  force(): void {
    this.#forced = true;
    this.#router?.cut();
  }

  /** Ends the router once the last request in flight is done, or after a while. */
  async close(): Promise<void> {
    this.traffic.close();
    await this.#router?.close(this.#forced ? 0 : LAST_REQUESTS);
  }

  #heed(report: RouterReport): void {
    this.#report = report;
    if (report.listening !== null && report.listening.port !== this.#boundPort) {
      this.#boundPort = report.listening.port;
      void this.#options.instance.update({ gateway: gatewayUrl(report) });
      this.#options.moved();
    }
    this.#options.heeded(report);
    void this.#nameHolder(report);
    this.#options.changed();
  }

  /** Finds out who has the gateway's port; the router only knows that it is taken. */
  async #nameHolder({ bind_error }: RouterReport): Promise<void> {
    if (bind_error?.code !== 'gateway_port_in_use') {
      this.#holder = null;
      return;
    }
    const holder = describeHolder(await portHolder(this.#options.config()?.gateway.port ?? 0));
    if (holder === this.#holder) return;
    this.#holder = holder;
    this.#options.changed();
  }

  #note(records: readonly RequestRecord[]): void {
    this.requests.add(records);
    this.traffic.add(records);
    for (const r of records) {
      const target = r.route ?? r.model ?? r.asked ?? '–';
      const level = r.outcome === 'ok' || r.outcome === 'client_gone' ? 'info' : 'warn';
      const code = r.code === null ? '' : ` ${r.code}`;
      this.#options.log(`${r.path} → ${target} ${r.status ?? r.outcome}${code} ${Math.round(r.total_ms)} ms`, level);
    }
  }

  #down(cause: Cause | null): void {
    this.#report = null;
    this.requests.setActive([], 0);
    this.#cause = cause;
    this.#options.log(cause?.message ?? 'The router ended and is started again; engines are untouched.', 'error');
    this.#options.lost();
    this.#options.changed();
  }
}
