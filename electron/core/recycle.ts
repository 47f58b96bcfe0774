/**
 * When an engine that grew beyond `max_memory` is started anew: only while nobody uses it, and never in a circle. One that is too
 * big from the first look after it became ready needs more than it was given; starting it again would not help.
 */

export interface RecycleSight {
  /** Bytes; `null` = no limit. */
  readonly limit: number | null;
  /** Bytes over its processes; `null` when nobody knows. */
  readonly memory: number | null;
  /** The run that takes requests now; `null` when there is none of ours. */
  readonly run: string | null;
  readonly in_flight: number;
  readonly waiting: number;
}

export interface RecycleState {
  /** The run that was looked at last. */
  readonly run: string | null;
  /** That run was too big from the start. */
  readonly needsMore: boolean;
  /** When it was started anew, within the last `WINDOW`. Monotonic ms. */
  readonly recycles: readonly number[];
  /** What a person was told under this limit: each once. */
  readonly told: readonly RecycleNews[];
  readonly limit: number | null;
}

/** `needs-more` too big right after its start · `too-often` grows back so fast that it is left alone for now. */
export type RecycleNews = 'needs-more' | 'too-often';

export const NO_RECYCLE: RecycleState = { run: null, needsMore: false, recycles: [], told: [], limit: null };

/** At most `MOST` recycles within `WINDOW` ms. */
export const MOST = 3;
export const WINDOW = 600_000;

/** Judges one measurement. */
export function weigh(
  before: RecycleState,
  sight: RecycleSight,
  at: number,
): { readonly state: RecycleState; readonly recycle: boolean; readonly tell: RecycleNews | null } {
  const { limit, memory, run } = sight;
  const same = before.limit === limit;
  let state: RecycleState = {
    ...before,
    limit,
    told: same ? before.told : [],
    needsMore: same && before.needsMore,
    recycles: before.recycles.filter((time) => at - time < WINDOW),
  };
  if (limit === null || memory === null || run === null) return { state, recycle: false, tell: null };
  if (run !== before.run) state = { ...state, run, needsMore: memory > limit };
  if (memory <= limit) return { state, recycle: false, tell: null };
  if (state.needsMore) return told(state, 'needs-more');
  if (sight.in_flight > 0 || sight.waiting > 0) return { state, recycle: false, tell: null };
  if (state.recycles.length >= MOST) return told(state, 'too-often');
  return { state: { ...state, recycles: [...state.recycles, at] }, recycle: true, tell: null };
}

function told(state: RecycleState, news: RecycleNews): ReturnType<typeof weigh> {
  if (state.told.includes(news)) return { state, recycle: false, tell: null };
  return { state: { ...state, told: [...state.told, news] }, recycle: false, tell: news };
}
