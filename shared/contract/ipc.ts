/**
 * What the window, the tray, the command line and the headless UI may ask of the host: one typed map of calls, one of events.
 * Inputs are validated here, once, where the less trusted side enters; outputs are the host's own and typed only.
 */
import * as v from 'valibot';
import type { EngineWork, WorkPoint } from '../engine-work.ts';
import type { FitView, KnownFootprint } from '../fit.ts';
import type { GpuPoint, GpuSample } from '../gpu.ts';
import type { Cause, CrashCard, EngineDetail, Finding, JobView, LogLine, Plan, StackSnapshot } from '../model.ts';
import type { SystemSample } from '../system.ts';
import type { Traffic } from '../traffic.ts';
import type { Detected, TriedServer } from './detected.ts';
import type { StackReport } from './report.ts';
import type { RequestRecord } from './router.ts';
import { type VerifyRun, type VerifyView, VIAS } from './verify.ts';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const names = v.pipe(v.array(name), v.maxLength(256));
const text = v.pipe(v.string(), v.maxLength(4 * 1024 * 1024));
const nothing = v.strictObject({});
/** Tokens or requests at a time; `null` = as configured. */
const amount = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000_000)));
/** First 12 hex digits of a text's sha256. */
const revision = v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/, 'is no revision (12 digits of 0-9 and a-f)'));
/** `names: []` means all. `wait_ms: null` returns at once, else waits for ready / stopped-and-verified that long. */
const engines = v.strictObject({ names, wait_ms: v.nullable(v.pipe(v.number(), v.minValue(0))) });

