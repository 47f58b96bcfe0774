/** Which lines of a log are shown, and where the search text stands in them. Pure. */
import type { LogLine } from '../../../shared/model.ts';

export type MinLevel = 'all' | 'info' | 'warn' | 'error';

const RANK = { debug: 0, info: 1, warn: 2, error: 3 } as const;

export interface Search {
  /** `null`: nothing is searched for. */
  readonly pattern: RegExp | null;
  /** The expression can't be read. */
  readonly wrong: boolean;
}

/** A search text, plain or as a regular expression; case does not matter. */
export function searchFor(text: string, asExpression: boolean): Search {
  if (text === '') return { pattern: null, wrong: false };
  try {
    return {
      pattern: new RegExp(asExpression ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'),
      wrong: false,
    };
  } catch {
    return { pattern: null, wrong: true };
  }
}

/** The lines of at least that level (a line without a level counts as info) that hold the search text. */
export function filterLines(lines: readonly LogLine[], min: MinLevel, search: Search): readonly LogLine[] {
  const { pattern } = search;
  if (min === 'all' && pattern === null) return lines;
  return lines.filter((line) => {
    if (min !== 'all' && RANK[line.level ?? 'info'] < RANK[min]) return false;
    return pattern === null || line.text.search(pattern) >= 0;
  });
}

/** A text cut into pieces, those that the search found marked. */
export function pieces(text: string, search: Search): readonly { readonly text: string; readonly found: boolean }[] {
  if (search.pattern === null) return [{ text, found: false }];
  const out: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const match of text.matchAll(search.pattern)) {
    if (match[0] === '') continue; // `x*` matches nothing everywhere
    if (match.index > at) out.push({ text: text.slice(at, match.index), found: false });
    out.push({ text: match[0], found: true });
    at = match.index + match[0].length;
  }
  if (at < text.length || out.length === 0) out.push({ text: text.slice(at), found: false });
  return out;
}

/** Columns that a text takes in a monospace font: wide East Asian signs and emoji take two. */
export function columns(text: string): number {
  let n = 0;
  for (const sign of text) n += (sign.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return n;
}
