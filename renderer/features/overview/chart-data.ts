/** Whose memory a card's past shows. Pure. */
import { type GpuPoint, OTHERS } from '../../../shared/gpu.ts';

/** Longer than this without a look is a gap, ms: nobody looked, or Stackyard was off. */
export const GAPS = { hour: 30_000, week: 5 * 60_000 } as const;
export type Span = keyof typeof GAPS;

/** Owners that ever held something in these points: engines in the order of the config, those it no longer has, then others. */
export function ownersIn(points: readonly GpuPoint[], engines: readonly string[]): readonly string[] {
  const seen = new Set(points.flatMap((point) => Object.keys(point.owners)));
  const gone = [...seen].filter((name) => name !== OTHERS && !engines.includes(name)).sort();
  return [...engines.filter((name) => seen.has(name)), ...gone, ...(seen.has(OTHERS) ? [OTHERS] : [])];
}

/** Each owner on top of those before it, the last one lowest: `picks[i]` is the upper edge of `owners[i]`. */
export function stacked(owners: readonly string[]): readonly ((point: GpuPoint) => number | null)[] {
  return owners.map((_, i) => (point: GpuPoint) => {
    const told = Object.keys(point.owners).length > 0;
    return told ? owners.slice(0, i + 1).reduce((sum, name) => sum + (point.owners[name] ?? 0), 0) : null;
  });
}
