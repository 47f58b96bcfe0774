/** From a path of keys to its place in the text. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Path } from './shape.ts';

/** Where something is: lines and columns from 1 in UTF-16 units, ends exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Offsets from 0, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Locator {
  /** The key at the end of a path, or `null` for an item of a list or when it isn't written. */
  readonly key: (path: Path) => Span | null;
  /** The value at a path; `null` when nothing is written there. */
  readonly value: (path: Path) => Span | null;
  /** The place to mark for a path: its value, or its key (`what: 'key'`); what isn't there is marked at the nearest parent. */
  readonly place: (path: Path, what?: 'key' | 'value') => Place;
  readonly placeOf: (span: Span) => Place;
  /** Text of a span. */
  readonly source: (span: Span) => string;
  /** The node at a path, aliases and merged maps looked through. */
  readonly node: (path: Path) => Node | null;
}

/** A locator for a text and the document parsed from it. */
export function locator(text: string, doc: Document): Locator {
  const lines = lineStarts(text);
  const placeOf = ({ start, end }: Span): Place => {
    // the YAML reader may complain of what is missing one behind the end
    const [line, column] = position(lines, Math.min(start, text.length));
    const [endLine, endColumn] = position(lines, Math.min(end, text.length));
    return { line, column, endLine, endColumn };
  };
  const oneLine = (span: Span): Span => {
    const eol = text.slice(span.start, span.end).search(/\r?\n/);
    return eol < 0 ? span : { start: span.start, end: span.start + eol };
  };
  const key = (path: Path): Span | null => {
    const found = find(doc, path)?.pair?.key;
    return isNode(found) ? spanOf(found) : null;
  };
  const value = (path: Path): Span | null => {
    const node = find(doc, path)?.node;
    return node ? spanOf(node) : null;
  };
  const place = (path: Path, what: 'key' | 'value' = 'value'): Place => {
    for (let depth = path.length; depth >= 0; depth--) {
      const at = path.slice(0, depth);
      const own = key(at);
      if (own && (what === 'key' || depth < path.length)) return placeOf(oneLine(own));
      const span = value(at);
      if (!span) continue;
      const empty = span.start === span.end;
      const several = /\n/.test(text.slice(span.start, span.end));
      if (own && (empty || several)) return placeOf(oneLine(own));
      return placeOf(oneLine(span));
    }
    return placeOf(firstWord(text));
  };
  return {
    key,
    value,
    place,
    placeOf,
    source: ({ start, end }) => text.slice(start, end),
    node: (path) => find(doc, path)?.node ?? null,
  };
}

interface Found {
  readonly pair: Pair | null;
  readonly node: Node | null;
}

function find(doc: Document, path: Path): Found | null {
  let at: Found = { pair: null, node: (doc.contents as Node | null) ?? null };
  for (const step of path) {
    const node = isAlias(at.node) ? (at.node.resolve(doc) ?? null) : at.node;
    if (isMap(node)) {
      const pair = pairOf(node, String(step), doc, 0);
      if (!pair) return null;
      at = { pair, node: isNode(pair.value) ? pair.value : null };
    } else if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step];
      at = { pair: null, node: isNode(item) ? item : null };
      if (isPair(item)) return null;
    } else return null;
  }
  return at;
}

/** The pair of a key; the last one wins when it is written twice, and own keys win over merged ones, as in the value read. */
function pairOf(map: YAMLMap, key: string, doc: Document, depth: number): Pair | null {
  const { pairs, merges } = indexOf(map);
  const own = pairs.get(key);
  if (own || depth > 8) return own ?? null;
  for (const pair of merges) {
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const from = isAlias(source) ? source.resolve(doc) : source;
      const merged = isMap(from) ? pairOf(from, key, doc, depth + 1) : null;
      if (merged) return merged;
    }
  }
  return null;
}

/** The pairs of a map by key; a file of nothing but mistakes asks for thousands of places. */
const indexes = new WeakMap<YAMLMap, { pairs: ReadonlyMap<string, Pair>; merges: readonly Pair[] }>();

function indexOf(map: YAMLMap): { pairs: ReadonlyMap<string, Pair>; merges: readonly Pair[] } {
  const known = indexes.get(map);
  if (known) return known;
  const named = map.items.map((pair) => [keyText(pair), pair] as const);
  const pairs = new Map(named.flatMap(([name, pair]) => (name === null ? [] : [[name, pair] as const])));
  const index = { pairs, merges: named.flatMap(([name, pair]) => (name === '<<' ? [pair] : [])).reverse() };
  indexes.set(map, index);
  return index;
}

/** A key as the value read has it: text, numbers and the like turned into text; `null` for keys that are no scalars. */
export function keyText(pair: Pair): string | null {
  const key: unknown = pair.key;
  if (!isScalar(key)) return null;
  // the reader turns a merge key `<<` into a symbol
  if (typeof key.value === 'symbol') return key.value.description ?? '';
  return key.value === null ? '' : String(key.value);
}

const spanOf = (node: Node): Span | null =>
  node.range ? { start: node.range[0], end: Math.max(node.range[0], endOf(node)) } : null;

/** The reader lets a block end behind the line break, or the comments, after its last item; here it ends with that item. */
function endOf(node: Node): number {
  const own = node.range?.[1] ?? 0;
  if (!(isMap(node) || isSeq(node)) || node.flow) return own;
  const item: unknown = node.items.at(-1);
  const last = isPair(item) ? [item.value, item.key].find((part) => isNode(part) && part.range) : item;
  return isNode(last) && last.range ? Math.min(own, endOf(last)) : own;
}

/** Offsets at which lines begin; a line ends at `\n`. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column from 1 of an offset. */
export function position(lines: readonly number[], offset: number): readonly [line: number, column: number] {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return [low + 1, offset - (lines[low] ?? 0) + 1];
}

function firstWord(text: string): Span {
  const word = /\S+/.exec(text.replace(/^\ufeff/, ' '));
  return word ? { start: word.index, end: word.index + word[0].length } : { start: 0, end: 0 };
}
