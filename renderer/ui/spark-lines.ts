/** Values over time as lines of a small picture. Pure. */

/** Longer than this without a look is a gap, ms: nobody looked, or nobody knew. */
const GAP = 30_000;

interface Picture {
  /** ms from its left to its right edge. */
  readonly span: number;
  readonly width: number;
  readonly height: number;
  /** The value that fills the height. */
  readonly most: number;
}

/** The newest point stands at the right edge. An unknown value and a gap break the line. */
export function sparkLines(
  points: readonly { readonly at: number; readonly value: number | null }[],
  { span, width, height, most }: Picture,
): readonly string[] {
  const end = points.at(-1)?.at ?? 0;
  const lines: string[][] = [];
  let last: number | null = null;
  for (const { at, value } of points) {
    if (at < end - span) continue;
    if (value === null) {
      last = null;
      continue;
    }
    const x = width - 1 - ((end - at) / span) * (width - 2);
    const y = height - 1 - (Math.min(most, Math.max(0, value)) / most) * (height - 2);
    if (last === null || at - last > GAP) lines.push([]);
    lines.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    last = at;
  }
  return lines.filter((line) => line.length > 1).map((line) => line.join(' '));
}
