/**
 * The nouns that every room speaks. Everything here crosses a process boundary or reaches a person, so the field names
 * are those of the contract (`status --json`): snake_case, bytes, milliseconds, ISO times, `null` for unknown.
 */
import type { ErrorCode } from './errors.ts';

export const ENGINE_KINDS = ['ollama', 'vllm', 'llama.cpp', 'llama-cpp-python', 'litellm', 'openai'] as const;
export type EngineKind = (typeof ENGINE_KINDS)[number];

/**
 * What an engine is doing.
 * `stopped` not running (external: nothing answers) · `starting` process wanted or spawned, port silent ·
 * `loading` process answers, model not yet · `ready` takes requests · `unhealthy` alive but failing its probes ·
 * `draining` takes nothing new, finishes what it has · `stopping` signalled, being verified ·
 * `backoff` died, will be started again · `failed` gave up; carries the cause.
 */
export const ENGINE_PHASES = [
  'stopped',
  'starting',
  'loading',
  'ready',
  'unhealthy',
  'draining',
  'stopping',
  'backoff',
  'failed',
] as const;
export type EnginePhase = (typeof ENGINE_PHASES)[number];

/** Who runs the process: we do, somebody else does (we only probe), or a systemd unit that we drive. */
export type Owner = 'managed' | 'external' | 'systemd';

/** When an engine starts: with the stack, when a request asks for it, or only by hand. */
export type StartMode = 'with-app' | 'on-demand' | 'manual';

/** What one target of a model is doing right now, as `status` and `/ready` report it. */
export const TARGET_PHASES = [
  'not_loaded',
  'loading',
  'ready',
  'sleeping',
  'cooling',
  'held',
  'failed',
  'unavailable',
] as const;
export type TargetPhase = (typeof TARGET_PHASES)[number];

/** Why something is not as wanted: a row of `errors.ts`, said for this case. */
export interface Cause {
  readonly code: ErrorCode;
  /** What happened and why, one or two sentences. */
  readonly message: string;
  /** What to do about it; `null` when there is nothing better than reading the log. */
  readonly hint: string | null;
  /** Only with `port_busy`: which port it is about. */
  readonly port?: BusyPort;
}

/** A port that somebody else has. */
export interface BusyPort {
  readonly port: number;
  /** `null` when the system does not tell. */
  readonly holder: ForeignOwner | null;
  /** A free one near it that is nobody's usual port; `null` when none was found. */
  readonly free: number | null;
}

