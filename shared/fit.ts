/**
 * What models take of a machine's memory, and whether there is room for one: as `stackyard fit --json` and the window speak of
 * it. Bytes, ms, tokens; unknown is `null`, never 0.
 */

/** What one model takes on one engine. */
export interface Footprint {
  /** Seen on this machine · reckoned from the model's file. */
  readonly source: 'measured' | 'estimated';
  /** Memory of graphics cards; 0 = it uses none. */
  readonly gpu: number | null;
  /** Memory of the machine, pages of the model's file that are in use included. */
  readonly ram: number | null;
  /** From the order to load it until it answered; `null` for an estimate. */
  readonly load_ms: number | null;
  /** Tokens of context that it makes room for, and requests that it answers at a time. */
  readonly context: number | null;
  readonly slots: number | null;
  /** When it was measured, ISO; `null` for an estimate. */
  readonly at: string | null;
  /** What an estimate is the sum of. */
  readonly parts: FootprintParts | null;
}

export interface FootprintParts {
  readonly weights: number;
  /** Keys and values of the whole context. */
  readonly cache: number;
  /** What computing takes: buffers for a batch, and the program itself. */
  readonly compute: number;
}

/**
 * `in_memory` it is there · `fits` now · `fits_after` once something idle is stopped or unloaded · `will_not_fit` whatever
 * may be stopped · `unknown` can't be told.
 */
export type FitVerdict = 'in_memory' | 'fits' | 'fits_after' | 'will_not_fit' | 'unknown';

/** `gpu` graphics cards · `ram` the machine's memory · `shared` a card that has no other memory than the machine's. */
export type MemoryKind = 'gpu' | 'ram' | 'shared';

/** One memory that a model needs a part of. */
export interface FitRoom {
  readonly kind: MemoryKind;
  readonly needs: number | null;
  readonly free: number | null;
  readonly total: number | null;
}

/** Something idle of ours that would make room; `model: null` = the whole engine is stopped. */
export interface MakesRoom {
  readonly engine: string;
  readonly model: string | null;
  readonly frees: number;
}

/** Something that holds memory and stays. */
export interface StaysThere {
  readonly engine: string;
  readonly why: 'external' | 'pinned' | 'busy' | 'needed';
  readonly holds: number;
}

/** Whether one target of a model would fit. */
export interface FitView {
  readonly engine: string;
  readonly model: string;
  readonly verdict: FitVerdict;
  /** The verdict and why, in one or two sentences. */
  readonly message: string;
  readonly footprint: Footprint | null;
  /** With `unknown`: a clause for after "because". */
  readonly why: string | null;
  /** The memories it needs; empty when that is unknown. The first is where its weights go. */
  readonly room: readonly FitRoom[];
  /** The one of them that is too small, or that others have to leave first. */
  readonly short: FitRoom | null;
  /** With `fits_after`: what to stop or unload. */
  readonly after: readonly MakesRoom[];
  readonly stays: readonly StaysThere[];
  /** Bytes of the memory that is too small that all idle engines of ours hold together. */
  readonly freeable: number;
}

/** What is known of one target, for lists of models. */
export interface KnownFootprint {
  readonly engine: string;
  readonly model: string;
  readonly footprint: Footprint;
}
