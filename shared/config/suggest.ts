/** What may be written where the cursor is, told by the lines above it alone: half a file, which no parser reads, is the usual one. */
import { type Path, type Shape, shapeAt, whatFits } from './shape.ts';

/** A place of the text: the group of keys that a line is in, and how the line begins. */
interface LinePlace {
  /** Path of the group. */
  readonly group: Path;
  /** Column of the line's key, from 0; behind `- ` where it begins an item. */
  readonly column: number;
  /** The key, when a colon stands behind it. */
  readonly key: string | null;
}

export interface Suggestion {
  readonly word: string;
  /** Its type, and its value when nothing is written. */
  readonly detail: string;
  /** A sentence; empty where there is none. */
  readonly about: string;
  /** What is written for it; a group goes on in a line below. */
  readonly insert: string;
}

const LINE = /^(\s*(?:- +)*)(?:([^\s#:"'{}[\],-][^\s#:{}[\],]*)(:(?=\s|$))?)?/;

/** Where a line stands; `null` for a comment, a line of another kind, or where the lines above say nothing. */
export function placeOfLine(lines: readonly string[], at: number): LinePlace | null {
  const line = lines[at] ?? '';
  if (line.trimStart().startsWith('#')) return null;
  const [, lead = '', word, colon] = LINE.exec(line) ?? [];
  const group: (string | number)[] = [];
  const column = lead.length;
  if (lead.includes('-')) group.unshift(0);
  let below = lead.includes('-') ? lead.indexOf('-') + 1 : column;
  for (let above = at - 1; above >= 0 && below > 0; above -= 1) {
    const text = lines[above] ?? '';
    if (text.trim() === '' || text.trimStart().startsWith('#')) continue;
    const [, before = '', name, ends] = LINE.exec(text) ?? [];
    const dash = before.indexOf('-');
    // An item's own first line is in the same group as what stands below its key.
    if (dash !== -1 && before.length === below && group[0] !== 0) {
      group.unshift(0);
      below = dash + 1;
    } else if (name !== undefined && ends !== undefined && before.length < below) {
      group.unshift(name);
      below = before.length;
      if (dash !== -1) {
        group.unshift(0);
        below = dash + 1;
      }
    }
  }
  if (below > 0 && group.length === 0) return null;
  return { group, column, key: colon === undefined ? null : (word ?? null) };
}

/** Suggestions at a place of the text, and from which column they replace; `null` where there are none. */
export function suggestAt(
  lines: readonly string[],
  at: number,
  column: number,
): { readonly from: number; readonly options: readonly Suggestion[] } | null {
  const line = lines[at] ?? '';
  const before = line.slice(0, column);
  const place = placeOfLine(lines, at);
  if (place === null || /[{[#]/.test(before)) return null;
  if (place.key !== null && column > place.column + place.key.length) {
    const from = before.length - (/\S*$/.exec(before)?.[0].length ?? 0);
    if (from <= place.column + place.key.length) return null;
    return { from, options: values([...place.group, place.key], lines) };
  }
  const shape = shapeAt(place.group);
  if (shape?.kind !== 'object') return null;
  const taken = new Set(siblings(lines, at, place));
  const indent = ' '.repeat(place.column + 2);
  const options = Object.keys(shape.entries).flatMap((word): readonly Suggestion[] => {
    const below = shapeAt([...place.group, word]);
    if (below === null || taken.has(word)) return [];
    const value = below.kind === 'scalar' ? ': ' : below.kind === 'list' ? ': []' : `:\n${indent}`;
    // A colon that is there already is not written again.
    const insert = place.key === null ? `${word}${value}` : word;
    return [{ word, detail: shortly(below), about: below.description, insert }];
  });
  return { from: place.column, options };
}

/** What a key of a line is for, and the columns that it has; `null` where the schema knows none. */
export function aboutKey(
  lines: readonly string[],
  at: number,
  column: number,
): {
  readonly from: number;
  readonly to: number;
  readonly key: string;
  readonly about: string;
  readonly detail: string;
} | null {
  const place = placeOfLine(lines, at);
  if (place === null || place.key === null) return null;
  const to = place.column + place.key.length;
  if (column < place.column || column > to) return null;
  const shape = shapeAt([...place.group, place.key]);
  if (shape === null || shape.description === '') return null;
  return { from: place.column, to, key: place.key, about: shape.description, detail: detailOf(shape) };
}

function values(path: Path, lines: readonly string[]): readonly Suggestion[] {
  const shape = shapeAt(path);
  if (path.at(-1) === 'engine')
    return enginesIn(lines).map((word) => ({ word, detail: 'engine', about: '', insert: word }));
  if (shape?.kind !== 'scalar') return [];
  const words = shape.words ?? (shape.meta.type === 'true or false' ? ['true', 'false'] : []);
  return words.map((word) => {
    const detail = String(shape.fallback) === word ? 'if nothing is written' : '';
    return { word, detail, about: shape.description, insert: word };
  });
}

/** A word or two, for a list: `duration, 10s`. */
function shortly({ kind, fallback, ...shape }: Shape): string {
  if (kind === 'list') return 'list';
  if (!('meta' in shape)) return 'keys';
  const type = shape.words === null ? shape.meta.type : 'one of a few';
  return fallback === undefined || fallback === null ? type : `${type}, ${String(fallback)}`;
}

function detailOf(shape: Shape): string {
  const { fallback } = shape;
  if (shape.kind !== 'scalar' || fallback === undefined || fallback === null) return whatFits(shape);
  return `${whatFits(shape)}; ${String(fallback)} if nothing is written`;
}

/** Keys that the group has already, above and below the line. */
function siblings(lines: readonly string[], at: number, { column }: LinePlace): readonly string[] {
  const found: string[] = [];
  /** Takes the line's key; whether the group goes on beyond it. A line with a dash begins an item, and ends the one above. */
  const take = (text: string, up: boolean): boolean => {
    if (text.trim() === '' || text.trimStart().startsWith('#')) return true;
    const [, lead = '', word, colon] = LINE.exec(text) ?? [];
    const begins = lead.includes('-') && lead.length <= column;
    if (lead.length < column || (begins && !up)) return false;
    if (lead.length === column && word !== undefined && colon !== undefined) found.push(word);
    return !begins;
  };
  const isFirst = (lines[at] ?? '').trimStart().startsWith('-');
  for (let i = at - 1; !isFirst && i >= 0 && take(lines[i] ?? '', true); i -= 1);
  for (let i = at + 1; i < lines.length && take(lines[i] ?? '', false); i += 1);
  return found;
}

/** The names below `engines:`. */
function enginesIn(lines: readonly string[]): readonly string[] {
  const begin = lines.findIndex((line) => /^engines:\s*(#.*)?$/.test(line));
  const names: string[] = [];
  let indent: number | null = null;
  for (const line of begin === -1 ? [] : lines.slice(begin + 1)) {
    const [, lead = '', word, colon] = LINE.exec(line) ?? [];
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    if (lead.length === 0) break;
    indent ??= lead.length;
    if (lead.length === indent && word !== undefined && colon !== undefined) names.push(word);
  }
  return names;
}
