/**
 * Everything about LiteLLM that config and profile alone can't say: which program runs, with which file, under which key; what is
 * wrong with that file; and when a running proxy has to take up another one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { frame } from '../../shared/config/frame.ts';
import { checkLitellm } from '../../shared/config/litellm-check.ts';
import { GATEWAY_KEY, generateLitellm, MASTER_KEY } from '../../shared/config/litellm-generate.ts';
import type { Config, EngineConfig } from '../../shared/config/schema.ts';
import type { EngineSetup, FramedFinding } from '../../shared/contract/ipc.ts';
import { ERRORS, type ErrorCode, toCause } from '../../shared/errors.ts';
import type { Cause } from '../../shared/model.ts';
import { expandHome } from '../engines/arguments.ts';
import type { Prepared } from '../engines/profile.ts';
import { watchConfigFile } from './config-file.ts';
import type { EngineUnit } from './engine-unit.ts';
import { OFFLINE } from './litellm-environment.ts';
import { installedLitellm, litellmFolder } from './litellm-install.ts';
import { PINS } from './litellm-pins.ts';
import { refusal } from './litellm-release.ts';
import { which } from './which.ts';

export interface KeeperOptions {
  readonly data: string;
  readonly configPath: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly units: () => readonly EngineUnit[];
  /** The running config, as written. */
  readonly config: () => Config | null;
  /** Base of our gateway; waits a while for it to listen, then gives `null`. */
  readonly gateway: () => Promise<string | null>;
  /** With which LiteLLM may use it. */
  readonly token: string;
  /** Keeps a value out of everything shown. */
  readonly secret: (value: string) => void;
}

/** The file that an engine would start with now. */
interface Wanted {
  readonly path: string;
  /** `null` when it can't be read or has an error. */
  readonly text: string | null;
  readonly generated: boolean;
  readonly findings: readonly FramedFinding[];
  readonly cause: Cause | null;
  /** What the file itself says that its key is. */
  readonly masterKey: string | null;
  /** What clients may ask for by it, also when it has an error. */
  readonly names: readonly string[];
}

