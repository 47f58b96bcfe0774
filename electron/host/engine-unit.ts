/**
 * One engine as the host holds it: the machine's state, the mailbox that feeds it, and what its effects touch – process, log,
 * port. Decisions are the machine's (`core/engine-machine.ts`); this file only carries them out and reports back.
 */
import { performance } from 'node:perf_hooks';
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { crashCard, type RunEnd } from '../core/crash-card.ts';
import { SLEPT } from '../core/engine-draft.ts';
import type { KnownModel, UnitFacts } from '../core/engine-facts.ts';
import { nextWake, restartsInWindow, step } from '../core/engine-machine.ts';
import { engineSettings } from '../core/engine-settings.ts';
import {
  type EngineEffect,
  type EngineEvent,
  type EngineState,
  newEngine,
  type StopReason,
} from '../core/engine-state.ts';
import { engineStory } from '../core/engine-story.ts';
import type { GpuClaim } from '../core/gpu/on-cpu.ts';
import type { EngineNow } from '../core/gpu/ownership.ts';
import type { Notice } from '../core/notices.ts';
import { addressOf, reachable } from '../engines/address.ts';
import { gpuClaim } from '../engines/gpu-claim.ts';
import type { EngineProfile } from '../engines/profile.ts';
import { PROFILES } from '../engines/profiles.ts';
import type { CrashCards } from './crash-cards.ts';
import type { EngineLog } from './engine-log.ts';
import { EngineModels } from './engine-models.ts';
import type { EngineRun, Launched, RunServices } from './engine-run.ts';
import { identifyPort } from './identify-port.ts';
import { newRun } from './new-run.ts';
import { OwnerWatch } from './owner-watch.ts';
import { namedHolder } from './port-doctor.ts';
import { describeHolder } from './port-use.ts';
import { isListening, portHolder } from './ports.ts';
import { Probes } from './probes.ts';
import { followRun } from './run-story.ts';

/** An event as callers send it: the mailbox adds the time. */
export type Wish = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;

const PROBE_TIMEOUT = 5_000;
/** So long after it became ready its memory must have been seen on the card, ms. */
const GPU_SETTLED = 5_000;

export interface UnitServices extends RunServices {
  /** Something that snapshot or table show has changed. */
  readonly changed: () => void;
  readonly notice: (notice: Notice) => void;
  /** Ports that the config gives to the gateway and to engines, so that none of them is offered to another. */
  readonly configuredPorts: () => ReadonlySet<number>;
  readonly crashes: CrashCards;
}

/** An engine's config with its secrets resolved, or why that failed. */
export interface ResolvedEngine {
  readonly config: EngineConfig;
  readonly problem: Cause | null;
}

const PULLS = { engine: 'name', file: 'file', nobody: null } as const;

export class EngineUnit {
  readonly name: string;
  readonly log: EngineLog;
  readonly probes: Probes;
  #services: UnitServices;
  #resolved: ResolvedEngine;
  #profile: EngineProfile;
  #state: EngineState;
  #since = new Date().toISOString();
  #queue: EngineEvent[] = [];
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #run: EngineRun | null = null;
  /** The last run whose process is there and entered in the ledger. */
  #spawned: string | null = null;
  /** How the last run ended; `null` while the present one lasts, or when no process came of it. */
  #end: RunEnd | null = null;
  /** Of the present or last run, or the configured one. */
  #port: number | null;
  #command: string | null = null;
  /** Of the present or last run, when it is not the config's. */
  #apiKey: string | null = null;
  #remark: Cause | null = null;
  #version: string | null = null;
  readonly #models: EngineModels;
  #memory: number | null = null;
  #ownerWatch: OwnerWatch;
  /** Who wanted it down last, while that is what is wanted. */
  #downBy: StopReason | null = null;
  #flight = { inFlight: 0, waiting: 0, cooling: {} as UnitFacts['cooling'] };
  yielding = false;
  /** It goes for good, or to be made anew under its name: whoever wants it up wants its successor. */
  leaving = false;
  #closed = false;

