/**
 * What host and router tell each other. Both directions carry levels, not edges: every message is a whole picture that may be
 * dropped, repeated or replayed after either side died.
 */

import type { EngineWork } from '../engine-work.ts';
import type { ErrorCode } from '../errors.ts';
import type { GpuDevice } from '../gpu.ts';
import type { Cause, EngineKind, EnginePhase, Owner, Protocol, StartMode, TargetPhase } from '../model.ts';
import type { SystemSample } from '../system.ts';

export interface EngineRoute {
  readonly name: string;
  readonly kind: EngineKind;
  /** OpenAI base to which `/chat/completions` is appended, e.g. `http://127.0.0.1:9931/v1`; `null` while it has no address. */
  readonly base_url: string | null;
  /** The server's root, for paths outside `/v1`. */
  readonly root_url: string | null;
  /** Sent upstream as `Authorization: Bearer`, resolved. */
  readonly api_key: string | null;
  readonly phase: EnginePhase;
  readonly owner: Owner | null;
  readonly held: boolean;
  readonly start: StartMode;
  readonly group: string | null;
  /** Whether a request may start it now without stopping another engine of its group. */
  readonly free_to_start: boolean;
  /** Set when the group's holder is external, pinned or not to be ended: its name. No request may start this engine then. */
  readonly group_holder: string | null;
  /** It failed, long enough ago that a request may have it tried again. */
  readonly may_retry: boolean;
  /** What it needs and no request can bring up; `null` when nothing is in its way. */
  readonly block: {
    readonly code: 'engine_failed' | 'engine_held' | 'engine_stopped';
    readonly message: string;
  } | null;
  readonly speaks: readonly Protocol[];
  /** 0–1 while loading and known. */
  readonly progress: number | null;
  readonly cause: Cause | null;
  readonly max_concurrent: number | null;
  /** Phase per model id where the engine tells (router mode); ids absent = unknown, treat as the engine's phase. */
  readonly models: Readonly<Record<string, TargetPhase>>;
  /** Tokens that a model takes at most, where the engine tells. */
  readonly contexts: Readonly<Record<string, number>>;
  /** An external engine whose model list is empty but which answers: usable for targets that config names. */
  readonly request_timeouts: { readonly connect: number; readonly first_byte: number; readonly idle: number };
}

export interface TargetRoute {
  readonly engine: string;
  readonly model: string;
  readonly weight: number;
  readonly max_concurrent: number | null;
  readonly context_length: number | null;
}

export interface ModelRoute {
  readonly id: string;
  readonly targets: readonly TargetRoute[];
  readonly strategy: 'priority' | 'weighted' | 'least-busy' | 'lowest-latency' | 'usage';
  readonly wake: 'if-none-ready' | 'always' | 'never';
  readonly affinity: boolean;
  readonly fallbacks: readonly string[];
  readonly params: {
    readonly set: Readonly<Record<string, unknown>>;
    readonly drop: readonly string[];
    readonly rename: Readonly<Record<string, string>>;
  };
  readonly timeouts: { readonly connect: number; readonly first_byte: number; readonly idle: number };
}

export interface ClientKey {
  readonly name: string;
  readonly key: string;
  readonly models: readonly string[];
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  /** ISO date; `null` = never. */
  readonly expires: string | null;
}

/** The whole data plane's knowledge. Milliseconds, bytes. */
export interface RoutingTable {
  readonly revision: number;
  readonly listen: { readonly host: string; readonly port: number };
  readonly access: {
    readonly keys: readonly ClientKey[];
    /** Per-launch token of our own window; passes as a key for all models, and admits `app_origin`. */
    readonly app_token: string | null;
    readonly app_origin: string | null;
    readonly allowed_hosts: readonly string[];
    /** This machine's own names, lower case. */
    readonly machine_names: readonly string[];
    readonly cors_origins: readonly string[];
  };
  readonly limits: { readonly max_body: number; readonly body_budget: number; readonly max_connections: number };
  readonly routing: {
    readonly retries: number;
    readonly allowed_fails: number;
    readonly cooldown: number | null;
    readonly queue: { readonly max_waiting: number; readonly max_wait: number; readonly keepalive: number | null };
    readonly timeouts: { readonly connect: number; readonly first_byte: number; readonly idle: number };
  };
  /** In file order. */
  readonly engines: readonly EngineRoute[];
  /** In file order. */
  readonly models: readonly ModelRoute[];
  readonly aliases: Readonly<Record<string, string>>;
  /** Ids that engines report, engines in file order; the first engine that reports an id wins. */
  readonly discovered: readonly {
    readonly id: string;
    readonly engine: string;
    /** Other names that mean it; found, not listed. */
    readonly also?: readonly string[];
  }[];
  readonly patterns: readonly { readonly match: string; readonly engine: string; readonly model: string | null }[];
  /** Whose prompts and answers are kept with their trace: nobody's, failed requests', everybody's. */
  readonly capture: 'off' | 'errors' | 'all';
  readonly default_model: string | null;
  readonly list_discovered: boolean;
}

