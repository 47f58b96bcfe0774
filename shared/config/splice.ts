/** The mechanics of splices: where in the text a pair, an item or an empty value is, and what to put there. */
import { isCollection, isPair, isScalar, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { TextEdit } from '../model.ts';
import { flowYaml, type Json } from './write.ts';

/** Whether a value stands on one line and is no block text. */
export function isOneLine(text: string, node: Node): boolean {
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) return false;
  if (isCollection(node) && !node.flow) return false;
  return node.range ? !/\n/.test(text.slice(node.range[0], node.range[1])) : false;
}

/** A new value in the place of a one-line one; quotes stay as they were where they can. */
export function replaceScalar(text: string, node: Node, value: Json): TextEdit {
  const [start, end] = node.range ?? [0, 0];
  return { start, end, text: likeBefore(text.slice(start, end), value) };
}

function likeBefore(old: string, value: Json): string {
  if (typeof value !== 'string') {
    // brackets stay as tight or as wide as they were
    const written = flowYaml(value);
    return Array.isArray(value) && /^\[\s/.test(old) && value.length > 0 ? `[ ${written.slice(1, -1)} ]` : written;
  }
  if (old.startsWith('"')) return JSON.stringify(value);
  if (old.startsWith("'") && !/['\n\r\t]|[^\x20-\x7e\u00a0-\ud7ff]/.test(value)) return `'${value}'`;
  return flowYaml(value);
}

/** Puts a value behind the colon of a key that has none. */
export function fillEmpty(text: string, pair: Pair, value: string): readonly TextEdit[] {
  const token = (pair.srcToken as { sep?: readonly { type: string; offset: number }[] } | undefined)?.sep;
  const colon = token?.find((one) => one.type === 'map-value-ind');
  if (colon) return [{ start: colon.offset + 1, end: colon.offset + 1, text: ` ${value}` }];
  const end = (pair.key as Node).range?.[1] ?? text.length;
  return [{ start: end, end, text: `: ${value}` }];
}

/** Adds `key: value` to a map: behind the last pair inside braces, or as a line of its own. `null` when that isn't simple. */
export function insertPair(text: string, map: YAMLMap, written: string): readonly TextEdit[] | null {
  const [start, end] = map.range ?? [0, 0];
  if (map.flow) {
    if (/\n/.test(text.slice(start, end))) return null;
    const last = map.items.at(-1);
    if (!last) return [{ start, end, text: `{ ${written} }` }];
    const at = endOf(last);
    return [{ start: at, end: at, text: `, ${written}` }];
  }
  const first = map.items[0];
  const begin = keyStart(first);
  if (!first || begin === null) return null;
  const indent = indentAt(text, begin);
  const eol = /\r\n/.test(text) ? '\r\n' : '\n';
  // behind the last pair that ends on its own line; what goes over several lines may end in blank lines and comments
  const calm = [...map.items].reverse().find((pair) => {
    const at = keyStart(pair);
    return at !== null && !/\n/.test(text.slice(at, endOf(pair))) && !isBlockText(pair.value);
  });
  if (!calm) return [{ start: begin, end: begin, text: `${written}${eol}${indent}` }];
  const at = endOfLine(text, endOf(calm));
  return [{ start: at, end: at, text: `${eol}${indent}${written}` }];
}

/** Takes a pair out of its map; `holder` is the pair whose value the map is. `null` when that isn't simple. */
export function removePair(text: string, map: YAMLMap, pair: Pair, holder: Pair | null): readonly TextEdit[] | null {
  const index = map.items.indexOf(pair);
  const start = keyStart(pair);
  if (index < 0 || start === null) return null;
  const next = keyStart(map.items[index + 1]);
  if (map.flow) {
    const [open, close] = map.range ?? [0, 0];
    if (/\n/.test(text.slice(open, close))) return null;
    if (map.items.length === 1) return [{ start: open, end: close, text: '{}' }];
    if (next !== null) return [{ start, end: next, text: '' }];
    return [{ start: endOf(map.items[index - 1]), end: endOf(pair), text: '' }];
  }
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const own = /^[ \ufeff]*$/.test(text.slice(line, start));
  if (map.items.length === 1 && holder) {
    const colon = fillEmpty(text, holder, '{}');
    const lines = wholeLines(text, start, pair);
    return own ? [...colon, lines] : null;
  }
  if (own) return [wholeLines(text, text[line] === '\ufeff' ? start : line, pair)];
  // the first key behind `- `
  return next === null ? null : [{ start, end: next, text: '' }];
}

function wholeLines(text: string, from: number, pair: Pair): TextEdit {
  const line = text[from] === '\ufeff' ? from : text.lastIndexOf('\n', from - 1) + 1;
  const start = text[line] === '\ufeff' ? line + 1 : line;
  const content = endOf(pair);
  const end = text[content - 1] === '\n' ? content : endOfLine(text, content);
  const rest = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: text[content - 1] === '\n' ? content : end + rest, text: '' };
}

/** Edits that turn a list of one-line items, one a line, into another; kept items keep their comments. `null` when not such a list. */
export function blockListEdits(text: string, list: YAMLSeq, wanted: readonly Json[]): readonly TextEdit[] | null {
  const items = list.items.map((item) => (isPair(item) ? null : (item as Node)));
  const simple = items.every((item) => item?.range && isScalar(item) && isOneLine(text, item) && !item.anchor);
  if (!simple || items.length === 0) return null;
  const nodes = items as Node[];
  const old = nodes.map((node) => node.toJSON() as Json);
  const { head, tail } = sameEnds(old, wanted);
  const oldMiddle = nodes.slice(head, nodes.length - tail);
  const newMiddle = wanted.slice(head, wanted.length - tail);
  const edits: TextEdit[] = [];
  for (const [i, node] of oldMiddle.entries()) {
    const value = newMiddle[i];
    if (value !== undefined) edits.push(replaceScalar(text, node, value));
    else {
      const dash = text.lastIndexOf('-', (node.range?.[0] ?? 0) - 1);
      const start = text.lastIndexOf('\n', dash) + 1;
      const end = endOfLine(text, node.range?.[1] ?? 0);
      // the last one goes with the line break before it
      edits.push(
        end < text.length
          ? { start, end: nextLine(text, end), text: '' }
          : { start: endOfLine(text, Math.max(0, start - 2)), end, text: '' },
      );
    }
  }
  const more = newMiddle.slice(oldMiddle.length);
  if (more.length > 0) {
    const anchor = oldMiddle.at(-1) ?? nodes[head - 1] ?? nodes[0];
    const [from, to] = anchor?.range ?? [0, 0];
    const dash = text.lastIndexOf('-', from - 1);
    const line = text.lastIndexOf('\n', dash) + 1;
    const lead = text.slice(line, dash).replace(/[^ ]/g, ' ');
    const eol = /\r\n/.test(text) ? '\r\n' : '\n';
    const lines = more.map((value) => `${text.slice(dash, from)}${listItem(text, anchor, value)}`);
    if (oldMiddle.length === 0 && head === 0) {
      edits.push({ start: dash, end: dash, text: lines.map((one) => `${one}${eol}${lead}`).join('') });
    } else {
      const at = endOfLine(text, to);
      edits.push({ start: at, end: at, text: lines.map((one) => `${eol}${lead}${one}`).join('') });
    }
  }
  return edits;
}

/** How many values at the beginning and at the end of two lists are the same. */
function sameEnds(old: readonly Json[], wanted: readonly Json[]): { head: number; tail: number } {
  let head = 0;
  while (head < old.length && head < wanted.length && old[head] === wanted[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < wanted.length - head &&
    old[old.length - 1 - tail] === wanted[wanted.length - 1 - tail]
  ) {
    tail++;
  }
  return { head, tail };
}

/** Edits that turn a list in brackets on one line into another; what stays keeps its quotes and spaces. `null` when it must be written anew. */
export function flowListEdits(text: string, list: YAMLSeq, wanted: readonly Json[]): readonly TextEdit[] | null {
  const nodes = list.items.map((item) => item as Node);
  const simple = list.items.every(
    (item) => isScalar(item) && item.range && isOneLine(text, item) && !item.anchor && !item.tag,
  );
  if (!list.flow || !isOneLine(text, list) || !simple || nodes.length === 0 || wanted.length === 0) return null;
  const start = (node: Node | undefined) => node?.range?.[0] ?? 0;
  const end = (node: Node | undefined) => node?.range?.[1] ?? 0;
  const { head, tail } = sameEnds(
    nodes.map((node) => node.toJSON() as Json),
    wanted,
  );
  const oldMiddle = nodes.slice(head, nodes.length - tail);
  const newMiddle = wanted.slice(head, wanted.length - tail);
  const edits: TextEdit[] = oldMiddle
    .slice(0, newMiddle.length)
    .map((node, i) => replaceScalar(text, node, newMiddle[i] ?? null));
  const more = newMiddle.slice(oldMiddle.length);
  if (more.length > 0) {
    const between = nodes[1] ? text.slice(end(nodes[0]), start(nodes[1])) : '';
    const comma = /^ *, *$/.test(between) ? between : ', ';
    const before = nodes[head + oldMiddle.length - 1];
    const added = more.map((value) => listItem(text, before ?? nodes[0], value));
    const at = before ? end(before) : start(nodes[0]);
    edits.push({
      start: at,
      end: at,
      text: added.map((one) => (before ? comma + one : one + comma)).join(''),
    });
  }
  const gone = oldMiddle.slice(newMiddle.length);
  if (gone.length > 0) {
    const before = nodes[head + newMiddle.length - 1];
    edits.push(
      before
        ? { start: end(before), end: end(gone.at(-1)), text: '' }
        : { start: start(gone[0]), end: start(nodes[nodes.length - tail]), text: '' },
    );
  }
  return edits;
}

const listItem = (text: string, like: Node | undefined, value: Json): string =>
  like?.range ? likeBefore(text.slice(like.range[0], like.range[1]), value) : flowYaml(value);

/** Offset of the line break that ends the line of an offset, or of the end of the text. */
export function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' && at - 1 >= offset ? at - 1 : at;
}

const nextLine = (text: string, end: number): number => end + (text[end] === '\r' ? 2 : 1);

const isBlockText = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');

const keyStart = (pair: Pair | undefined): number | null => {
  const key = pair?.key as Node | undefined;
  return key?.range ? key.range[0] : null;
};

/** Where the content of a pair ends: its deepest last value, without blank lines and comments behind it. */
const endOf = (pair: Pair | undefined): number =>
  Math.max(endOfNode(pair?.key as Node | undefined), endOfNode(pair?.value as Node | null | undefined));

function endOfNode(node: Node | Pair | null | undefined): number {
  if (isPair(node)) return endOf(node);
  if (!node?.range) return 0;
  if (isCollection(node) && !node.flow)
    return endOfNode(node.items.at(-1) as Node | Pair | undefined) || node.range[1];
  return node.range[1];
}

/** What stands before a key on its line, as spaces: new lines of the same map begin with it. */
function indentAt(text: string, offset: number): string {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  return ' '.repeat(offset - line - (text[line] === '\ufeff' ? 1 : 0));
}
