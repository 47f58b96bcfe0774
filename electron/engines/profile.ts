/**
 * What Stackyard knows about one kind of engine, as data and pure functions. A seventh kind is one more profile, one fixture
 * and one row in the docs; nothing outside this room asks which kind an engine is.
 */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { WorkReading } from '../../shared/engine-work.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Abilities, Cause, EngineKind, Protocol, TargetPhase } from '../../shared/model.ts';
import type { MemoryHabits, MemoryWish } from './memory.ts';

/**
 * Where a profile's requests go. `path` begins with `/` and is appended to the engine's address (`addressOf` in
 * `address.ts`): the server's root, but for `openai` the base as configured, since there nothing else is known.
 */
export interface RequestSpec {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What came back from a `RequestSpec`: a status with its body, or no answer at all. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly json: unknown;
    }
  | {
      readonly status: null;
      readonly code: 'refused' | 'timeout' | 'reset' | 'invalid' | 'unreachable';
      readonly message: string;
    };

/** `ready` serves · `loading` up, the model is not · `silent` nothing answers yet · `bad` answers, but not as it should. */
export interface Verdict {
  readonly state: 'ready' | 'loading' | 'silent' | 'bad';
  /** 0–1 where the engine tells. */
  readonly progress: number | null;
  readonly message: string | null;
}

/** A model id that an engine reports, with its phase where the engine tells (`ready` for a single-model server). */
export interface ReportedModel {
  readonly id: string;
  readonly phase: TargetPhase;
  readonly progress: number | null;
  readonly context_length: number | null;
  /** Size of the weights; left out by engines that do not tell. */
  readonly bytes?: number | null;
  /** How much of it the engine says is in GPU memory. */
  readonly gpu_bytes?: number | null;
  /** What it takes and does beside text; left out by engines that do not tell. */
  readonly can?: Abilities;
  /** How its weights are quantised, in the engine's words; left out by engines that do not tell. */
  readonly quantization?: string;
  /** Whether the engine loads and unloads it on its own (a model of llama.cpp's router, of Ollama). */
  readonly loadable: boolean;
  /** Other names that a request may use for it, not listed on their own (Ollama's without `:latest`). */
  readonly also?: readonly string[];
}

/** What of a model its engine may tell beyond its list. */
export type ModelDescription = Partial<Pick<ReportedModel, 'can' | 'quantization'>>;

/** What to run. `command` is a name for PATH or a path; every value is already resolved (secrets too). */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface LaunchContext {
  readonly host: string;
  readonly port: number;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Home folder, for `~` in paths. */
  readonly home: string;
  /** For a profile that `prepares`; absent otherwise. */
  readonly prepared?: Prepared;
}

/** What the host made ready for a launch because config and profile alone can't: a program of ours, a file that it wrote. */
export interface Prepared {
  /** What to run and its first arguments; `null` = what the config names, or the kind's usual command. */
  readonly program: { readonly command: string; readonly args: readonly string[] } | null;
  /** The file to run it with, absolute; checked, or written by us. */
  readonly config: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** What the engine will expect as its key; `null` = that of the config. */
  readonly apiKey: string | null;
}

/** A known failure, matched on the log's last lines (exit codes tell nothing: llama-server exits 1 for everything). */
export interface KnownFailure {
  readonly code: ErrorCode;
  readonly pattern: RegExp;
  /** Message and hint may use `$1`… of the pattern. */
  readonly message: string;
  readonly hint: string | null;
}

/** How a model is got for an engine, and what to do instead where that is not Stackyard's to do. */
export type PullWay =
  /** The engine does it, by a name; it tells about it in a stream of JSON lines. */
  | {
      readonly by: 'engine';
      readonly request: (model: string) => RequestSpec;
      /** One line, parsed; `null` when it says nothing. */
      readonly read: (line: unknown) => PullNews | null;
    }
  /** We put a GGUF file into its folder; `relist` makes it look there again while it runs. */
  | { readonly by: 'file'; readonly folder: string; readonly relist: RequestSpec }
  | { readonly by: 'nobody'; readonly message: string; readonly hint: string };

export interface PullNews {
  /** `pulling manifest`, `verifying sha256 digest`. */
  readonly doing: string | null;
  readonly layer: { readonly id: string; readonly total: number; readonly done: number } | null;
  readonly error: string | null;
  readonly success: boolean;
}