/** What the router is told of the graphics cards: the newest look, without what only people read. */
export interface GpuLevels {
  readonly gpus: readonly GpuDevice[];
  /** Bytes by card and engine; what is no engine's is not in it. */
  readonly engines: readonly { readonly gpu: string; readonly engine: string; readonly bytes: number }[];
}

/** What the router needs to serve the window's page to a browser. */
export interface UiTerms {
  /** On 127.0.0.1; 0 = any that is free. */
  readonly port: number;
  /** That of this start, which the page has to bring. */
  readonly token: string;
  /** Where the built page lies. */
  readonly folder: string;
  /** The host's control socket, to which `/ws` is piped, and the line that has to be said there first. */
  readonly socket: string;
  readonly greeting: string;
}

export type ToRouter =
  | { readonly type: 'table'; readonly table: RoutingTable }
  /** Serve the page; a level, as the table is. */
  | { readonly type: 'ui'; readonly ui: UiTerms }
  /** Finish what is in flight until `deadline_ms` have passed, then close and exit 0. */
  | { readonly type: 'close'; readonly deadline_ms: number }
  /** Somebody looks at requests: from now on those under way are told too, a few times a second. */
  | { readonly type: 'watch'; readonly on: boolean }
  /** Ends a request that is under way, as if its client had gone; unknown ids do nothing. */
  | { readonly type: 'cancel'; readonly id: string }
  /** The graphics cards as they are now, for `/metrics`. */
  | { readonly type: 'gpus'; readonly levels: GpuLevels }
  /** The machine and the engines' use of it as they are now, for `/metrics`. */
  | { readonly type: 'system'; readonly sample: SystemSample }
  /** What engines tell of their work, for `/metrics`. */
  | { readonly type: 'work'; readonly work: readonly EngineWork[] }
  /** Lets cooling targets return at once: `ENGINE/MODEL`, or all. */
  | { readonly type: 'thaw'; readonly target: string | null }
  /** The one request that brings this ticket in `x-stackyard-ticket` is routed on these terms. Answered by `ticketed`. */
  | { readonly type: 'ticket'; readonly id: string; readonly terms: TicketTerms }
  /** Where so many requests for a model would go now, one after the other; nothing is sent. Answered by `rehearsed`. */
  | { readonly type: 'rehearse'; readonly id: string; readonly model: string; readonly runs: number };

/** The header of a ticket: it never goes upstream, and means nothing but for the one request that the host announced. */
export const TICKET_HEADER = 'x-stackyard-ticket';

/** How one request of the host's own is routed, so that each route can be proved. */
export interface TicketTerms {
  /** So many entries refuse: the one asked for, then its fallbacks in order. */
  readonly refuse: number;
  /** Only this target (`ENGINE/MODEL`) comes into question. */
  readonly only: string | null;
  /** Whether it may start an engine. */
  readonly wake: boolean;
}