/** Input schema of every call. The keys are the whole vocabulary. */
export const CALLS = {
  'snapshot.get': nothing,
  /** `up`: ends holds and starts the `with-app` engines, or exactly the named ones. */
  'engines.start': engines,
  /** `down`: stops and holds every managed engine, or exactly the named ones. */
  'engines.stop': engines,
  'engines.restart': engines,
  /** What the page of one engine shows beyond its row in the snapshot. Asked for while the page is open, never pushed. */
  'engine.detail': v.strictObject({ engine: name }),
  /** Ends the server that somebody else runs for an engine, as a person asked, and starts our own; `pid` is the one they were shown. */
  'engine.takeover': v.strictObject({
    engine: name,
    pid: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))),
    wait_ms: v.nullable(v.pipe(v.number(), v.minValue(0))),
  }),
  /** A pinned engine is not stopped for being idle, for another one of its group, or to free memory; kept over restarts. */
  'engines.pin': v.strictObject({ name, on: v.boolean() }),
  /** What an engine needs before it can start, and what is wrong with its own config file. `null` for kinds that need neither. */
  'engine.setup': v.strictObject({ engine: name }),
  /** Installs what `engine.setup` says is needed, as a job; the person has agreed to it. `job: null` = nothing to do. */
  'engine.install': v.strictObject({ engine: name }),
  /** `model` is any name that resolves; `engine` narrows it to one engine. */
  'model.load': v.strictObject({ model: name, engine: v.nullable(name) }),
  'model.unload': v.strictObject({ model: name, engine: v.nullable(name) }),
  /** Whether there is room for a model, on each of its targets; `context` and `slots` instead of what the config says. Loads nothing. */
  'model.fit': v.strictObject({ model: name, engine: v.nullable(name), context: amount, slots: amount }),
  /** What each model takes of memory, measured or reckoned; those of which nothing is known are left out. */
  'footprints.list': nothing,
  /** Unloads models and stops idle managed engines, without a hold. */
  'memory.free': nothing,
  /**
   * Begins to get a model for an engine: a name for Ollama, `hf:OWNER/REPO/FILE.gguf` or an address for a folder of files.
   * Returns at once; the rest is told by the job.
   */
  'model.pull': v.strictObject({
    engine: name,
    model: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
    sha256: v.nullable(name),
  }),
  'jobs.list': nothing,
  /** Ends a job and waits until it has ended; what it has so far is kept for `job.retry`. */
  'job.cancel': v.strictObject({ id: name }),
  /** Does a failed or cancelled job again, from where it was. */
  'job.retry': v.strictObject({ id: name }),
  /** Takes an ended job off the list, and throws away what an unfinished one had kept. */
  'job.dismiss': v.strictObject({ id: name }),
  /** Newest lines up to `limit`; with `after`, only those past that `seq`; with `before`, only those ahead of it. `engine: null` = Stackyard's own log. */
  'logs.read': v.strictObject({
    engine: v.nullable(name),
    after: v.nullable(v.number()),
    before: v.nullable(v.number()),
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000)),
  }),
  /** Turns the `log` event for this engine on or off, for this caller. */
  'logs.watch': v.strictObject({ engine: v.nullable(name), on: v.boolean() }),
  /** Requests of late: those under way, and up to `limit` finished ones, newest first. */
  'requests.list': v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)) }),
  /** Turns the `requests` event on or off, for this caller. */
  'requests.watch': v.strictObject({ on: v.boolean() }),
  /** Turns the `traffic` event on or off, for this caller. */
  'traffic.watch': v.strictObject({ on: v.boolean() }),
  /** Ends one that is under way; its client sees the connection close. */
  'request.cancel': v.strictObject({ id: name }),
  'cooldowns.list': nothing,
  /** `target` is `ENGINE/MODEL`; `null` means all. */
  'cooldowns.clear': v.strictObject({ target: v.nullable(name) }),
  /** Proves models, all with `models: []`; ends when that is done. `wake`: stopped engines are started for it. */
  'verify.run': v.strictObject({ models: names, via: v.nullable(v.picklist(VIAS)), wake: v.boolean() }),
  'verify.last': nothing,
  /** The graphics cards and who holds their memory, as of now. */
  'gpu.get': nothing,
  /** Turns the `gpu` event on or off, for this caller. */
  'gpu.watch': v.strictObject({ on: v.boolean() }),
  /** The past of one card, oldest first: each look of the last hour, or a mean for each minute of the last week. */
  'gpu.history': v.strictObject({ gpu: name, span: v.picklist(['hour', 'week']) }),
  /** The machine, and what each engine takes of it, as of now. */
  'system.get': nothing,
  /** Turns the `system` event on or off, for this caller. */
  'system.watch': v.strictObject({ on: v.boolean() }),
  /** Turns the `work` event on or off, for this caller. */
  'work.watch': v.strictObject({ on: v.boolean() }),
  /** What an engine told of its work in the last minutes, oldest first. */
  'work.history': v.strictObject({ engine: name }),
  /** How the stack is, compared with the last report; nothing secret in it. */
  'report.make': nothing,
  'config.read': nothing,
  'config.plan': v.strictObject({ text: v.nullable(text) }),
  /** `text: null` applies the file as it is on disk. `if_revision` guards against a concurrent change of the file. */
  'config.apply': v.strictObject({
    text: v.nullable(text),
    if_revision: v.nullable(v.string()),
    /** The text was made from another program's config. */
    imported: v.optional(v.literal(true)),
  }),
  /** The versions of the config file that were applied, newest first. */
  'config.history': nothing,
  /** One of them, with its text. */
  'config.version': v.strictObject({ revision }),
  /** Writes the text of a version back and applies it; `if_revision` as in `config.apply`. */
  'config.rollback': v.strictObject({ revision, if_revision: v.nullable(v.string()) }),
  'setup.detect': nothing,
  /**
   * Asks a server that somebody named for its models, as the gateway would. A key that it accepts is kept in the host; the
   * answer has the name that the config then uses for it.
   */
  'setup.try': v.strictObject({
    url: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
    api_key: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(8192))),
  }),
  /** The first config. Keys of `setup.try` that it names go into secrets.yaml beside it. */
  'setup.write': v.strictObject({ text }),
  /** Where the playground sends its requests, and with which per-launch token. */
  'gateway.access': nothing,
} as const;

export type CallName = keyof typeof CALLS;
export type CallInput<N extends CallName> = v.InferOutput<(typeof CALLS)[N]>;

export interface EngineOutcome {
  readonly engine: string;
  readonly ok: boolean;
  /** Why not; `null` when ok. */
  readonly cause: Cause | null;
  /** How its run ended, when it was to come up and left a card in doing so. */
  readonly crash?: CrashCard;
}