/** How an engine is asked about its work. */
export interface WorkWay {
  /** The questions, given the models that it reports; none when there is nothing to ask about. */
  readonly ask: (models: readonly ReportedModel[]) => readonly RequestSpec[];
  /** `null` when the answer tells nothing, as where metrics are switched off. */
  readonly read: (answer: Answer) => WorkReading | null;
}

export interface EngineProfile {
  readonly kind: EngineKind;
  /** `llama.cpp`, `Ollama`. */
  readonly title: string;
  /** Program looked up on PATH when config names none; `null` for a kind that is never started. */
  readonly command: string | null;
  /** The port of the kind when nothing else is said; `null` when it has none. */
  readonly usualPort: number | null;
  /** What it speaks, given its config (`openai` speaks what every server does). */
  readonly speaks: (config: EngineConfig) => readonly Protocol[];
  /** Address (see `RequestSpec`) → base to which `/chat/completions` is appended. */
  readonly baseUrl: (address: string) => string;
  /** Address (see `RequestSpec`) → the server's root, for paths outside `/v1`. */
  readonly rootUrl: (address: string) => string;
  /** argv and env, always with explicit host and port; or why it can't be started this way. */
  readonly launch: (config: EngineConfig, context: LaunchContext) => Launch | { readonly cause: Cause };
  /** Which of the host's preparations must come before a launch; most kinds need none. */
  readonly prepares?: 'litellm';
  /**
   * All of them may be asked at any time: none wakes or loads a model, keeps one in memory, or waits for one (held to in
   * `probes.test.ts` and, against the real engines, in `probes.int.test.ts`). Each kind takes its key as `Authorization: Bearer`.
   */
  readonly probes: {
    readonly ready: RequestSpec;
    readonly live: RequestSpec;
    /** Unless `fixedModels` says that one answer is enough. */
    readonly models: RequestSpec | null;
    /** Which of those models are in memory, where that takes a second question; its answer goes into `reported`. */
    readonly loaded: RequestSpec | null;
    readonly version: RequestSpec | null;
    /** Tells this kind from other servers on the same port. */
    readonly identify: RequestSpec;
  };
  /** What it tells of its work; `null` for a kind that tells nothing. Held to the same as the probes. */
  readonly work: WorkWay | null;
  /** The list of models never changes while it runs, so it is asked for once and not again. */
  readonly fixedModels: boolean;
  /** Requests that it can work on at once, when the config says nothing; `null` = it sees to that itself. */
  readonly maxConcurrent: number | null;
  readonly judge: (answer: Answer) => Verdict;
  readonly identify: (answer: Answer) => boolean;
  /** The models in the answer to `probes.models` (and `probes.loaded`); `null` when the answer tells nothing. */
  readonly reported: (answer: Answer, loaded?: Answer | null) => readonly ReportedModel[] | null;
  readonly version: (answer: Answer) => string | null;
  /**
   * A question about one model, asked once for each as long as it is listed with the same size; `null` where the list tells all
   * there is. Held to the same as the probes.
   */
  readonly describe: {
    readonly ask: (id: string) => RequestSpec;
    /** `null` when the answer tells nothing. */
    readonly read: (answer: Answer) => ModelDescription | null;
  } | null;
  /** `null` when single models can't be loaded or unloaded while it runs. */
  readonly loading: {
    readonly load: (id: string) => RequestSpec;
    readonly unload: (id: string) => RequestSpec;
  } | null;
  /** A stream of server-sent events about loading, open while somebody looks; never wakes a model. */
  readonly progress: {
    readonly stream: RequestSpec;
    /** One event's `data`, parsed as JSON; `null` when it says nothing about a model. */
    readonly read: (data: unknown) => ReportedModel | null;
  } | null;
  /** Whether single models can be loaded: told by the config, for an external server by what it reports. */
  readonly loadsModels: (config: EngineConfig, reported?: readonly ReportedModel[] | null) => boolean;
  /** How its config makes it use memory; `null` for a kind that holds no models itself, or elsewhere. */
  readonly memory: ((config: EngineConfig, wish: MemoryWish) => MemoryHabits) | null;
  /** How a model is got for it. */
  readonly pull: (config: EngineConfig) => PullWay;
  /** How it is asked to end; how long it may take is the config's `stop_timeout`, then it is killed with all that is its own. */
  readonly stop: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly to: 'leader' | 'group' };
  readonly failures: readonly KnownFailure[];
}