/** What the router knows and the host does not. Sent when the table was applied, when demand or a draining engine's count changes, and at most once a second otherwise. */
export interface RouterReport {
  readonly type: 'report';
  /** Revision of the table that these facts were made under; -1 before the first. */
  readonly applied: number;
  readonly listening: { readonly host: string; readonly port: number } | null;
  /** Why the wanted address isn't bound. */
  readonly bind_error: {
    readonly code: 'gateway_port_in_use' | 'gateway_bind_failed';
    readonly message: string;
  } | null;
  readonly in_flight: number;
  readonly waiting: number;
  /** Only engines with something to say are listed. */
  readonly engines: Readonly<
    Record<
      string,
      {
        readonly in_flight: number;
        /** Requests parked for this engine. */
        readonly waiting: number;
        /** Age of the oldest parked request in ms; `null` when none waits. */
        readonly oldest_ms: number | null;
        /** Age of the last byte that came from the engine, ms; `null` when none came since the router began. */
        readonly last_byte_ms: number | null;
        /** Targets of this engine that cool down, by model. */
        readonly cooling: Readonly<Record<string, { readonly left_ms: number; readonly why: string }>>;
      }
    >
  >;
}

/** One thing that happened to a request. `at` and all times: ms since it arrived. */
export type TraceStep =
  /** A target that could not take it, and why. */
  | {
      readonly kind: 'skip';
      readonly at: number;
      readonly target: string;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** `busy` all slots taken · `loading` on its way · `start` asked to start · `switch` a group has to change · `cooling` rests after failures. `ms: null` while it lasts. */
  | {
      readonly kind: 'wait';
      readonly at: number;
      readonly engine: string;
      readonly why: 'busy' | 'loading' | 'start' | 'switch' | 'cooling';
      readonly ms: number | null;
    }
  | {
      readonly kind: 'attempt';
      readonly at: number;
      /** The model entry it was sent for: the one asked for, or a fallback. */
      readonly model: string;
      /** `ENGINE/UPSTREAM_MODEL`. */
      readonly target: string;
      readonly protocol: Protocol;
      readonly status: number | null;
      readonly first_byte_ms: number | null;
      /** `null` while it runs. */
      readonly ms: number | null;
      /** `answered` · `refused` an error that another may better · `loading` the engine said so · `broken` no whole answer came · `gone` the client left. */
      readonly result: 'answered' | 'refused' | 'loading' | 'broken' | 'gone' | null;
      readonly message: string | null;
    }
  /** A pause before the same engine is asked again. */
  | { readonly kind: 'pause'; readonly at: number; readonly ms: number };

/** Who asked. */
export interface RequestClient {
  /** Name of the API key; `null` when none was needed. */
  readonly key: string | null;
  /** What the program calls itself (`User-Agent`), shortened. */
  readonly program: string | null;
  readonly address: string | null;
}

/** One request, under way or finished, with its trace. Ms, tokens; unknown is `null`. */
export interface RequestRecord {
  readonly id: string;
  /** ISO. */
  readonly at: string;
  readonly path: string;
  readonly client: RequestClient;
  readonly asked: string | null;
  readonly model: string | null;
  readonly route: string | null;
  readonly attempts: number;
  readonly status: number | null;
  /** `null` while it is under way. */
  readonly outcome: 'ok' | 'error' | 'client_gone' | 'cut' | 'cancelled' | null;
  readonly stream: boolean;
  readonly queued_ms: number;
  /** Time to first token (first content byte), ms. */
  readonly first_token_ms: number | null;
  readonly total_ms: number;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly estimated: boolean;
  /** Generated tokens a second, from the first token on; only for streams. */
  readonly tokens_per_second: number | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly steps: readonly TraceStep[];
  /** Further steps that were not kept. */
  readonly more_steps: number;
  /** What was asked and answered, by `gateway.capture`; each cut off where it is long. */
  readonly captured: { readonly request: string; readonly answer: string; readonly cut: boolean } | null;
}

export type FromRouter =
  | { readonly type: 'hello'; readonly pid: number }
  | RouterReport
  /** Finished ones, each once. */
  | { readonly type: 'requests'; readonly records: readonly RequestRecord[] }
  /** All that are under way, while somebody watches; the oldest 200 of them. */
  | { readonly type: 'active'; readonly records: readonly RequestRecord[]; readonly more: number }
  /** Where the page can be reached, or why it can't. */
  | {
      readonly type: 'ui';
      readonly listening: { readonly host: string; readonly port: number } | null;
      readonly bind_error: RouterReport['bind_error'];
    }
  | { readonly type: 'ticketed'; readonly id: string }
  /** How often each target (`ENGINE/MODEL`) was chosen; the rest of the runs found none that is ready. */
  | { readonly type: 'rehearsed'; readonly id: string; readonly shares: Readonly<Record<string, number>> }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
