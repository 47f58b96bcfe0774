/**
 * Owns which config runs. The file on disk is the text's owner; this keeps the parsed running one, says what a change would do,
 * and applies it only when it is free of errors.
 */
import { join } from 'node:path';
import { checkConfig } from '../../shared/config/check.ts';
import { parseConfig } from '../../shared/config/parse.ts';
import type { Config } from '../../shared/config/schema.ts';
import type {
  AppliedVersion,
  CallOutput,
  ConfigFile,
  ConfigOrigin,
  ConfigVersion,
} from '../../shared/contract/ipc.ts';
import { StackyardError, toCause } from '../../shared/errors.ts';
import type { ConfigView, Finding, Plan } from '../../shared/model.ts';
import { planChange } from '../core/plan.ts';
import {
  type ConfigOnDisk,
  clearTornWrite,
  readConfigFile,
  revisionOf,
  watchConfigFile,
  writeConfigFile,
} from './config-file.ts';
import { ConfigHistory } from './config-history.ts';
import { unreadableFile } from './read-config-text.ts';

export interface RunningConfig {
  readonly config: Config;
  readonly revision: string;
}

export interface ConfigOwnerOptions {
  readonly path: string;
  readonly data: string;
  /** Findings that only this machine can tell (unset variables, missing files); warnings all. */
  readonly environment: (config: Config, text: string) => Promise<readonly Finding[]>;
  /** Names of engines that run, and how much is in flight: for the plan. */
  readonly running: () => { readonly engines: ReadonlySet<string>; readonly inFlight: number };
  /** Refuses (throws) before anything is changed, e.g. when the gateway's new port can't be bound. */
  readonly admit: (next: Config, before: Config | null) => Promise<void>;
  readonly apply: (next: Config, plan: Plan) => Promise<void>;
  /** Phase, findings or the running config changed. */
  readonly changed: () => void;
  /** Something to know that stops nothing. */
  readonly warn: (message: string) => void;
}

