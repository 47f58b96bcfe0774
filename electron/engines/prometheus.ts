/** Prometheus' text format (exposition formats, version 0.0.4), as far as numbers are to be had from it. */

/** The samples of one exposition, by the name of their series. */
export type Series = ReadonlyMap<string, readonly number[]>;

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
/** More than any engine tells; what comes after is left out. */
const MOST_LINES = 20_000;

/** Lines that are none of the format, and values that are no finite number, are left out. */
export function readSeries(text: string): Series {
  const series = new Map<string, number[]>();
  for (const line of text.split('\n', MOST_LINES)) {
    const found = SAMPLE.exec(line.replace(/\r$/, ''));
    const value = Number(found?.[2]);
    if (found?.[1] === undefined || !/\d/.test(found[2] ?? '') || !Number.isFinite(value)) continue;
    const known = series.get(found[1]);
    if (known === undefined) series.set(found[1], [value]);
    else known.push(value);
  }
  return series;
}

/** The sum over a series' labels; of several names the first that is there. `null` when none is, or it is negative. */
export function sumOf(series: Series, ...names: readonly string[]): number | null {
  const values = names.map((name) => series.get(name)).find((found) => found !== undefined);
  if (values === undefined || values.some((value) => value < 0)) return null;
  return values.reduce((sum, value) => sum + value, 0);
}

/** Likewise the mean: of a share. */
export function meanOf(series: Series, ...names: readonly string[]): number | null {
  const values = names.map((name) => series.get(name)).find((found) => found !== undefined);
  if (values === undefined || values.some((value) => value < 0 || value > 1)) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
