import { compared, difference, median, ratio, short } from './stats.mjs';

/**
 * What one round of one case gives of one target; what was not measured is left out. Times in µs.
 *
 * @typedef {{
 *   perSecond?: number, p50?: number, p99?: number, first50?: number, first99?: number, delay50?: number, delay99?: number,
 *   cpuPerRequest?: number, cpuPerChunk?: number, residentMb?: number, lost?: number, whole?: number, blockMs?: number,
 *   errors?: number,
 * }} Round
 * @typedef {Record<string, Record<string, Round[]>>} Measured by case, then by target
 * @typedef {{
 *   what: string, case: string, of: keyof Round, to?: string, by?: 'ratio' | 'difference', unit: string,
 *   better: 'more' | 'less', goal: number, floor: number,
 * }} Aim `to`: the target that Stackyard is compared with; without one its own figure counts
 * @typedef {{ what: string, reached: number | null, unit: string, goal: number, floor: number,
 *   verdict: 'goal' | 'between' | 'below floor' | 'not measured' }} Verdict
 */

/** @type {readonly Aim[]} */
export const AIMS = [
  {
    what: 'requests/s, 1 KB JSON, 64 clients, to nginx',
    ...{
      case: 'json-64',
      of: 'perSecond',
      to: 'nginx',
      by: 'ratio',
      unit: '×',
      better: 'more',
      goal: 0.4,
      floor: 0.28,
    },
  },
  {
    what: 'CPU per request, to nginx',
    ...{ case: 'json-64', of: 'cpuPerRequest', to: 'nginx', by: 'ratio', unit: '×', better: 'less' },
    ...{ goal: 2.5, floor: 3.6 },
  },
  {
    what: 'CPU per chunk, 1000 streams × 20/s, to nginx',
    ...{ case: 'streams-1000', of: 'cpuPerChunk', to: 'nginx', by: 'ratio', unit: '×', better: 'less' },
    ...{ goal: 1.5, floor: 2.3 },
  },
  {
    what: 'latency added to nginx, 1 client, p50',
    ...{ case: 'json-1', of: 'p50', to: 'nginx', by: 'difference', unit: 'µs', better: 'less', goal: 50, floor: 100 },
  },
  {
    what: 'latency added to nginx, 1 client, p99',
    ...{
      case: 'json-1',
      of: 'p99',
      to: 'nginx',
      by: 'difference',
      unit: 'µs',
      better: 'less',
      goal: 500,
      floor: 1_500,
    },
  },
  {
    what: 'chunk delay added to nginx, 1000 streams, p50',
    ...{ case: 'streams-1000', of: 'delay50', to: 'nginx', by: 'difference', unit: 'µs', better: 'less' },
    ...{ goal: 20, floor: 100 },
  },
  {
    what: 'chunk delay added to nginx, 1000 streams, p99',
    ...{ case: 'streams-1000', of: 'delay99', to: 'nginx', by: 'difference', unit: 'µs', better: 'less' },
    ...{ goal: 1_000, floor: 4_000 },
  },
  {
    what: 'first token later than nginx, 200 streams, p50',
    ...{ case: 'streams-200', of: 'first50', to: 'nginx', by: 'difference', unit: 'µs', better: 'less' },
    ...{ goal: 200, floor: 1_000 },
  },
  {
    what: 'first token later than nginx, 200 streams, p99',
    ...{ case: 'streams-200', of: 'first99', to: 'nginx', by: 'difference', unit: 'µs', better: 'less' },
    ...{ goal: 2_000, floor: 20_000 },
  },
  {
    what: 'streams × 20/s on one core without a loss, of 1000',
    ...{ case: 'streams-1000', of: 'whole', unit: '', better: 'more', goal: 1_000, floor: 1_000 },
  },
  {
    what: 'streams × 20/s on one core without a loss, of 1500',
    ...{ case: 'streams-1500', of: 'whole', unit: '', better: 'more', goal: 1_500, floor: 1_000 },
  },
  {
    what: 'memory with 1000 streams',
    ...{ case: 'streams-1000', of: 'residentMb', unit: 'MB', better: 'less', goal: 100, floor: 180 },
  },
  {
    what: 'event loop held up to route a body of 4 MB',
    ...{ case: 'routing-4mb', of: 'blockMs', unit: 'ms', better: 'less', goal: 0.5, floor: 3 },
  },
  {
    what: 'requests/s, 1 KB JSON, 64 clients, to Portkey',
    ...{
      case: 'json-64',
      of: 'perSecond',
      to: 'portkey',
      by: 'ratio',
      unit: '×',
      better: 'more',
      goal: 35,
      floor: 15,
    },
  },
];

/**
 * What was reached of an aim, and how that stands to goal and floor.
 *
 * @param {Aim} aim
 * @param {Measured} measured
 * @returns {Verdict}
 */
export function judge(aim, measured) {
  const { what, unit, goal, floor } = aim;
  const reached = reachedOf(aim, measured);
  const verdict =
    reached === null
      ? 'not measured'
      : meets(aim, reached, goal)
        ? 'goal'
        : meets(aim, reached, floor)
          ? 'between'
          : 'below floor';
  return { what, reached: reached === null ? null : short(reached), unit, goal, floor, verdict };
}

/** @param {Aim} aim @param {number} value @param {number} bound */
const meets = ({ better }, value, bound) => (better === 'more' ? value >= bound : value <= bound);

/** @param {Aim} aim @param {Measured} measured @returns {number | null} */
function reachedOf(aim, measured) {
  const series = (/** @type {string} */ target) =>
    measured[aim.case]?.[target]?.map((round) => round[aim.of] ?? Number.NaN);
  const ours = series('stackyard');
  if (aim.to) return compared(ours, series(aim.to), aim.by === 'difference' ? difference : ratio);
  const known = ours?.filter(Number.isFinite) ?? [];
  return known.length === 0 ? null : median(known);
}
