/** The running host: config, engines and router held together, and after every change one table and one snapshot for all. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { environmentFindings } from '../../shared/config/environment.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { Caller, EventName, Events, Handlers } from '../../shared/contract/ipc.ts';
import type { RouteNews } from '../../shared/contract/verify.ts';
import type { GpuSample } from '../../shared/gpu.ts';
import type { LogLevel, Plan, StackSnapshot } from '../../shared/model.ts';
import { configuredPorts } from '../core/configured-ports.ts';
import { SLEPT } from '../core/engine-draft.ts';
import { isOver } from '../core/engine-machine.ts';
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
import { Gateway } from './gateway.ts';
import type { Guard } from './guard.ts';
import type { HostOptions } from './host-options.ts';
import type { Instance } from './instance.ts';
import { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import { removeGarbage } from './litellm-install.ts';
import { LitellmKeeper } from './litellm-keeper.ts';
import { machineNames } from './machine-names.ts';
import { Monitors } from './monitors.ts';
import { NoticeBoard } from './notice-board.ts';
import { Pins } from './pins.ts';
import { Publisher } from './publisher.ts';
import { findHub } from './pull/hub.ts';
import type { ForkRouter } from './router-link.ts';
import { openSecrets, type Resolved, type SecretSources } from './secrets.ts';
import { Stack } from './stack.ts';
import { StartedUnits } from './started-units.ts';
import { Verification } from './verify/verification.ts';

export interface ControlPlaneOptions extends HostOptions {
  readonly fork: ForkRouter;
  readonly instance: Instance;
  readonly ledger: Ledger;
  readonly guard: Guard;
  readonly redactor: Redactor;
}

const HEARTBEAT = 2_000;
const BIND_AGAIN = 5_000;
/** Engines of ours that name the gateway wait so long for its port. */
const PLACED_WITHIN = 10_000;
/** The first regular verification waits so long for engines that come up. */
const CALM_WITHIN = 120_000;

