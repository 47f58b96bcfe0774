/**
 * What host and router tell each other. Both directions carry levels, not edges: every message is a whole picture that may be
 * dropped, repeated or replayed after either side died.
 */
import type { Cause, EngineKind, EnginePhase, Owner, Protocol, StartMode, TargetPhase } from '../model.ts';

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
  /** Set when the group's holder is external or pinned: its name. No request may start this engine then. */
  readonly group_holder: string | null;
  readonly speaks: readonly Protocol[];
  /** 0–1 while loading and known. */
  readonly progress: number | null;
  readonly cause: Cause | null;
  readonly max_concurrent: number | null;
  /** Phase per model id where the engine tells (router mode); ids absent = unknown, treat as the engine's phase. */
  readonly models: Readonly<Record<string, TargetPhase>>;
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
  readonly discovered: readonly { readonly id: string; readonly engine: string }[];
  readonly patterns: readonly { readonly match: string; readonly engine: string; readonly model: string | null }[];
  readonly default_model: string | null;
  readonly list_discovered: boolean;
}

export type ToRouter =
  | { readonly type: 'table'; readonly table: RoutingTable }
  /** Finish what is in flight until `deadline_ms` have passed, then close and exit 0. */
  | { readonly type: 'close'; readonly deadline_ms: number };

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
        /** Targets of this engine that cool down: model → ms left. */
        readonly cooling: Readonly<Record<string, number>>;
      }
    >
  >;
}

/** One finished request, for logs, counters and (later) traces; batched. */
export interface RequestRecord {
  readonly id: string;
  /** ISO. */
  readonly at: string;
  readonly path: string;
  readonly asked: string | null;
  readonly model: string | null;
  readonly route: string | null;
  readonly attempts: number;
  readonly status: number | null;
  readonly outcome: 'ok' | 'error' | 'client_gone' | 'cut';
  readonly stream: boolean;
  readonly queued_ms: number;
  /** Time to first token (first content byte), ms. */
  readonly first_token_ms: number | null;
  readonly total_ms: number;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly estimated: boolean;
  readonly code: string | null;
}

export type FromRouter =
  | { readonly type: 'hello'; readonly pid: number }
  | RouterReport
  | { readonly type: 'requests'; readonly records: readonly RequestRecord[] }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