export class LitellmKeeper {
  #options: KeeperOptions;
  /** Hash of the file that the present or last run was started with, by engine. */
  #started = new Map<string, string>();
  #watchers = new Map<string, { readonly path: string; close(): void }>();
  #key = `sk-${randomBytes(24).toString('hex')}`;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    options.secret(this.#key);
  }

  /** Before every start: the program found and not refused, its file checked or written. */
  async prepare(engine: string, config: EngineConfig): Promise<Prepared | { readonly cause: Cause }> {
    // Until it is known with what it starts, a change has nothing to restart.
    this.#started.delete(engine);
    try {
      const program = await this.#program(engine, config);
      if ('cause' in program) return program;
      const wanted = await this.#wanted(engine, config);
      if (wanted.cause !== null) return { cause: wanted.cause };
      if (wanted.text === null) return { cause: unreadable(wanted.path, 'it is empty') };
      if (wanted.generated) await this.#write(wanted.path, wanted.text);
      this.#started.set(engine, hash(wanted.text));
      const unit = this.#options.units().find((one) => one.name === engine);
      unit?.remark(null);
      const apiKey = config.api_key ?? wanted.masterKey ?? this.#key;
      this.#options.secret(apiKey);
      return {
        program: program.run,
        config: wanted.path,
        apiKey,
        env: {
          ...OFFLINE,
          // It does not start without one; a key in the file wins over the variable.
          [MASTER_KEY]: apiKey,
          ...(wanted.generated ? this.#ours() : {}),
        },
      };
    } catch (error) {
      return { cause: toCause(error) };
    }
  }

  /** What a person sees before and while it runs: whether it is installed, and what is wrong with its file. */
  async setup(unit: EngineUnit): Promise<EngineSetup> {
    const { config, name } = unit;
    const wanted = await this.#wanted(name, config);
    const installed = await installedLitellm(this.#options.data);
    const program = await this.#program(name, config);
    const found = 'cause' in program ? null : program.shown;
    return {
      engine: name,
      install: {
        title: `LiteLLM ${PINS.version}`,
        folder: litellmFolder(this.#options.data),
        download: PINS.download,
        // A program that the config names, or one on PATH, needs no environment of ours.
        needed: installed === null && 'cause' in program && program.cause.code === 'install_needed',
        program: found,
        cause: 'cause' in program ? program.cause : null,
      },
      file: {
        path: wanted.path,
        generated: wanted.generated,
        findings: wanted.findings,
        cause: wanted.cause,
      },
    };
  }

  /**
   * Names that its file promises, whether it runs or not. Of somebody else's LiteLLM only a file that the config names says
   * anything.
   */
  async serves({ name, config, state }: EngineUnit): Promise<readonly string[]> {
    const foreign = !isOurs(config) || state.owner === 'external';
    if (foreign && config.config === null) return [];
    return (await this.#wanted(name, config)).names;
  }

  /**
   * Looks at every LiteLLM again: after a change of our config, of a file of theirs, or of what is installed. A running one takes
   * up a file that is free of errors and differs, once its requests are done; one with an error leaves it running.
   */
  review(): Promise<void> {
    const done = this.#turn.then(() => this.#review());
    this.#turn = done.catch(() => {});
    return done.catch(() => {});
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #review(): Promise<void> {
    const mine = this.#options.units().filter((unit) => unit.config.kind === 'litellm' && isOurs(unit.config));
    for (const name of this.#watchers.keys()) if (!mine.some((unit) => unit.name === name)) this.#unwatch(name);
    for (const unit of mine) {
      if (this.#closed) return;
      this.#watch(unit);
      const { phase, run } = unit.state;
      const failed = phase.is === 'failed' ? phase.cause.code : null;
      const curable = failed !== null && CURABLE.has(failed);
      if (run === null && !curable) {
        unit.remark(null);
        continue;
      }
      const wanted = await this.#wanted(unit.name, unit.config);
      if (curable) {
        const program = await this.#program(unit.name, unit.config);
        // What ended by itself needs another file; whatever could not even start needs only what it lacked.
        const differs = wanted.text !== null && this.#started.get(unit.name) !== hash(wanted.text);
        if (!('cause' in program) && wanted.cause === null && (differs || failed !== 'exited'))
          unit.post({ type: 'restart', by: 'config' });
        continue;
      }
      unit.remark(wanted.cause);
      if (wanted.cause !== null || wanted.text === null) continue;
      const started = this.#started.get(unit.name);
      if (started === undefined || started === hash(wanted.text)) continue;
      unit.log.append('Its config has changed: it restarts with it when its requests are done.', 'info');
      unit.post({ type: 'restart', by: 'config' });
    }
  }

  /** The config's program, else our own environment, else the one on PATH; refused ones are not run. */
  async #program(
    engine: string,
    config: EngineConfig,
  ): Promise<{ readonly run: Prepared['program']; readonly shown: string } | { readonly cause: Cause }> {
    const { data, env, platform, home } = this.#options;
    if (config.command === null) {
      const python = await installedLitellm(data);
      if (python !== null) {
        const refused = await refusal(join(dirname(python), 'litellm'));
        if (refused !== null) return { cause: refused };
        // Not the script beside it: its first line may be too long for the system, and Windows has another.
        const run = { command: python, args: ['-c', config.config === null ? START_WITHOUT_DATABASE : START] };
        return { run, shown: litellmFolder(data) };
      }
    }
    const named = expandHome(config.command ?? 'litellm', {
      home,
      platform: platform === 'win32' ? 'win32' : 'linux',
    });
    const file = await which(named, { ...env, ...config.env });
    if (file === null && config.command === null) return { cause: installNeeded(engine) };
    const refused = file === null ? null : await refusal(file);
    if (refused !== null) return { cause: refused };
    return { run: null, shown: file ?? named };
  }

  async #wanted(engine: string, config: EngineConfig): Promise<Wanted> {
    return config.config === null ? this.#generated(engine) : this.#theirs(engine, config, config.config);
  }

  async #theirs(engine: string, config: EngineConfig, written: string): Promise<Wanted> {
    const { configPath, home } = this.#options;
    const path = resolve(dirname(configPath), expandHome(written, { home, platform: 'linux' }));
    const base = { path, generated: false, masterKey: null, names: [] };
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const cause = unreadable(path, missing ? 'it does not exist' : (error as Error).message);
      return { ...base, text: null, findings: [], cause };
    }
    const checked = checkLitellm(text);
    const findings = checked.findings.map((one) => ({ ...one, frame: frame(text, one) }));
    const { names } = checked;
    const first = findings.find((one) => one.severity === 'error');
    if (first !== undefined) {
      const count = findings.filter((one) => one.severity === 'error').length;
      const more = count > 1 ? ` (and ${count - 1} more)` : '';
      const message = `${path}:${first.line}:${first.column}: ${first.message}${more}`;
      const hint = first.hint ?? `Correct that line; \`${engine}\` then takes it up by itself.`;
      return { ...base, text: null, findings, names, cause: { code: 'engine_config_invalid', message, hint } };
    }
    return { ...base, text, findings, names, cause: null, masterKey: this.#keyOf(checked.masterKey, config) };
  }

  async #generated(engine: string): Promise<Wanted> {
    const base = { path: join(this.#options.data, 'litellm', `${engine}.yaml`), generated: true, findings: [] };
    const gateway = await this.#options.gateway();
    const config = this.#options.config();
    const none = { ...base, text: null, masterKey: null, names: [] };
    if (config === null || gateway === null) return { ...none, cause: NO_GATEWAY };
    const { text, names } = generateLitellm(config, gateway);
    if (names.length === 0) return { ...none, cause: NOTHING_TO_SERVE };
    return { ...base, text, cause: null, masterKey: null, names };
  }

  /** A key written in the file, or the value of the variable that it names. */
  #keyOf(written: string | null, config: EngineConfig): string | null {
    const variable = /^os\.environ\/(.+)$/.exec(written ?? '')?.[1];
    if (variable === undefined) return written;
    return config.env[variable] ?? this.#options.env[variable] ?? null;
  }

  /** With our own file no `.env` of the working folder changes what it does, and its pages are off. */
  #ours(): Record<string, string> {
    return {
      [GATEWAY_KEY]: this.#options.token,
      LITELLM_MODE: 'PRODUCTION',
      DISABLE_ADMIN_UI: 'True',
      NO_DOCS: 'True',
    };
  }

  async #write(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, text, { mode: 0o600 });
  }

  #watch(unit: EngineUnit): void {
    const { configPath, home } = this.#options;
    const written = unit.config.config;
    if (written === null) return this.#unwatch(unit.name);
    const path = resolve(dirname(configPath), expandHome(written, { home, platform: 'linux' }));
    if (this.#watchers.get(unit.name)?.path === path) return;
    this.#unwatch(unit.name);
    const watcher = watchConfigFile(path, () => void this.review());
    this.#watchers.set(unit.name, { path, close: () => watcher.close() });
  }

  #unwatch(engine: string): void {
    this.#watchers.get(engine)?.close();
    this.#watchers.delete(engine);
  }
}