/** A finding with its line of the file and carets under the place, so that the file itself need not be there. */
export type FramedFinding = Finding & { readonly frame: string };

export interface EngineSetup {
  readonly engine: string;
  readonly install: {
    /** `LiteLLM 1.106.2`. */
    readonly title: string;
    /** Where it would be, or is. */
    readonly folder: string;
    /** Bytes. */
    readonly download: number;
    /** Nothing that could be run was found, and installing it would help. */
    readonly needed: boolean;
    /** What is run: our own folder, or a program found elsewhere; `null` when there is none. */
    readonly program: string | null;
    /** Why that program is not run. */
    readonly cause: Cause | null;
  };
  readonly file: {
    readonly path: string;
    /** Whether Stackyard writes it from its own config. */
    readonly generated: boolean;
    readonly findings: readonly FramedFinding[];
    /** Why the engine is not started with it. */
    readonly cause: Cause | null;
  };
}

export interface ConfigFile {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
  /** Of `text` on disk. */
  readonly revision: string;
  /** Of the config that runs; `null` when none does. */
  readonly running_revision: string | null;
  readonly findings: readonly Finding[];
}

/** Whence a version of the config came: by whom it was applied. */
export const CONFIG_ORIGINS = ['window', 'cli', 'file', 'import', 'start', 'rollback'] as const;
export type ConfigOrigin = (typeof CONFIG_ORIGINS)[number];

/** A version of the config file that was applied. */
export interface AppliedVersion {
  readonly revision: string;
  /** When, ISO. */
  readonly at: string;
  /** `file`: it was changed on disk; `start`: it was found so when Stackyard came up. */
  readonly origin: ConfigOrigin;
  /** What it changed when it was applied. */
  readonly plan: Plan;
}

/** The same with its text, byte for byte as it was in the file. */
export type ConfigVersion = AppliedVersion & { readonly text: string };

/** Requests: what is under way, and what has ended. */
export interface RequestNews {
  readonly active: readonly RequestRecord[];
  /** Further ones under way, which are not listed. */
  readonly more: number;
  readonly finished: readonly RequestRecord[];
}

/** A target that is left alone for a while after failures. */
export interface CooldownView {
  readonly engine: string;
  readonly model: string;
  /** The failure that was one too many. */
  readonly why: string;
  /** When it may be tried again, ISO. */
  readonly until: string;
}

export interface CallOutput {
  'snapshot.get': StackSnapshot;
  'engines.start': readonly EngineOutcome[];
  'engines.stop': readonly EngineOutcome[];
  'engines.restart': readonly EngineOutcome[];
  'engine.detail': EngineDetail;
  'engine.takeover': readonly EngineOutcome[];
  'engines.pin': null;
  'engine.setup': EngineSetup | null;
  'engine.install': { readonly job: string | null };
  'model.load': readonly EngineOutcome[];
  'model.unload': readonly EngineOutcome[];
  'model.fit': readonly FitView[];
  'footprints.list': readonly KnownFootprint[];
  'memory.free': {
    readonly unloaded: readonly string[];
    readonly stopped: readonly string[];
    readonly kept: readonly { readonly name: string; readonly why: string }[];
  };
  /** `joined`: the same was under way already. */
  'model.pull': { readonly id: string; readonly joined: boolean };
  'jobs.list': readonly JobView[];
  'job.cancel': JobView;
  'job.retry': null;
  'job.dismiss': null;
  'logs.read': { readonly lines: readonly LogLine[]; readonly path: string };
  'logs.watch': null;
  'requests.list': RequestNews;
  'requests.watch': null;
  'traffic.watch': null;
  'request.cancel': null;
  'cooldowns.list': readonly CooldownView[];
  'cooldowns.clear': null;
  'verify.run': VerifyRun;
  'verify.last': VerifyView;
  'gpu.get': GpuSample;
  'gpu.watch': null;
  'gpu.history': readonly GpuPoint[];
  'system.get': SystemSample;
  'system.watch': null;
  'work.watch': null;
  'work.history': readonly WorkPoint[];
  'report.make': { readonly report: StackReport; readonly markdown: string };
  'config.read': ConfigFile;
  'config.plan': { readonly findings: readonly Finding[]; readonly plan: Plan | null };
  'config.apply': { readonly findings: readonly Finding[]; readonly plan: Plan | null; readonly applied: boolean };
  'config.history': { readonly running_revision: string | null; readonly versions: readonly AppliedVersion[] };
  'config.version': ConfigVersion;
  'config.rollback': CallOutput['config.apply'];
  'setup.detect': Detected;
  'setup.try': TriedServer;
  'setup.write': { readonly path: string };
  'gateway.access': { readonly base_url: string; readonly token: string };
}

