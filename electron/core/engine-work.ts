/** What engines did between two looks, from counters that only rise. Pure. */
import type { Tokens, WorkPoint, WorkReading } from '../../shared/engine-work.ts';

/** One look at the whole engine from those at its models; `null` of none. What one of them does not tell is not known of all. */
export function readingOf([first, ...rest]: readonly WorkReading[]): WorkReading | null {
  if (first === undefined) return null;
  return rest.reduce<WorkReading>(
    (all, one) => ({
      running: plus(all.running, one.running),
      waiting: plus(all.waiting, one.waiting),
      // Of several caches the fullest.
      cache: all.cache === null || one.cache === null ? null : Math.max(all.cache, one.cache),
      prompt: plusTokens(all.prompt, one.prompt),
      generated: plusTokens(all.generated, one.generated),
      looked_up: plus(all.looked_up, one.looked_up),
      found: plus(all.found, one.found),
      loaded: all.loaded === null || one.loaded === null ? null : [...all.loaded, ...one.loaded],
    }),
    first,
  );
}

/** The moment of a look; what needs a look before it is unknown without one, and when a counter was set back. `at` in ms since 1970. */
export function workPoint(
  before: { readonly reading: WorkReading; readonly at: number } | null,
  now: WorkReading,
  at: number,
): WorkPoint {
  const { running, waiting, cache } = now;
  const known = { at, running, waiting, cache };
  const passed = before === null ? 0 : (at - before.at) / 1000;
  if (before === null || passed <= 0)
    return { ...known, prompt_rate: null, generation_rate: null, prefix_hits: null };
  const was = before.reading;
  return {
    ...known,
    prompt_rate: rate(was.prompt, now.prompt, passed),
    generation_rate: rate(was.generated, now.generated, passed),
    prefix_hits: share(rise(was.found, now.found), rise(was.looked_up, now.looked_up)),
  };
}

/**
 * Tokens a second: of the time that the engine spent on them, where it tells; then nothing is known of a time in which nothing
 * was counted. Else of the time that passed.
 */
function rate(before: Tokens, now: Tokens, passed: number): number | null {
  const tokens = rise(before.count, now.count);
  if (tokens === null) return null;
  if (now.seconds === null) return round(tokens / passed);
  const spent = rise(before.seconds, now.seconds);
  return spent === null || spent < MEASURABLE || tokens === 0 ? null : round(tokens / spent);
}

/** A shorter time is the rounding of the engine's own sum, s; what is divided by it is no rate. */
const MEASURABLE = 1e-6;

const share = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole <= 0 ? null : Math.min(1, part / whole);

/** How much a counter rose; `null` when unknown or set back. */
const rise = (before: number | null, now: number | null): number | null =>
  before === null || now === null || now < before ? null : now - before;

const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
const plusTokens = (a: Tokens, b: Tokens): Tokens => ({
  count: plus(a.count, b.count),
  seconds: plus(a.seconds, b.seconds),
});
const round = (value: number): number => Math.round(value * 10) / 10;