const START = 'from litellm import run_server; run_server()';

/** With our own file a database that the user's environment names is not ours to use. (An empty name would stop the start.) */
const START_WITHOUT_DATABASE = `import os; os.environ.pop('DATABASE_URL', None); ${START}`;

/** Ends that another file or an install can cure. */
const CURABLE: ReadonlySet<ErrorCode> = new Set([
  'engine_config_invalid',
  'install_needed',
  'release_refused',
  'command_not_found',
  'exited',
]);

const isOurs = (config: EngineConfig) => config.mode !== 'external' && config.manager === 'process';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

const unreadable = (path: string, why: string): Cause => ({
  code: 'engine_config_invalid',
  message: `LiteLLM’s config ${path} can’t be used: ${why}.`,
  hint: 'Check the engine’s `config`.',
});

const installNeeded = (engine: string): Cause => ({
  code: 'install_needed',
  message: `LiteLLM is not installed: ${PINS.version} would be downloaded (${Math.round(PINS.download / 1e6)} MB) into Stackyard’s data folder.`,
  hint: `Install it on its page in the window, or with \`stackyard up ${engine} --yes\`.`,
});

const NO_GATEWAY: Cause = {
  code: 'engine_unsupported',
  message: 'LiteLLM asks the gateway for every model, and the gateway does not listen.',
  hint: ERRORS.gateway_port_in_use.hint,
};

const NOTHING_TO_SERVE: Cause = {
  code: 'engine_config_invalid',
  message: 'There is nothing for LiteLLM to serve: no entry of `models:` has a target on another engine.',
  hint: 'Add one under `models:`, or give LiteLLM a file of its own as `config`.',
};