/** Calls that only the Electron shell answers; absent (`null` bridge members) elsewhere. */
export const SHELL_CALLS = {
  'shell.copy': v.strictObject({ text }),
  'shell.reveal': v.strictObject({ what: v.picklist(['config', 'logs']) }),
  'shell.ready': nothing,
} as const;
export type ShellCallName = keyof typeof SHELL_CALLS;
export type ShellCallInput<N extends ShellCallName> = v.InferOutput<(typeof SHELL_CALLS)[N]>;

/**
 * Events pushed by the host. Who begins to listen is told the newest snapshot, jobs, proofs and config at once, so that what
 * was told meanwhile is harmless to miss.
 */
export interface Events {
  snapshot: StackSnapshot;
  /** All of the host's jobs, newest first: at most four times a second while something moves, not at all otherwise. */
  jobs: readonly JobView[];
  /** What is under way, whole, and what has ended since the last time; only for who watches. */
  requests: RequestNews;
  /** What ended of late, in figures: at most once a second; only for who watches. */
  traffic: Traffic;
  /** At most once a second; only for who watches. */
  gpu: GpuSample;
  /** At most once a second; only for who watches. */
  system: SystemSample;
  /** What engines tell of their work, those that tell of it: at most once a second; only for who watches. */
  work: readonly EngineWork[];
  log: { readonly engine: string | null; readonly lines: readonly LogLine[] };
  /** What is known of models' proofs: after each one, and when a run ends. */
  verify: VerifyView;
  /** The config file changed on disk, or another one runs now. */
  config: { readonly path: string; readonly revision: string };
  /** The tray or a notification asks the window to show a page, e.g. `engines/llama`. */
  navigate: { readonly page: string };
  /** The shell's word on its window: whether it is on the screen, neither in the tray nor minimised. Told to every page. */
  seen: { readonly on: boolean };
}
export type EventName = keyof Events;

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Cause };

/** The one set of handlers that every surface calls (`electron/host/commands.ts` implements it). */
export type Handlers = { readonly [N in CallName]: (input: CallInput<N>, caller: Caller) => Promise<CallOutput[N]> };

/** Who asks; owns what lasts longer than the call (a log watch). */
export interface Caller {
  readonly id: string;
  /** From where: the app's own window and tray, or a command line. */
  readonly from: 'window' | 'cli';
  readonly emit: <E extends EventName>(event: E, payload: Events[E]) => void;
  /** Called once when the caller is gone; at once when it is gone already. */
  readonly onGone: (listener: () => void) => void;
}

/** What `preload.ts` puts on `window.stackyard`, and what the headless UI provides over HTTP. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Reply<CallOutput[N]>>;
  shell<N extends ShellCallName>(name: N, input: ShellCallInput<N>): Promise<Reply<null>>;
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
  /** Whether the host is to tell of news from now on; at first it does not. A page that nobody sees asks for none. */
  hear(on: boolean): void;
  readonly platform: 'darwin' | 'linux' | 'win32' | 'web';
}

/** Input of a call, checked; throws nothing, gives the first complaint with its path. */
export function parseInput<N extends CallName>(call: N, input: unknown): Reply<CallInput<N>> {
  const result = v.safeParse(CALLS[call], input);
  if (result.success) return { ok: true, value: result.output as CallInput<N> };
  const issue = result.issues[0];
  const at = v.getDotPath(issue) ?? 'input';
  return { ok: false, error: { code: 'bad_input', message: `${call}: ${at}: ${issue.message}`, hint: null } };
}

/** Whether a string names a call. */
export function isCallName(value: unknown): value is CallName {
  return typeof value === 'string' && Object.hasOwn(CALLS, value);
}
