/** Points in time as columns for a chart. Pure. */

/** x in seconds since 1970, then a column for each series; `null` breaks its line. */
export type Columns = [number[], ...(number | null)[][]];

/** What `pick` gives of each point. Where points are further apart than `gap` (ms) a moment without any value is put in. */
export function columnsOf<P extends { readonly at: number }>(
  points: readonly P[],
  gap: number,
  picks: readonly ((point: P) => number | null)[],
): Columns {
  const x: number[] = [];
  const columns = picks.map((): (number | null)[] => []);
  let last: number | null = null;
  for (const point of points) {
    if (last !== null && point.at - last > gap) {
      x.push((last + 1_000) / 1000);
      for (const column of columns) column.push(null);
    }
    x.push(point.at / 1000);
    for (const [i, pick] of picks.entries()) columns[i]?.push(pick(point));
    last = point.at;
  }
  return [x, ...columns];
}