  constructor(
    name: string,
    resolved: ResolvedEngine,
    log: EngineLog,
    models: readonly KnownModel[] | null,
    services: UnitServices,
  ) {
    this.name = name;
    this.log = log;
    this.#services = services;
    this.#ownerWatch = new OwnerWatch(services.changed);
    this.#resolved = resolved;
    this.#profile = PROFILES[resolved.config.kind];
    this.#port = resolved.config.port;
    this.#models = new EngineModels(models, services.changed);
    this.probes = new Probes(this);
    this.#state = newEngine(engineSettings(name, resolved.config), performance.now());
    log.watch(() => {
      const run = this.#state.run;
      if (run !== null && !run.exited) this.post({ type: 'output', run: run.id });
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  get config(): EngineConfig {
    return this.#resolved.config;
  }

  get profile(): EngineProfile {
    return this.#profile;
  }

  /** What its server expects; `null` = no key. */
  get apiKey(): string | null {
    return this.#apiKey ?? this.config.api_key;
  }

  /** What is wrong with an engine that runs all the same; `null` takes it back. */
  remark(cause: Cause | null): void {
    if (JSON.stringify(cause) === JSON.stringify(this.#remark)) return;
    this.#remark = cause;
    if (cause !== null) this.log.append(cause.message, 'warn');
    this.#services.changed();
  }

  /** Puts an event into the mailbox; events are handled one after the other, in order. */
  post(wish: Wish): void {
    if (this.#closed) return;
    this.#queue.push({ ...wish, at: performance.now() } as EngineEvent);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) this.#handle(event);
    } finally {
      this.#busy = false;
    }
    this.#schedule();
    this.#services.changed();
  }

  /** Another config promises other models. */
  promise(models: readonly KnownModel[] | null): void {
    this.#models.promise(models, this.#state.run !== null);
  }

  /** It still runs under a config with other models than the present one's. */
  get isOutdated(): boolean {
    return this.#models.outdated;
  }

  /** New config for the same name; `restart` when the running process can't take it on. */
  configure(resolved: ResolvedEngine, restart: boolean): void {
    this.#resolved = resolved;
    this.#profile = PROFILES[resolved.config.kind];
    if (this.#state.run === null) this.#port = resolved.config.port;
    this.post({ type: 'settings', settings: engineSettings(this.name, resolved.config), restart });
  }

  facts(): UnitFacts {
    const { config, problem } = this.#resolved;
    const address = this.address();
    const broken = problem !== null && config.mode === 'external';
    return {
      config,
      state: broken
        ? { ...this.#state, phase: { is: 'failed', cause: problem, retryAt: null, mayRetry: false } }
        : this.#state,
      speaks: this.#profile.speaks(config),
      baseUrl: address === null ? null : this.#profile.baseUrl(address),
      rootUrl: address === null ? null : this.#profile.rootUrl(address),
      apiKey: this.apiKey,
      remark: this.#remark,
      pid: this.#run?.pid ?? null,
      port: this.#port,
      version: this.#version,
      since: this.#since,
      restarts: restartsInWindow(this.#state, performance.now()),
      memory: this.#memory,
      runBy: this.#ownerWatch.owner,
      command: this.#command,
      loadsModels: this.#profile.loadsModels(config),
      maxConcurrent: config.max_concurrent ?? this.#profile.maxConcurrent,
      pulls: PULLS[this.#profile.pull(config).by],
      models: this.#models.known,
      ...this.#flight,
      yielding: this.yielding,
    };
  }

  /** What the router counted for this engine. */
  flight(inFlight: number, waiting: number, cooling: UnitFacts['cooling'], lastByteMs: number | null): void {
    if (inFlight !== this.#flight.inFlight) this.post({ type: 'flight', inFlight });
    this.#flight = { inFlight, waiting, cooling };
    const heard = lastByteMs === null ? null : performance.now() - lastByteMs;
    if (heard !== null && heard > (this.#state.heardAt ?? Number.NEGATIVE_INFINITY) + 1_000)
      this.post({ type: 'heard' });
  }

  /** Where its requests go; `null` before it has a port. */
  address(): string | null {
    return addressOf(this.config, this.#port);
  }

  /** It will have this model when it starts, for example because a file was put into its folder. */
  expect(id: string): void {
    this.#models.expect(id, this.#profile.loadsModels(this.config));
  }

  /** Asks again which models there are, e.g. after one was loaded. */
  async refreshModels(): Promise<void> {
    await this.#models.refresh();
  }

  /** Something that a person has to know although it is no crash; in the log, and as a notice. */
  tell(cause: Cause): void {
    this.log.append(cause.message, 'warn');
    this.#services.notice({ engine: this.name, kind: 'warned', cause });
  }

  /** Its processes: whose memory, on the card and beside it, is its own. */
  processes(): EngineNow {
    const leader = this.#run?.pid ?? this.#ownerWatch.owner?.pid ?? null;
    return { engine: this.name, run: this.#state.run?.id ?? null, pids: leader === null ? [] : [leader] };
  }

  /** What says that it works on a graphics card; `null` when nothing does, or no model can be on one yet. */
  gpuClaim(): GpuClaim | null {
    const loaded = this.#models.known?.filter(({ phase }) => phase === 'ready') ?? [];
    const settled = Date.now() - Date.parse(this.#since) > GPU_SETTLED;
    if (this.#state.phase.is !== 'ready' || !settled || loaded.length === 0) return null;
    const model = loaded.find(({ gpu_bytes }) => (gpu_bytes ?? 0) > 0);
    // A foreign server's arguments are not those of our config.
    const own = this.#state.owner === 'external' ? null : gpuClaim(this.config);
    const says = model === undefined ? own : `${model.id} in GPU memory`;
    return says === null || this.processes().pids.length === 0 ? null : { engine: this.name, says };
  }

  /** Who runs a server that is somebody else's may have changed. */
  lookAtOwner(): void {
    if (isForeign(this.#state)) void this.#ownerWatch.look(this.address(), false);
  }

  /** What its process tree holds now, bytes; `null` when it can't be told. */
  measured(memory: number | null): void {
    if (memory === this.#memory) return;
    this.#memory = memory;
    this.#services.changed();
  }

  /** Leaves everything as it is and lets go: no timers, no watching. For an engine that is gone from the config. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#models.close();
    await this.log.close();
  }

  #handle(event: EngineEvent): void {
    if (event.type === 'want-down') this.#downBy = event.by;
    else if (event.type === 'want-up' || event.type === 'restart') this.#downBy = null;
    const before = this.#state;
    const { state, effects } = step(before, event);
    this.#state = state;
    if (state.phase.is !== before.phase.is) {
      this.#since = new Date().toISOString();
      const told = engineStory(before, state);
      if (told !== null) this.log.append(told.text, told.level);
      this.#phaseChanged(state);
    }
    this.#watchOwner(before, state);
    if (before.run !== null && state.run === null) {
      this.#run?.forget();
      this.#run = null;
      this.#memory = null;
      this.#models.runOver();
      if (this.config.port === null) this.#port = null;
    }
    for (const effect of effects) this.#perform(effect);
  }

  #watchOwner(before: EngineState, after: EngineState): void {
    if (isForeign(after) && !isForeign(before)) void this.#ownerWatch.look(this.address(), true);
    else if (!isForeign(after) && isForeign(before)) this.#ownerWatch.clear();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const wake = nextWake(this.#state);
    if (wake === null || this.#closed) return;
    const delay = Math.min(Math.max(0, wake - performance.now()), 2 ** 31 - 1);
    const due = performance.now() + delay;
    this.#timer = setTimeout(() => {
      this.#wakeIfLate(due);
      this.post({ type: 'tick' });
    }, delay);
  }

  /** After a sleep it is chance whose timer fires first, and none may judge by a time that nobody lived through. */
  #wakeIfLate(due: number): void {
    if (performance.now() - due > SLEPT) this.post({ type: 'woke' });
  }

  #phaseChanged(state: EngineState): void {
    const up = state.phase.is === 'ready';
    this.log.setAlive(state.run !== null);
    if (up) {
      if (this.#models.follow(this)) void this.#askVersion();
    } else if (state.phase.is !== 'unhealthy' && state.phase.is !== 'draining') {
      this.#models.unfollow();
    }
  }

  async #askVersion(): Promise<void> {
    const answer = await this.probes.ask('version');
    const version = answer && this.#profile.version(answer);
    if (version === null || version === this.#version) return;
    this.#version = version;
    this.#services.changed();
  }

  #perform(effect: EngineEffect): void {
    switch (effect.type) {
      case 'identify':
        return this.#identify(effect.ask);
      case 'spawn':
        return this.#spawn(effect.run);
      case 'probe':
        return this.#probe(effect.run, effect.probe);
      case 'signal':
        return this.#run?.signal(effect.how, this.#downBy);
      case 'verify':
        return this.#verify(effect.run);
      case 'notice':
        if (effect.cause !== null) this.#keepCard(effect.cause);
        return this.#services.notice({ engine: this.name, kind: effect.notice, cause: effect.cause });
    }
  }

  /** Somebody else's server leaves none: nothing is known of its end. */
  #keepCard(cause: Cause): void {
    if (this.#state.owner === 'external') return;
    const card = crashCard(new Date().toISOString(), cause, this.#end, this.#command, this.#services.redact);
    this.#services.crashes.add(this.name, card);
  }

  #identify(askId: number): void {
    this.#end = null;
    // What an earlier try ran is not what this one will run, if it comes to that.
    if (this.#state.phase.is === 'starting') this.#command = null;
    void identifyPort(this.config, this.#profile, this.#services.configuredPorts()).then((found) => {
      if (found.result === 'foreign')
        this.post({ type: 'identified', ask: askId, result: 'foreign', cause: found.cause });
      else this.post({ type: 'identified', ask: askId, result: found.result });
    });
  }

  #spawn(run: string): void {
    const { config, problem } = this.#resolved;
    const failed = (cause: Cause) => this.post({ type: 'spawn-failed', run, cause });
    const { name: engine, log } = this;
    const made = newRun({ engine, run, config, profile: this.#profile, log, services: this.#services });
    if (problem !== null) return failed(problem);
    if ('cause' in made) return failed(made.cause);
    this.#run = made;
    this.#end = null;
    this.probes.forget();
    const story = followRun(log);
    const launched = ({ port, command, apiKey }: Launched) => {
      story.began();
      this.#port = port;
      this.#apiKey = apiKey ?? null;
      this.#command = this.#services.redact(command);
      log.append(`Starting: ${this.#command}`, 'info');
    };
    void made.start(launched).then((started) => {
      if (!started.ok) return failed(started.cause);
      story.began();
      this.#spawned = run;
      this.post({ type: 'spawned', run });
      void started.exited.then(async (exit) => {
        const at = { host: config.host, port: this.#port, kind: config.kind };
        const [explained, end] = await Promise.all([made.explain(exit), story.ended(exit)]);
        const cause = await namedHolder(explained, at, this.#services.configuredPorts());
        this.#end = end;
        this.post({ type: 'exited', run, cause });
      });
    });
  }

  #probe(run: string | null, which: 'ready' | 'live'): void {
    const answered = (
      state: 'ready' | 'loading' | 'silent' | 'bad',
      progress: number | null,
      message: string | null,
    ): void => {
      const cause = message === null ? null : ({ code: 'probe_failed', message, hint: null } as const);
      this.post({ type: 'probed', run, state, progress, cause });
    };
    // Nothing counts as up before it is in the ledger, however fast it answers.
    if (run !== null && run !== this.#spawned) return answered('silent', null, null);
    const due = performance.now() + PROBE_TIMEOUT;
    void this.probes.ask(which, { timeoutMs: PROBE_TIMEOUT }).then((answer) => {
      this.#wakeIfLate(due);
      if (answer === null) return answered('silent', null, null);
      const verdict = this.#profile.judge(answer);
      answered(verdict.state, verdict.progress, verdict.message);
    });
  }

  #verify(run: string): void {
    const port = this.#port;
    void (this.#run?.verify() ?? Promise.resolve(null)).then((survivors) => {
      if (survivors === null && port !== null && this.#run?.left !== true) void this.#tellOpenPort(port);
      this.post({ type: 'verified', run, survivors });
    });
  }

  /** Nothing of ours is left, yet the port answers: whoever has it now will be in the way of the next start. */
  async #tellOpenPort(port: number): Promise<void> {
    if (!(await isListening(reachable(this.config.host), port, 500))) return;
    const holder = describeHolder(await portHolder(port)) ?? 'another program';
    this.log.append(`Port ${port} is open although the engine is gone: ${holder} has it.`, 'warn');
  }
}

/** Somebody else's, and there: while nothing answers there is nobody to name. */
const isForeign = ({ owner, phase }: EngineState): boolean =>
  owner === 'external' && (phase.is === 'ready' || phase.is === 'loading' || phase.is === 'unhealthy');
