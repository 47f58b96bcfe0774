/** What engines do at the moment, by what they tell of themselves. Unknown is `null`, never 0. */

/** What an engine told at one look, summed over its models. */
export interface WorkReading {
  /** Requests that are being worked on, and that wait inside of the engine. */
  readonly running: number | null;
  readonly waiting: number | null;
  /** Part of its cache of keys and values that running requests use, 0 to 1. */
  readonly cache: number | null;
  /** Ever rising, since its start. */
  readonly prompt: Tokens;
  readonly generated: Tokens;
  /** Tokens that were looked up in the cache of earlier prompts, and those found there; ever rising. */
  readonly looked_up: number | null;
  readonly found: number | null;
  /** Models in memory; `null` where it tells nothing of them. */
  readonly loaded: readonly LoadedModel[] | null;
}

export interface Tokens {
  readonly count: number | null;
  /** Seconds that the engine spent on them; `null` where it does not tell and counts them as they come. */
  readonly seconds: number | null;
}

/** A model in memory, as its engine tells of it. */
export interface LoadedModel {
  readonly id: string;
  /** Bytes that it takes, and how many of them are a card's. */
  readonly bytes: number | null;
  readonly gpu_bytes: number | null;
  readonly context: number | null;
  /** When it leaves by itself, ISO. */
  readonly until: string | null;
}

/** One moment of an engine's work. */
export interface WorkPoint {
  /** ms since 1970. */
  readonly at: number;
  readonly running: number | null;
  readonly waiting: number | null;
  readonly cache: number | null;
  /** Tokens a second since the look before; `null` when none could be counted. */
  readonly prompt_rate: number | null;
  readonly generation_rate: number | null;
  /** Part of the tokens looked up since then that were found, 0 to 1. */
  readonly prefix_hits: number | null;
}

/** The newest look at one engine. */
export interface EngineWork extends WorkPoint {
  readonly engine: string;
  readonly loaded: readonly LoadedModel[] | null;
}