export class ConfigOwner {
  readonly path: string;
  #options: ConfigOwnerOptions;
  #running: RunningConfig | null = null;
  #phase: ConfigView['phase'] = null;
  #findings: readonly Finding[] = [];
  #history: ConfigHistory;
  /** Names what a write of the config that is under way would leave behind. */
  #note: string;
  #watcher: { close(): void } | null = null;
  /** Whether there is a file: without one the window opens its first-run page. */
  #exists = false;
  /** Changes are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConfigOwnerOptions) {
    this.path = options.path;
    this.#options = options;
    this.#note = join(options.data, 'config.writing');
    this.#history = new ConfigHistory(options.data, options.path);
  }

  get running(): RunningConfig | null {
    return this.#running;
  }

  view(): ConfigView {
    return {
      path: this.#exists || this.#running !== null ? this.path : null,
      revision: this.#running?.revision ?? null,
      phase: this.#phase,
      findings: this.#findings,
      theme: this.#running?.config.app.theme ?? null,
    };
  }

  /**
   * Takes up the file at start; a broken one gives way to the last good version of the same path.
   * Says what was found: `missing` and `invalid` (nothing runs), `last-good`, or `applied`.
   */
  async load(): Promise<'applied' | 'last-good' | 'invalid' | 'missing'> {
    await clearTornWrite(this.path, this.#note);
    const disk = await readConfigFile(this.path);
    this.#watch();
    this.#exists = disk.exists;
    if (!disk.exists) return 'missing';
    const { config, findings } = await this.check(disk.text);
    this.#findings = findings;
    if (config !== null) {
      await this.#take(config, disk.text, this.#plan(config, disk.text), 'start');
      return 'applied';
    }
    this.#phase = 'invalid';
    const good = (await this.#history.newest())?.text ?? null;
    const last = good === null ? null : parseConfig(good).config;
    if (good === null || last === null) return 'invalid';
    await this.#take(last, good, this.#plan(last, good), 'start');
    this.#phase = 'invalid';
    this.#options.changed();
    return 'last-good';
  }

  /** `config` is `null` when there are errors among the findings. */
  async check(text: string): Promise<{ config: Config | null; findings: readonly Finding[] }> {
    const { config, findings } = await checkConfig(text);
    if (config === null) return { config, findings };
    return { config, findings: [...findings, ...(await this.#options.environment(config, text))] };
  }

  async read(): Promise<ConfigFile> {
    const disk = await readConfigFile(this.path);
    const findings = disk.exists ? (await this.check(disk.text)).findings : [];
    return { path: this.path, ...disk, running_revision: this.#running?.revision ?? null, findings };
  }

  async plan(text: string | null): Promise<CallOutput['config.plan']> {
    const wanted = text ?? (await this.#existing()).text;
    const { config, findings } = await this.check(wanted);
    return { findings, plan: config === null ? null : this.#plan(config, wanted) };
  }

  /** Writes (unless `text` is null: the file as it is) and applies. Throws `config_conflict` when the file is not `ifRevision`. */
  apply(text: string | null, ifRevision: string | null, origin: ConfigOrigin): Promise<CallOutput['config.apply']> {
    return this.#inTurn(() => this.#applyNow(text, ifRevision, origin));
  }

  async history(): Promise<CallOutput['config.history']> {
    const versions = (await this.#history.list()).map(
      ({ revision, at, origin, plan }): AppliedVersion => ({ revision, at, origin, plan }),
    );
    return { running_revision: this.#running?.revision ?? null, versions };
  }

  /** A version that was applied; throws `unknown_version`. */
  async version(revision: string): Promise<ConfigVersion> {
    const version = await this.#history.find(revision);
    if (version !== null) return version;
    throw new StackyardError('unknown_version', `No version ${revision} of ${this.path} is kept.`);
  }

  /** Puts a version's text back into the file and applies it; throws `unknown_version` and what `apply` throws. */
  async rollback(revision: string, ifRevision: string | null): Promise<CallOutput['config.rollback']> {
    const { text } = await this.version(revision);
    return this.apply(text, ifRevision, 'rollback');
  }

  close(): void {
    this.#watcher?.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #applyNow(
    text: string | null,
    ifRevision: string | null,
    origin: ConfigOrigin,
  ): Promise<CallOutput['config.apply']> {
    const disk = await readConfigFile(this.path);
    if (text === null && !disk.exists) throw missing(this.path);
    if (ifRevision !== null && ifRevision !== disk.revision) {
      const message = `${this.path} is at revision ${disk.revision}, not ${ifRevision}.`;
      throw new StackyardError('config_conflict', message);
    }
    const wanted = text ?? disk.text;
    const { config, findings } = await this.check(wanted);
    if (config === null) return { findings, plan: null, applied: false };
    const plan = this.#plan(config, wanted);
    await this.#options.admit(config, this.#running?.config ?? null);
    if (!disk.exists || wanted !== disk.text) await writeConfigFile(this.path, wanted, this.#note);
    this.#exists = true;
    // The folder may be new, and could not be watched before.
    if (!disk.exists) this.#watch();
    this.#findings = findings;
    await this.#take(config, wanted, plan, origin);
    return { findings, plan, applied: true };
  }

  async #existing(): Promise<ConfigOnDisk> {
    const disk = await readConfigFile(this.path);
    if (!disk.exists) throw missing(this.path);
    return disk;
  }

  #plan(config: Config, text: string): Plan {
    const { engines, inFlight } = this.#options.running();
    return planChange(this.#running, { config, revision: revisionOf(text) }, engines, inFlight);
  }

  async #take(config: Config, text: string, plan: Plan, origin: ConfigOrigin): Promise<void> {
    const revision = revisionOf(text);
    this.#running = { config, revision };
    this.#phase = 'applied';
    await this.#options.apply(config, plan);
    try {
      await this.#history.add({ revision, at: new Date().toISOString(), origin, plan, text });
    } catch (error) {
      // It runs all the same: a full disk must not make an applied config look refused.
      this.#options.warn(`This version of the config can’t be kept in the history: ${(error as Error).message}`);
    }
    this.#options.changed();
  }

  #watch(): void {
    this.#watcher?.close();
    this.#watcher = watchConfigFile(this.path, () => {
      this.#inTurn(() => this.#changedOnDisk()).catch((error: Error) => this.#notTakenUp(error));
    });
  }

  async #changedOnDisk(): Promise<void> {
    const disk = await readConfigFile(this.path);
    if (!disk.exists) return;
    this.#exists = true;
    if (disk.revision === this.#running?.revision) {
      if (this.#phase === 'applied') return;
      this.#phase = 'applied';
      this.#findings = (await this.check(disk.text)).findings;
      return this.#options.changed();
    }
    const { config, findings } = await this.check(disk.text);
    this.#findings = findings;
    if (config === null) this.#phase = 'invalid';
    else if (this.#running?.config.app.on_file_change === 'ask') this.#phase = 'pending';
    else {
      await this.#options.admit(config, this.#running?.config ?? null);
      return this.#take(config, disk.text, this.#plan(config, disk.text), 'file');
    }
    this.#options.changed();
  }

  /** A change on disk that could not be read, or not be applied: what ran runs on, and everybody is told. */
  #notTakenUp(error: Error): void {
    const refused = toCause(error);
    const ours = refused.code !== 'internal';
    const unreadable = unreadableFile(this.path, error);
    const finding = ours ? { ...unreadable, ...refused } : unreadable;
    this.#findings = [...this.#findings.filter(({ severity }) => severity !== 'error'), finding];
    this.#phase = ours ? 'pending' : 'invalid';
    this.#options.warn(`The change of the config was not taken up: ${finding.message}`);
    this.#options.changed();
  }
}

const missing = (path: string) =>
  new StackyardError('config_missing', `There is no config file at ${path}.`, {
    hint: 'Write one, or let the app’s first page make it.',
  });