export class ControlPlane {
  readonly handlers: Handlers;
  #options: ControlPlaneOptions;
  #pins: Pins;
  #stack: Stack;
  #roster: EngineRoster;
  #configOwner: ConfigOwner;
  #ownLog: EngineLog;
  #resolved: Resolved | null = null;
  #started = new Date().toISOString();
  #publisher = new Publisher();
  #shown: StackSnapshot | null = null;
  #callers = new Set<Caller>();
  #notices = new NoticeBoard();
  #changes = new Changes(() => this.#changed());
  #jobs = new Jobs();
  #keeper: LitellmKeeper;
  #crashes: CrashCards;
  #gateway: Gateway;
  #monitors: Monitors;
  #verification: Verification;
  #ending = false;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    const { paths, instance, ledger, guard, redactor } = options;
    const { redact } = redactor;
    const log = (text: string, level: LogLevel) => this.log(text, level);
    const changed = () => this.#changes.touch();
    this.#gateway = new Gateway({
      ...options,
      config: this.config,
      heeded: (report) => {
        if (!this.#ending) this.#stack.heed(report);
        this.#endDrained();
      },
      moved: () => void this.#keeper.review(),
      lost: () => this.#stack.forgetRouter(),
      changed,
      log,
    });
    this.#crashes = new CrashCards(paths.data);
    this.#pins = new Pins(paths.data);
    this.#stack = new Stack(this.#pins, changed);
    this.#monitors = new Monitors({
      data: paths.data,
      configPath: paths.config,
      instance: instance.id,
      stack: this.#stack,
      config: this.config,
      tellRouter: this.#gateway.tell,
    });
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
      gateway: async () => {
        await this.#changes.until(() => this.#gateway.isPlaced, PLACED_WITHIN);
        return this.#gateway.base();
      },
      token: this.#gateway.token,
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
      changed,
      notice: (notice) => this.#notices.post(notice),
      configuredPorts: () => configuredPorts(this.config()),
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
        inFlight: this.#gateway.report?.in_flight ?? 0,
      }),
      admit: (next, before) => this.#gateway.admit(next, before),
      apply: (next, plan) => this.#apply(next, plan),
      changed: () => {
        this.#emit('config', this.#configNews());
        changed();
      },
      warn: (message) => log(message, 'warn'),
    });
    const install = createEngineInstall({ keeper: this.#keeper, jobs: this.#jobs, guard, data: paths.data });
    const { until } = this.#changes;
    const { access, ask, tell } = this.#gateway;
    this.#verification = new Verification(paths.data, {
      stack: this.#stack,
      config: this.#configOwner,
      crashes: this.#crashes,
      install,
      redact,
      snapshot: this.snapshot,
      until,
      access,
      askRouter: ask,
      promises: (litellm) => this.#keeper.serves(litellm),
      calm: () => until(() => this.#gateway.isListening && this.#stack.isCalm, CALM_WITHIN),
      log,
    });
    const { verifier } = this.#verification;
    verifier.watch((view) => this.#emit('verify', view));
    const { gpus, gpuHistory, system, work, learner, fitter } = this.#monitors;
    this.handlers = createHandlers({
      stack: this.#stack,
      config: this.#configOwner,
      jobs: this.#jobs,
      hub: () => findHub(this.#secretSources(), redactor),
      install,
      verifier,
      data: paths.data,
      requests: this.#gateway.requests,
      traffic: this.#gateway.traffic,
      tellRouter: tell,
      crashes: this.#crashes,
      gpus,
      gpuHistory,
      system,
      work,
      learner,
      fitter,
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
      this.#monitors.remember(),
      this.#verification.remember(),
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
        void this.#monitors.learner.tick();
        void this.#roster.save().catch(() => {});
      }, HEARTBEAT),
      setInterval(() => this.#gateway.bindAgain(), BIND_AGAIN),
    );
    this.#monitors.start();
    this.#changes.touch();
    return found;
  }

  snapshot = (): StackSnapshot =>
    this.#publisher.snapshot({
      config: this.config(),
      configView: this.#configOwner.view(),
      gateway: this.#gateway.view(),
      engines: this.#stack.facts(),
      routerPid: this.#gateway.pid,
      stackOn: this.#stack.on,
      host: { pid: process.pid, version: this.#options.version, started: this.#started },
    });

  subscribe = (caller: Caller): (() => void) => {
    this.#callers.add(caller);
    caller.emit('snapshot', this.snapshot());
    caller.emit('jobs', this.#jobs.list());
    caller.emit('verify', this.#verification.verifier.view());
    caller.emit('config', this.#configNews());
    return () => this.#callers.delete(caller);
  };

  /** The address of the page for browsers, now or once it is known; never when none is served. */
  onUi = (listener: (address: string) => void): (() => void) => this.#gateway.onUi(listener);

  onGpus = (listener: (sample: GpuSample) => void): (() => void) => this.#monitors.gpus.listen(listener);

  onNotice = (listener: (notice: Notice) => void): (() => void) => this.#notices.listen(listener);

  /** News of models that a regular verification found to fail, or to answer again. */
  onRouteNews = (listener: (news: RouteNews) => void): (() => void) => this.#verification.listen(listener);

  /** The desktop knows whether the machine runs on its battery. */
  powerFrom = (onBattery: () => boolean): void => this.#monitors.system.powerFrom(onBattery);

  woke = (): void => {
    this.#stack.woke();
    this.log('The computer woke up; engines are probed anew.', 'info');
  };

  log(text: string, level: LogLevel): void {
    this.#ownLog.append(text, level);
  }

  /** No more draining, of engines or of the gateway. */
  force(): void {
    this.#gateway.force();
    for (const unit of [...this.#stack.units, ...this.#roster.leaving]) unit.post({ type: 'force' });
  }

  /** Stops everything, verified; the gateway answers until the last request in flight is done. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#monitors.close();
    this.#configOwner.close();
    this.#keeper.close();
    for (const timer of this.#timers) clearInterval(timer);
    const jobs = this.#jobs.close();
    const verified = this.#verification.close();
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
    await this.#gateway.close();
    this.#notices.close();
    await Promise.all(this.#stack.units.map((unit) => unit.close()));
    await Promise.all([jobs, verified]);
    await this.#crashes.settled();
    await this.#monitors.save();
    await this.#ownLog.close();
  }

  /** Something changed: everybody gets the new picture. */
  #changed(): void {
    if (!this.#ending) this.#stack.advance();
    this.#endDrained();
    this.#monitors.learner.look();
    const config = this.config();
    if (config !== null) this.#publishTable(config);
    const snapshot = this.snapshot();
    if (snapshot !== this.#shown) this.#emit('snapshot', snapshot);
    this.#shown = snapshot;
    void this.#roster.settle();
  }

  #publishTable(config: Config): void {
    const leaving = this.#roster.leaving.filter((unit) => unit.state.phase.is === 'draining').map(({ name }) => name);
    const table = this.#publisher.table(
      {
        config,
        listen: this.#gateway.listenFor(config),
        engines: this.#stack.facts(),
        keys: this.#resolved?.config.gateway.api_keys ?? [],
        appToken: this.#gateway.token,
        appOrigin: this.#options.appOrigin ?? null,
        machineNames: machineNames(),
      },
      leaving,
    );
    if (table === null) return;
    this.#gateway.publish(table);
    if (this.#gateway.pid === null) this.#stack.forgetRouter();
  }

  /** Ends the engines that drain once the router holds nothing of them, and nobody who needs them is still on the way down. */
  #endDrained(): void {
    const { report, pid } = this.#gateway;
    for (const unit of [...this.#stack.units, ...this.#roster.leaving]) {
      if (unit.state.phase.is !== 'draining' || this.#stack.isLeanedOn(unit.name)) continue;
      if (pid === null || (report !== null && this.#publisher.isDrained(unit.name, report)))
        unit.post({ type: 'drained' });
    }
  }

  async #apply(next: Config, plan: Plan): Promise<void> {
    const { redactor } = this.#options;
    const secrets = await openSecrets(this.#secretSources(), redactor);
    this.#resolved = await secrets.resolveConfig(next);
    this.#crashes.keepOnly(new Set(Object.keys(next.engines)));
    await this.#roster.apply(this.#resolved.config, this.#resolved.engines, plan);
    this.#ownLog.setLimits({ maxBytes: next.logs.file_size, files: next.logs.files });
    this.#gateway.requests.budget = next.gateway.trace_budget;
    this.#verification.set(next.verify);
    this.#monitors.gpus.settings = next.gpu;
    // A table made meanwhile reached nobody.
    if (await this.#gateway.open()) this.#publisher.forgetTable();
    void this.#keeper.review();
    this.#changes.touch();
  }

  #secretSources(): SecretSources {
    const { paths, keychain } = this.#options;
    return { env: process.env, configPath: paths.config, keychain: keychain ?? null };
  }

  #configNews(): Events['config'] {
    return { path: this.#configOwner.path, revision: this.#configOwner.view().revision ?? '' };
  }

  #emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const caller of this.#callers) caller.emit(event, payload);
  }
}
