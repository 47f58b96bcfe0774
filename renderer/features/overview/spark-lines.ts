/** A card's use as lines of a small picture. Pure. */
import type { GpuPoint } from '../../../shared/gpu.ts';

/** Longer than this without a look is a gap, ms: nobody looked, or nobody knew. */
const GAP = 30_000;

/** The newest point stands at the right edge, 0 to 100 % fill the height. An unknown value and a gap break the line. */
export function sparkLines(
  points: readonly GpuPoint[],
  { span, width, height }: { readonly span: number; readonly width: number; readonly height: number },
): readonly string[] {
  const end = points.at(-1)?.at ?? 0;
  const lines: string[][] = [];
  let last: number | null = null;
  for (const { at, utilization } of points) {
    if (at < end - span) continue;
    if (utilization === null) {
      last = null;
      continue;
    }
    const x = width - 1 - ((end - at) / span) * (width - 2);
    const y = height - 1 - (Math.min(100, Math.max(0, utilization)) / 100) * (height - 2);
    if (last === null || at - last > GAP) lines.push([]);
    lines.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    last = at;
  }
  return lines.filter((line) => line.length > 1).map((line) => line.join(' '));
}
