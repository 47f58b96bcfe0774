/** What a verification proves of each model name, and what it found. Ms, tokens, ISO times; unknown is `null`. */
import type { Cause, Finding, LogLine, ModelView } from '../model.ts';

/** Asked directly, through the gateway as a client would, or through a LiteLLM that serves the name. */
export const VIAS = ['engine', 'stackyard', 'litellm'] as const;
export type Via = (typeof VIAS)[number];

export type Verdict = 'passed' | 'failed' | 'skipped';

/** One way to reach a model, and how it went. */
export interface WayProof {
  readonly via: Via;
  /** The engine that was asked directly; `null` = the gateway. */
  readonly engine: string | null;
  /** `route` whoever the router chooses · `target` this one target · `fallback` the targets before it are refused. */
  readonly what: 'route' | 'target' | 'fallback';
  /** `ENGINE/MODEL` of a `target`, the name of a `fallback`; else `null`. */
  readonly aim: string | null;
  readonly verdict: Verdict;
  /** Why it failed or was skipped; `null` when it passed. */
  readonly cause: Cause | null;
  /** How it was asked; `null` = not at all. */
  readonly by: 'chat' | 'completion' | 'embedding' | null;
  /** Whether its list of models names it; `null` = not asked, or it has none. */
  readonly listed: boolean | null;
  /** Whether the answer said how many tokens it took; `null` = none came. */
  readonly usage: boolean | null;
  /** `ENGINE/MODEL` as the gateway told; `null` when another one was asked, or nobody answered. */
  readonly answered_by: string | null;
  /** Of the streamed answer. */
  readonly first_token_ms: number | null;
  readonly tokens_per_second: number | null;
  /** Of the whole answer in one piece. */
  readonly total_ms: number | null;
  /** Only of one that failed. */
  readonly evidence: Evidence | null;
}

/** What belongs to a failure. */
export interface Evidence {
  /** Lines that the engine wrote meanwhile, or before it died; redacted. */
  readonly lines: readonly LogLine[];
  readonly engine: string | null;
  /** The line of the config that is behind it; `null` when nothing of it is written. */
  readonly place: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly text: string;
  } | null;
  /** What is wrong with the engine's own config file. */
  readonly findings: readonly (Finding & { readonly frame: string })[];
}

/** What 1,000 choices of the router came to, made without sending anything. */
export interface BalanceProof {
  readonly runs: number;
  readonly strategy: string;
  /** `ENGINE/MODEL` → how often it was chosen. */
  readonly shares: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
  readonly message: string | null;
}

export interface ModelProof {
  readonly id: string;
  readonly origin: ModelView['origin'];
  /** When it was proved. */
  readonly at: string;
  readonly verdict: Verdict;
  /** The first way that does not work, seen from the engine; `null` when none failed. */
  readonly breaks_at: Via | null;
  readonly cause: Cause | null;
  readonly ways: readonly WayProof[];
  /** Only with several targets. */
  readonly balance: BalanceProof | null;
}

export interface VerifyRun {
  readonly started: string;
  readonly ended: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** In the order of `GET /v1/models`. */
  readonly models: readonly ModelProof[];
}

/** Models that turned, from one verification to the next: what a person is told of. */
export interface RouteNews {
  readonly failed: readonly { readonly id: string; readonly cause: Cause | null }[];
  readonly recovered: readonly string[];
}

/** What is known of all models. */
export interface VerifyView {
  /** How far the run of now is; `null` = none. */
  readonly running: { readonly done: number; readonly total: number } | null;
  /** The newest proof of each model that there still is. */
  readonly models: readonly ModelProof[];
}