/** A protocol that an engine understands and a target must speak to be a candidate. */
export const PROTOCOLS = [
  'chat',
  'completions',
  'embeddings',
  'messages',
  'responses',
  'rerank',
  'audio',
  'ollama',
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface EngineView {
  readonly name: string;
  readonly kind: EngineKind;
  /** `null` before the first probe of an `auto` engine. */
  readonly owner: Owner | null;
  /** `null` only when no host runs (the command line then reads the config file alone). */
  readonly phase: EnginePhase | null;
  /** Stopped by a person; no request wakes it until it is started or the stack is switched on. */
  readonly held: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  /** The server's root, without `/v1`. */
  readonly url: string | null;
  readonly version: string | null;
  /** When the present phase began, ISO. */
  readonly since: string | null;
  /** Restarts in the present `restart.window`. */
  readonly restarts: number;
  /** Bytes: RssAnon + RssShmem over the process tree; `null` when it can't be told. */
  readonly memory: number | null;
  readonly cause: Cause | null;
  // beyond the contract's list:
  /** Who runs an external engine that answers; `null` for our own, for one elsewhere, and when the system does not tell. */
  readonly run_by: ForeignOwner | null;
  /** Somebody else runs it, and Stackyard may be told to take it over (`mode: auto`). */
  readonly adopted: boolean;
  readonly start: StartMode;
  readonly group: string | null;
  /** 0–1 while loading and the engine tells; else `null`. */
  readonly progress: number | null;
  readonly in_flight: number;
  readonly waiting: number;
  /** The redacted command line of the present or last run; `null` for an external engine. */
  readonly command: string | null;
  /** Whether single models can be loaded and unloaded while the engine runs. */
  readonly loads_models: boolean;
  /** How `model.pull` gets a model for it: by a name, as a file; `null` when that is not ours to do. */
  readonly pulls: 'name' | 'file' | null;
  /** Kept by a person: not stopped for being idle, for its group or to free memory. */
  readonly pinned: boolean;
  /** The engine that a wanted one waits for: until it leaves their group, or is ready for its dependant. */
  readonly waits_for: { readonly engine: string; readonly why: 'group' | 'depends_on' } | null;
  /** When it will be stopped for being idle, ISO; `null` while it is used or must stay. */
  readonly idle_stop_at: string | null;
  /** Bytes above which it is started anew when idle; `null` = no limit. */
  readonly max_memory: number | null;
  /** How often it made room for another one of its group since Stackyard started. */
  readonly made_room: number;
}

/**
 * Who runs a process that is not ours, as far as the system tells. `program` = started by hand or by some program ·
 * `systemd` = a unit started it · `service` = a service of macOS or Windows, which starts it again when it ends · `app` = a
 * desktop app that starts it again when it ends · `container` = it lives in one.
 */
export interface ForeignOwner {
  readonly by: 'program' | 'systemd' | 'service' | 'app' | 'container';
  readonly pid: number | null;
  /** Name of the process. */
  readonly name: string | null;
  /** Name of the user it runs as. */
  readonly user: string | null;
  /** Whether that is the user that Stackyard runs as; `null` when the system does not tell. */
  readonly mine: boolean | null;
  /** `ollama.service`; and whether it belongs to the user's own systemd. Only with `by: systemd`. */
  readonly unit: { readonly name: string; readonly scope: 'user' | 'system' } | null;
  /** Name of the app, service or container, or of the program that started it; `null` when the system does not tell. */
  readonly parent: string | null;
}

/** How a run that nobody had asked to end came to its end. */
export interface CrashCard {
  readonly at: string;
  /** Exit code; `null` when a signal ended it, or it never started. */
  readonly code: number | null;
  readonly signal: string | null;
  /** How long it had run; `null` when it never started. */
  readonly ran_ms: number | null;
  readonly cause: Cause;
  /** The run's last lines, at most 50, redacted; oldest first. */
  readonly lines: readonly LogLine[];
  /** Redacted command line. */
  readonly command: string | null;
  /** Set when a port was in the way: who has it, and a free one to take instead. */
  readonly port: BusyPort | null;
}

/** One of the questions that an engine is asked while it runs, and its last answer. */
export interface ProbeView {
  readonly probe: 'ready' | 'live' | 'models' | 'loaded' | 'version';
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** `null` = not asked in this run. */
  readonly last: {
    readonly at: string;
    readonly ms: number;
    /** HTTP status; `null` when nothing answered. */
    readonly status: number | null;
    /** `ready`, `loading`, `silent`, `bad`; for questions without a verdict `null`. */
    readonly verdict: 'ready' | 'loading' | 'silent' | 'bad' | null;
    readonly message: string | null;
  } | null;
}

/** What the page of one engine shows beyond its row in the snapshot; asked for, not pushed. */
export interface EngineDetail {
  readonly engine: string;
  readonly title: string;
  readonly speaks: readonly Protocol[];
  /** Redacted; `null` for an engine that Stackyard does not start. */
  readonly command: string | null;
  /** What is added to the environment, redacted. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
  readonly probes: readonly ProbeView[];
  /** Of the last unwanted end since Stackyard started; newest first, at most 10. */
  readonly crashes: readonly CrashCard[];
  /** Who runs it; `null` for our own, or when the system does not tell. */
  readonly run_by: ForeignOwner | null;
  readonly log_path: string;
}

/** Work that takes a while and belongs to the host: it goes on when the window is closed. */
export interface JobView {
  readonly id: string;
  readonly kind: 'pull' | 'install';
  /** What it is for: `ollama`, `llama`. */
  readonly engine: string;
  /** `qwen2.5:7b`, `LiteLLM 1.2.3`. */
  readonly title: string;
  readonly phase: 'waiting' | 'running' | 'verifying' | 'done' | 'failed' | 'cancelled';
  /** What it is doing, in words: `downloading`, `unpacking`; `null` when there is no more to say than the phase. */
  readonly doing: string | null;
  readonly done_bytes: number | null;
  readonly total_bytes: number | null;
  /** Bytes per second over the last seconds; `null` when nothing moves. */
  readonly rate: number | null;
  readonly left_ms: number | null;
  /** What came of it, once it is done and there is more to say: where the file lies, what is left to do. */
  readonly outcome: string | null;
  readonly cause: Cause | null;
  readonly started: string;
  readonly ended: string | null;
}

/** What a model takes and does beside text, as its engine tells; `null` = it does not tell. */
export interface Abilities {
  /** It takes pictures. */
  readonly images: boolean | null;
  /** It calls tools. */
  readonly tools: boolean | null;
  /** It thinks before it answers. */
  readonly reasoning: boolean | null;
}

export interface TargetView {
  readonly engine: string;
  readonly model: string;
  readonly phase: TargetPhase | null;
  /** 0–1 while loading and known. */
  readonly progress: number | null;
  /** Tokens of context, as configured or as the engine tells; absent without a host. */
  readonly context_length?: number | null;
  /** Size of the weights as the engine tells; absent without a host. */
  readonly bytes?: number | null;
  /** `null` when the engine tells nothing of it; absent without a host. */
  readonly can?: Abilities | null;
  /** How its weights are quantised, in the engine's words: `Q4_K_M`; absent without a host. */
  readonly quantization?: string | null;
}

export interface ModelView {
  readonly id: string;
  /** An entry under `models:`, an alias, or an id that an engine reports. */
  readonly origin: 'entry' | 'alias' | 'discovered';
  /** The entry that an alias stands for. */
  readonly alias_of: string | null;
  readonly targets: readonly TargetView[];
}

export type GatewayPhase = 'stopped' | 'starting' | 'ready' | 'failed';

export interface GatewayView {
  /** `http://HOST:PORT` without `/v1`; `null` while there is no host. */
  readonly url: string | null;
  readonly phase: GatewayPhase;
  readonly in_flight: number;
  readonly waiting: number;
  readonly cause: Cause | null;
  /** Whether clients need a key. */
  readonly keys: boolean;
}

export interface ConfigView {
  /** The file; `null` when none was found yet (first run). */
  readonly path: string | null;
  /** Of the running config: first 12 hex of sha256 of its text; `null` when none runs. */
  readonly revision: string | null;
  /** `applied` file = running · `pending` file changed, waits for a yes · `invalid` file has errors, the last good one runs. */
  readonly phase: 'applied' | 'pending' | 'invalid' | null;
  readonly findings: readonly Finding[];
  /** `app.theme` of the running config; `null` when none runs. */
  readonly theme: 'system' | 'light' | 'dark' | null;
}

/** The whole control plane at one moment: idempotent, droppable, replayable. */
export interface StackSnapshot {
  readonly schema: 1;
  /** Rises with every change; a reader drops anything older than what it has. */
  readonly revision: number;
  /** Whether "Stack on" is ticked: false after `stop_all` until something is started again. */
  readonly stack_on: boolean;
  /** Worst-first summary for the tray icon. */
  readonly light: 'off' | 'starting' | 'on' | 'attention';
  readonly gateway: GatewayView;
  readonly config: ConfigView;
  readonly engines: readonly EngineView[];
  readonly models: readonly ModelView[];
  readonly router: { readonly pid: number | null };
  readonly host: { readonly pid: number; readonly version: string; readonly started: string };
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  /** Byte offset of the line's start in the engine's log; ever rising, also over a rotation. */
  readonly seq: number;
  /** When the host first saw the line, ISO; `null` for lines written before this host started. */
  readonly at: string | null;
  readonly level: LogLevel | null;
  /** Redacted, without ANSI colours. */
  readonly text: string;
  /** Told by the engine itself, or by Stackyard about it. */
  readonly source: 'engine' | 'stackyard';
}

export type Severity = 'error' | 'warning';

/** An edit by UTF-16 offsets into the file's text (BOM included), `end` exclusive. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One thing to say about a config file, at its place. Lines and columns count from 1, in UTF-16 units, ends exclusive. */
export interface Finding {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly path: readonly (string | number)[];
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

/** What applying a config would do, in the words of the plan drawer. Names only; nothing is hidden. */
export interface Plan {
  /** The running config that this plan starts from; `null` when none runs. */
  readonly base_revision: string | null;
  readonly revision: string;
  readonly changed: boolean;
  readonly engines: readonly {
    readonly name: string;
    /** `add` newly known · `remove` stopped and forgotten · `restart` runs with other arguments, restarts after draining · `update` takes effect without a restart · `keep` untouched. */
    readonly action: 'add' | 'remove' | 'restart' | 'update' | 'keep';
    /** The keys that differ, e.g. `args`, `health.every`. */
    readonly keys: readonly string[];
    /** Whether the engine runs now, so that the action is felt. */
    readonly running: boolean;
  }[];
  /** Model entries, aliases and patterns whose meaning changes. */
  readonly routes: readonly string[];
  readonly gateway: { readonly action: 'keep' | 'update' | 'rebind'; readonly keys: readonly string[] };
  /** Requests in flight that will be let finish first. */
  readonly in_flight: number;
  /** Other top-level keys that change, e.g. `app`, `logs`. */
  readonly other: readonly string[];
}
