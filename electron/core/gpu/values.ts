/** Numbers as the vendors' tools write them. What is not plainly a number is unknown. */

/** `12`, `12.50`, 12; `null` for `[N/A]`, `N/A`, `[Not Supported]`, `12,5`, an empty text and everything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  KIB: 1024,
  // The tools write MB and count in powers of two: 16368 "MB" are what a card of 16 GiB has.
  MB: 1024 ** 2,
  MIB: 1024 ** 2,
  GB: 1024 ** 3,
  GIB: 1024 ** 3,
};

/** Bytes of `{value: 12, unit: "MB"}`, or of a bare number in `unit`. */
export function bytesOf(value: unknown, unit: 'B' | 'MB'): number | null {
  if (isRecord(value)) {
    const factor = UNITS[String(value.unit ?? unit).toUpperCase()];
    const amount = numberOf(value.value);
    return factor === undefined || amount === null ? null : amount * factor;
  }
  const amount = numberOf(value);
  return amount === null ? null : amount * (UNITS[unit] ?? 1);
}

/** The number of `{value: 12, unit: …}`, or a bare one. */
export const amountOf = (value: unknown): number | null => numberOf(isRecord(value) ? value.value : value);

/** A text that says something: not empty and not one of the tools' ways to write "unknown". */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ||
    /^\[?(?:n\/?a|not (?:supported|found|available)|unknown error|insufficient permissions)\]?$/i.test(text)
    ? null
    : text;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON that a tool printed, possibly after a line of warning; `null` when there is none. */
export function jsonOf(text: string): unknown {
  const starts = [0, text.indexOf('{'), text.search(/^\s*[[{]/m)].filter((at) => at >= 0);
  for (const at of starts) {
    try {
      return JSON.parse(text.slice(at));
    } catch {
      // the next possible beginning
    }
  }
  return null;
}

/** The last part of a path with either slash. */
export const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
