/** The running host: config, engines and router held together, and after every change one table and one snapshot for all. */
import { randomBytes } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { environmentFindings } from '../../shared/config/environment.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { Caller, EventName, Events, Handlers } from '../../shared/contract/ipc.ts';
import type { RequestRecord, RouterReport } from '../../shared/contract/router.ts';
import type { RouteNews } from '../../shared/contract/verify.ts';
import { StackyardError } from '../../shared/errors.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import type { Cause, LogLevel, Plan, StackSnapshot } from '../../shared/model.ts';
import type { SystemSample } from '../../shared/system.ts';
import { SLEPT } from '../core/engine-draft.ts';
import { isOver } from '../core/engine-machine.ts';
import { gpuLevels } from '../core/gpu/gpu-levels.ts';
import type { Notice } from '../core/notices.ts';
import type { Redactor } from '../core/redactor.ts';
import { Changes } from './changes.ts';
import { createHandlers } from './commands.ts';
import { configFacts } from './config-facts.ts';
import { ConfigOwner } from './config-owner.ts';
import { CrashCards } from './crash-cards.ts';
import { createEngineInstall } from './engine-install.ts';
import { type EngineLog, openLog } from './engine-log.ts';
import { EngineRoster } from './engine-roster.ts';
import { Fitter } from './fit/fitter.ts';
import { FootprintLearner } from './fit/footprint-learner.ts';
import { FootprintStore } from './fit/footprint-store.ts';
import { gatewayUrl, gatewayView, sameListen, wantedUrl } from './gateway-state.ts';
import { GpuHistory } from './gpu/gpu-history.ts';
import type { GpuMonitor } from './gpu/gpu-monitor.ts';
import { machineGpus } from './gpu/machine-gpus.ts';
import type { Guard } from './guard.ts';
import type { HostOptions } from './host-options.ts';
import type { Instance } from './instance.ts';
import { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import { removeGarbage } from './litellm-install.ts';
import { LitellmKeeper } from './litellm-keeper.ts';
import { NoticeBoard } from './notice-board.ts';
import { Pins } from './pins.ts';
import { describeHolder, portIsFree } from './port-use.ts';
import { portHolder } from './ports.ts';
import { Publisher } from './publisher.ts';
import { findHub } from './pull/hub.ts';
import { RequestLog } from './request-log.ts';
import { type ForkRouter, linkRouter, type RouterLink } from './router-link.ts';
import { openSecrets, type Resolved, type SecretSources } from './secrets.ts';
import { Stack } from './stack.ts';
import { StartedUnits } from './started-units.ts';
import { configModelFolders } from './system/config-model-folders.ts';
import { SystemMonitor } from './system/system-monitor.ts';
import { ProofStore } from './verify/proof-store.ts';
import { VerifySchedule } from './verify/schedule.ts';
import { Verifier } from './verify/verifier.ts';
import { WebUi } from './web-ui.ts';
import { WorkMonitor } from './work-monitor.ts';

export interface ControlPlaneOptions extends HostOptions {
  readonly fork: ForkRouter;
  readonly instance: Instance;
  readonly ledger: Ledger;
  readonly guard: Guard;
  readonly redactor: Redactor;
}

/** Before a config says how much, bytes. */
const DEFAULT_TRACES = 32 * 1024 * 1024;
const HEARTBEAT = 2_000;
const BIND_AGAIN = 5_000;
/** The first regular verification waits so long for engines that come up. */
const CALM_WITHIN = 120_000;
/** Requests to external engines may finish for so long at quit; as `stop_timeout` bounds those to our own. */
const LAST_REQUESTS = 10_000;

export class ControlPlane {
  readonly handlers: Handlers;
  #options: ControlPlaneOptions;
  #pins: Pins;
  #stack: Stack;
  #roster: EngineRoster;
  #configOwner: ConfigOwner;
  #ownLog: EngineLog;
  #router: RouterLink | null = null;
  #ui: WebUi | null = null;
  #routerCause: Cause | null = null;
  #report: RouterReport | null = null;
  #resolved: Resolved | null = null;
  #portHolder: string | null = null;
  #token = randomBytes(32).toString('hex');
  #started = new Date().toISOString();
  #publisher = new Publisher();
  #shown: StackSnapshot | null = null;
  /** Kept over a router restart when config asks for any free port. */
  #boundPort: number | null = null;
  #callers = new Set<Caller>();
  #notices = new NoticeBoard();
  #changes = new Changes(() => this.#changed());
  #jobs = new Jobs();
  #keeper: LitellmKeeper;
  #requestLog: RequestLog;
  #crashes: CrashCards;
  #verifier: Verifier;
  #proofs: ProofStore;
  #schedule: VerifySchedule;
  #routeNews = new Set<(news: RouteNews) => void>();
  #gpus: GpuMonitor;
  #gpuHistory: GpuHistory;
  #system: SystemMonitor;
  #work: WorkMonitor;
  #footprints: FootprintStore;
  #learner: FootprintLearner;
  #ending = false;
  #forced = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    const { paths, instance, ledger, guard, redactor } = options;
    const { redact } = redactor;
    redactor.add(this.#token);
    if (options.ui !== undefined) {
      this.#ui = new WebUi({
        folder: options.ui,
        socket: paths.socket,
        token: instance.token,
        moved: (url) => void instance.update({ ui: url }),
        failed: (message) => this.log(`The page for browsers: ${message}`, 'warn'),
      });
      redactor.add(this.#ui.token);
    }
    this.#requestLog = new RequestLog(DEFAULT_TRACES, (on) => this.#router?.watch(on), redact);
    this.#crashes = new CrashCards(paths.data);
    this.#pins = new Pins(paths.data);
    this.#stack = new Stack(this.#pins, () => this.#changes.touch());
    this.#gpuHistory = new GpuHistory(paths.data);
    const engines = () => this.#stack.units.map((unit) => unit.processes());
    const claims = () => this.#stack.units.flatMap((unit) => unit.gpuClaim() ?? []);
    this.#gpus = machineGpus({ env: process.env, instance: instance.id, engines, claims });
    this.#gpus.listen((sample) => {
      this.#gpuHistory.add(sample);
      this.#router?.tell({ type: 'gpus', levels: gpuLevels(sample) });
    });
    this.#system = new SystemMonitor({ engines, folders: () => this.#modelFolders() });
    this.#system.listen((sample) => this.#weigh(sample));
    this.#work = new WorkMonitor({ units: () => this.#stack.units });
    this.#work.listen((work) => this.#router?.tell({ type: 'work', work }));
    this.#footprints = new FootprintStore(paths.data);
    const sample = () => this.#gpus.sample();
    const measuring = { stack: this.#stack, store: this.#footprints, sample };
    this.#learner = new FootprintLearner({ ...measuring, units: () => this.#stack.units });
    this.#ownLog = openLog({
      path: join(paths.data, 'logs', 'stackyard.log'),
      maxBytes: 10 * 1024 * 1024,
      files: 5,
      redact,
      now: () => new Date(),
    });
    this.#keeper = new LitellmKeeper({
      data: paths.data,
      configPath: paths.config,
      home: homedir(),
      env: process.env,
      platform: process.platform,
      units: () => this.#stack.units,
      config: this.config,
      gateway: () => this.#gatewayBase(),
      token: this.#token,
      secret: (value) => redactor.add(value),
    });
    this.#roster = new EngineRoster({
      stack: this.#stack,
      data: paths.data,
      configPath: paths.config,
      instance: instance.id,
      ledger,
      guard,
      units: new StartedUnits(paths.data),
      redact,
      prepare: (engine, config) => this.#keeper.prepare(engine, config),
      changed: () => this.#changes.touch(),
      notice: (notice) => this.#notices.post(notice),
      configuredPorts: () => {
        const { gateway, engines } = this.config() ?? { gateway: null, engines: {} };
        const ports = [gateway?.port, ...Object.values(engines).map((engine) => engine.port)];
        return new Set(ports.filter((port): port is number => typeof port === 'number'));
      },
      crashes: this.#crashes,
    });
    this.#configOwner = new ConfigOwner({
      path: paths.config,
      data: paths.data,
      environment: async (config, text) => {
        const facts = await configFacts(config, { configPath: paths.config, env: process.env, homedir: homedir() });
        return environmentFindings(config, text, facts);
      },
      running: () => ({
        engines: new Set(this.#stack.units.filter((u) => u.state.run !== null).map((u) => u.name)),
        inFlight: this.#report?.in_flight ?? 0,
      }),
      admit: (next, before) => this.#admit(next, before),
      apply: (next, plan) => this.#apply(next, plan),
      changed: () => this.#configChanged(),
      warn: (message) => this.log(message, 'warn'),
    });
    const install = createEngineInstall({ keeper: this.#keeper, jobs: this.#jobs, guard, data: paths.data });
    const until = (done: () => boolean, ms: number | null) => this.#changes.until(done, ms);
    const access = () => {
      const url = gatewayUrl(this.#report);
      return url === null ? null : { base_url: `${url}/v1`, token: this.#token };
    };
    this.#proofs = new ProofStore(paths.data);
    this.#verifier = new Verifier({
      store: this.#proofs,
      stack: this.#stack,
      config: this.#configOwner,
      crashes: this.#crashes,
      install,
      redact,
      snapshot: this.snapshot,
      until,
      access,
      askRouter: async (message) => (await this.#router?.ask(message)) ?? null,
      promises: (litellm) => this.#keeper.serves(litellm),
    });
    this.#verifier.watch((view) => this.#emit('verify', view));
    this.#schedule = new VerifySchedule({
      verifier: this.#verifier,
      calm: () => until(() => this.#isCalm(), CALM_WITHIN),
      told: (news) => {
        for (const listener of this.#routeNews) listener(news);
      },
      log: (text, level) => this.log(text, level),
    });
    this.handlers = createHandlers({
      stack: this.#stack,
      config: this.#configOwner,
      jobs: this.#jobs,
      hub: () => findHub(this.#secretSources(), redactor),
      install,
      verifier: this.#verifier,
      data: paths.data,
      requests: this.#requestLog,
      tellRouter: (message) => this.#router?.tell(message),
      crashes: this.#crashes,
      gpus: this.#gpus,
      gpuHistory: this.#gpuHistory,
      system: this.#system,
      work: this.#work,
      learner: this.#learner,
      fitter: new Fitter(measuring),
      redact,
      snapshot: this.snapshot,
      until,
      access,
      ownLog: this.#ownLog,
    });
    this.#jobs.watch((jobs) => this.#emit('jobs', jobs));
  }

  config = (): Config | null => this.#configOwner.running?.config ?? null;

  /** Takes up the config and starts what starts with the app. */
  async begin(): Promise<Awaited<ReturnType<ConfigOwner['load']>>> {
    await Promise.all([
      this.#roster.remember(),
      this.#crashes.remember(),
      this.#pins.load(),
      this.#gpuHistory.remember(),
      this.#footprints.load(),
      this.#proofs.load(),
    ]);
    await removeGarbage(this.#options.paths.data).catch(() => {});
    // The stack is on from the start: that is what the app is for.
    this.#stack.on = true;
    const found = await this.#configOwner.load();
    let last = performance.now();
    this.#timers.push(
      setInterval(() => {
        const now = performance.now();
        if (now - last > SLEPT) this.woke();
        last = now;
        for (const unit of this.#stack.units) unit.lookAtOwner();
        void this.#learner.tick();
        void this.#roster.save().catch(() => {});
      }, HEARTBEAT),
      setInterval(() => {
        if (this.#report?.bind_error || this.#ui?.isWanting) this.#router?.repeat();
      }, BIND_AGAIN),
    );
    this.#system.start();
    this.#work.start();
    this.#changes.touch();
    return found;
  }

  snapshot = (): StackSnapshot =>
    this.#publisher.snapshot({
      config: this.config(),
      configView: this.#configOwner.view(),
      gateway: gatewayView({
        config: this.config(),
        report: this.#report,
        cause: this.#routerCause,
        holder: this.#portHolder,
        keys: (this.config()?.gateway.api_keys.length ?? 0) > 0,
      }),
      engines: this.#stack.facts(),
      routerPid: this.#router?.pid ?? null,
      stackOn: this.#stack.on,
      host: { pid: process.pid, version: this.#options.version, started: this.#started },
    });

  subscribe = (caller: Caller): (() => void) => {
    this.#callers.add(caller);
    caller.emit('snapshot', this.snapshot());
    caller.emit('jobs', this.#jobs.list());
    return () => this.#callers.delete(caller);
  };

  /** The address of the page for browsers, now or once it is known; never when none is served. */
  onUi = (listener: (address: string) => void): (() => void) => this.#ui?.onAddress(listener) ?? (() => {});

  onGpus = (listener: (sample: GpuSample) => void): (() => void) => this.#gpus.listen(listener);

  onNotice = (listener: (notice: Notice) => void): (() => void) => this.#notices.listen(listener);

  /** News of models that a regular verification found to fail, or to answer again. */
  onRouteNews = (listener: (news: RouteNews) => void): (() => void) => {
    this.#routeNews.add(listener);
    return () => this.#routeNews.delete(listener);
  };

  /** The desktop knows whether the machine runs on its battery. */
  powerFrom = (onBattery: () => boolean): void => this.#system.powerFrom(onBattery);

  woke = (): void => {
    this.#stack.woke();
    this.log('The computer woke up; engines are probed anew.', 'info');
  };

  log(text: string, level: LogLevel): void {
    this.#ownLog.append(text, level);
  }

  /** No more draining, of engines or of the gateway. */
  force(): void {
    this.#forced = true;
    this.#router?.cut();
    for (const unit of [...this.#stack.units, ...this.#roster.leaving]) unit.post({ type: 'force' });
  }

  /** Stops everything, verified; the gateway answers until the last request in flight is done. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#gpus.close();
    this.#work.close();
    this.#system.close();
    this.#configOwner.close();
    this.#keeper.close();
    for (const timer of this.#timers) clearInterval(timer);
    const jobs = this.#jobs.close();
    this.#schedule.close();
    const verified = this.#verifier.close();
    this.#stack.stop(
      this.#stack.units.map((unit) => unit.name),
      'quit',
    );
    // From here on nothing is started any more.
    this.#stack.close();
    for (const unit of this.#roster.leaving) unit.post({ type: 'want-down', by: 'quit', hold: false });
    const all = () => [...this.#stack.units, ...this.#roster.leaving].every((unit) => isOver(unit.state));
    await this.#changes.until(all, null);
    await this.#roster.save().catch(() => {});
    await this.#router?.close(this.#forced ? 0 : LAST_REQUESTS);
    this.#notices.close();
    await Promise.all(this.#stack.units.map((unit) => unit.close()));
    await Promise.all([jobs, verified]);
    await this.#crashes.settled();
    await this.#gpuHistory.save();
    await this.#footprints.settled();
    await this.#ownLog.close();
  }

  /** Memory of engines, and how often cards may be looked at. */
  #weigh(sample: SystemSample): void {
    const uses = new Map(sample.engines.map((one) => [one.engine, one.memory]));
    for (const unit of this.#stack.units) {
      unit.measured(uses.get(unit.name) ?? null);
      this.#stack.weigh(unit);
    }
    this.#gpus.onBattery = sample.on_battery === true;
    this.#router?.tell({ type: 'system', sample });
  }

  #modelFolders(): readonly string[] {
    const config = this.config();
    if (config === null) return [];
    const { platform, env } = process;
    return configModelFolders(config, { configPath: this.#options.paths.config, env, home: homedir(), platform });
  }

  /** The gateway listens, and nothing is on its way up. */
  #isCalm(): boolean {
    const coming = ({ state, name }: { state: { phase: { is: string } }; name: string }): boolean =>
      ['starting', 'loading'].includes(state.phase.is) || this.#stack.isWished(name);
    return this.#report?.listening != null && !this.#stack.units.some(coming);
  }

  /** Something changed: everybody gets the new picture. */
  #changed(): void {
    if (!this.#ending) this.#stack.advance();
    this.#endDrained();
    this.#learner.look();
    const config = this.config();
    if (config !== null) this.#publishTable(config);
    const snapshot = this.snapshot();
    if (snapshot !== this.#shown) this.#emit('snapshot', snapshot);
    this.#shown = snapshot;
    void this.#roster.settle();
  }

  #publishTable(config: Config): void {
    const port = config.gateway.port === 0 ? (this.#boundPort ?? 0) : config.gateway.port;
    const leaving = this.#roster.leaving.filter((unit) => unit.state.phase.is === 'draining').map(({ name }) => name);
    const table = this.#publisher.table(
      {
        config,
        listen: { host: config.gateway.host, port },
        engines: this.#stack.facts(),
        keys: this.#resolved?.config.gateway.api_keys ?? [],
        appToken: this.#token,
        appOrigin: this.#options.appOrigin ?? null,
        machineNames: [hostname().toLowerCase(), `${hostname().toLowerCase().split('.')[0]}.local`],
      },
      leaving,
    );
    if (table === null) return;
    this.#router?.publish(table);
    if (this.#router === null || this.#router.pid === null) this.#stack.forgetRouter();
  }

  /** Ends the engines that drain once the router holds nothing of them, and nobody who needs them is still on the way down. */
  #endDrained(): void {
    const report = this.#report;
    const alone = (this.#router?.pid ?? null) === null;
    for (const unit of [...this.#stack.units, ...this.#roster.leaving]) {
      if (unit.state.phase.is !== 'draining' || this.#stack.isLeanedOn(unit.name)) continue;
      if (alone || (report !== null && this.#publisher.isDrained(unit.name, report))) unit.post({ type: 'drained' });
    }
  }

  #heed(report: RouterReport): void {
    this.#report = report;
    if (report.listening !== null) {
      const changed = this.#boundPort !== report.listening.port;
      this.#boundPort = report.listening.port;
      if (changed) {
        void this.#options.instance.update({ gateway: gatewayUrl(report) });
        void this.#keeper.review();
      }
    }
    if (!this.#ending) this.#stack.heed(report);
    this.#endDrained();
    void this.#nameHolder(report);
    this.#changes.touch();
  }

  /** Finds out who has the gateway's port; the router only knows that it is taken. */
  async #nameHolder({ bind_error }: RouterReport): Promise<void> {
    if (bind_error?.code !== 'gateway_port_in_use') {
      this.#portHolder = null;
      return;
    }
    const port = this.config()?.gateway.port ?? 0;
    const holder = describeHolder(await portHolder(port));
    if (holder === this.#portHolder) return;
    this.#portHolder = holder;
    this.#changes.touch();
  }

  async #apply(next: Config, plan: Plan): Promise<void> {
    const { redactor } = this.#options;
    const secrets = await openSecrets(this.#secretSources(), redactor);
    this.#resolved = await secrets.resolveConfig(next);
    this.#crashes.keepOnly(new Set(Object.keys(next.engines)));
    await this.#roster.apply(this.#resolved.config, this.#resolved.engines, plan);
    this.#ownLog.setLimits({ maxBytes: next.logs.file_size, files: next.logs.files });
    this.#requestLog.budget = next.gateway.trace_budget;
    this.#schedule.set(next.verify);
    this.#gpus.settings = next.gpu;
    await this.#ensureRouter();
    void this.#keeper.review();
    this.#changes.touch();
  }

  #secretSources(): SecretSources {
    const { paths, keychain } = this.#options;
    return { env: process.env, configPath: paths.config, keychain: keychain ?? null };
  }

  /** Where engines of ours reach the gateway. With `port: 0` that is known once it listens. */
  async #gatewayBase(): Promise<string | null> {
    await this.#changes.until(() => wantedUrl(this.config()) !== null || this.#boundPort !== null, 10_000);
    const url = wantedUrl(this.config()) ?? gatewayUrl(this.#report);
    return url === null ? null : `${url}/v1`;
  }

  async #ensureRouter(): Promise<void> {
    if (this.#router !== null) return;
    const { paths, routerFile, fork, instance, ledger } = this.#options;
    this.#router = await linkRouter({
      file: routerFile,
      fork,
      instance: instance.id,
      ledger,
      logPath: join(paths.data, 'logs', 'router.log'),
      onReport: (report) => this.#heed(report),
      onRequests: (records) => this.#requests(records),
      ui: this.#ui?.terms ?? null,
      onUi: (message) => this.#ui?.heed(message),
      onActive: (records, more) => this.#requestLog.setActive(records, more),
      onLog: (level, text) => this.log(text, level),
      onDown: (cause) => {
        this.#report = null;
        this.#requestLog.setActive([], 0);
        this.#routerCause = cause;
        this.log(cause?.message ?? 'The router ended and is started again; engines are untouched.', 'error');
        this.#stack.forgetRouter();
        this.#changes.touch();
      },
    });
    // A table made meanwhile reached nobody.
    this.#publisher.forgetTable();
  }

  /** A new address is tried before anything changes: if it can't be bound, nothing is applied. */
  async #admit(next: Config, before: Config | null): Promise<void> {
    const { host, port } = next.gateway;
    if (before !== null && sameListen(next, before)) return;
    if (port === 0 || port === this.#report?.listening?.port || before === null) return;
    if (await portIsFree(host, port)) return;
    const holder = describeHolder(await portHolder(port));
    const message = `Port ${port} of ${host} can’t be bound${holder === null ? '' : `: ${holder} has it`}.`;
    throw new StackyardError('gateway_port_in_use', message);
  }

  #requests(records: readonly RequestRecord[]): void {
    this.#requestLog.add(records);
    for (const r of records) {
      const target = r.route ?? r.model ?? r.asked ?? '–';
      const level = r.outcome === 'ok' || r.outcome === 'client_gone' ? 'info' : 'warn';
      this.log(
        `${r.path} → ${target} ${r.status ?? r.outcome}${r.code === null ? '' : ` ${r.code}`} ${Math.round(r.total_ms)} ms`,
        level,
      );
    }
  }

  #configChanged(): void {
    this.#emit('config', { path: this.#configOwner.path, revision: this.#configOwner.view().revision ?? '' });
    this.#changes.touch();
  }

  #emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const caller of this.#callers) caller.emit(event, payload);
  }
}
