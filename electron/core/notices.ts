/**
 * Which news of one engine reach a person, and when: at most one a minute. What comes too soon is not lost; when the minute
 * is over the newest state is told, if it still differs from what the person knows.
 */
import type { Cause } from '../../shared/model.ts';

export interface Notice {
  readonly engine: string;
  /** `crashed` it died and is started again · `failed` gave up · `recovered` takes requests again · `warned` runs, but not as configured. */
  readonly kind: 'crashed' | 'failed' | 'recovered' | 'warned';
  /** `null` when it recovered. */
  readonly cause: Cause | null;
}

export interface NoticeState {
  /** What the person was told last. */
  readonly told: Notice | null;
  /** When, monotonic ms. */
  readonly toldAt: number | null;
  /** What they are to be told when the minute is over. */
  readonly waiting: Notice | null;
}

export type NoticeEvent = { readonly at: number } & (
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'tick' }
);

/** Nothing happened yet. */
export const NO_NOTICE: NoticeState = { told: null, toldAt: null, waiting: null };

/** Least distance between two notifications about one engine, ms. */
export const NOTICE_EVERY = 60_000;

/** What to tell now, and when to `tick` next (`null` = not before something happens). */
export function heed(
  state: NoticeState,
  event: NoticeEvent,
): { readonly state: NoticeState; readonly tell: Notice | null; readonly wakeAt: number | null } {
  const wanted = event.type === 'notice' ? event.notice : state.waiting;
  const news = wanted !== null && isNews(wanted, state.told) ? wanted : null;
  if (news === null) return { state: { ...state, waiting: null }, tell: null, wakeAt: null };
  const free = state.toldAt === null ? event.at : state.toldAt + NOTICE_EVERY;
  if (event.at < free) return { state: { ...state, waiting: news }, tell: null, wakeAt: free };
  return { state: { told: news, toldAt: event.at, waiting: null }, tell: news, wakeAt: null };
}

/** A recovery is news only to somebody who was told of trouble; the same trouble again is none. */
function isNews(notice: Notice, told: Notice | null): boolean {
  if (told === null || told.kind === 'recovered' || told.kind === 'warned') return notice.kind !== 'recovered';
  return notice.kind !== told.kind || notice.cause?.code !== told.cause?.code;
}
