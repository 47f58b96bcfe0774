/**
 * Changing one value of a config file without touching anything else: the change is a splice of the text, so comments, order,
 * spacing and line ends stay. What can't be spliced safely is refused, with the line to look at.
 */
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { TextEdit } from '../model.ts';
import { keyText, lineStarts, position } from './locate.ts';
import { readYaml } from './parse.ts';
import type { Path } from './shape.ts';
import {
  blockListEdits,
  fillEmpty,
  flowListEdits,
  insertPair,
  isOneLine,
  removePair,
  replaceScalar,
} from './splice.ts';
import { flowYaml, type Json } from './write.ts';
import { yamlComplaints } from './yaml-errors.ts';

export type Edited =
  | { readonly readonly?: false; readonly text: string; readonly edits: readonly TextEdit[] }
  | {
      readonly readonly: true;
      /** Why, as a sentence. */
      readonly reason: string;
      /** From 1. */
      readonly line: number;
    };

/** Sets a value, written or not yet; groups of keys on the way are added as needed. `edits` is empty when nothing changes. */
export function setValue(text: string, path: Path, value: Json): Edited {
  return change(text, path, (doc) => edit(doc, text, path, value), value);
}

/** Takes a key, or an item of a list written inside brackets, out of the file; nothing changes when it isn't there. */
export function removeKey(text: string, path: Path): Edited {
  return change(text, path, (doc) => remove(doc, text, path), undefined);
}

/** Whether a value could be changed: `null`, or why not. For forms that show it read-only. */
export function whyReadonly(text: string, path: Path): { readonly reason: string; readonly line: number } | null {
  const doc = readYaml(text);
  const refuse = refusal(text);
  const broken = yamlComplaints(text, doc)[0];
  if (broken) return refuse('The file has a YAML error', broken.span.start);
  const found = walk(doc, path);
  if ('refused' in found) return refuse(found.refused, found.at);
  if (!found.pair || isEmpty(found.pair.value)) return null;
  const value = found.pair.value as Node;
  const scalarOrList = isScalar(value) || isSeq(value);
  if (scalarOrList && (isOneLine(text, value) || (isSeq(value) && blockListEdits(text, value, []) !== null)))
    return null;
  return refuse('The value goes over several lines', value.range?.[0] ?? 0);
}

type Attempt = readonly TextEdit[] | { readonly refused: string; readonly at: number };

function change(text: string, path: Path, attempt: (doc: Document) => Attempt, value: Json | undefined): Edited {
  const refuse = refusal(text);
  try {
    const doc = readYaml(text);
    const broken = yamlComplaints(text, doc)[0];
    if (broken) return { readonly: true, ...refuse('The file has a YAML error', broken.span.start) };
    const edits = attempt(doc);
    if ('refused' in edits) return { readonly: true, ...refuse(edits.refused, edits.at) };
    if (edits.length === 0) return { text, edits };
    const after = applyEdits(text, edits);
    // the proof of a splice is in the reading: the one value is as wanted, all others are as they were
    const wanted = withValue(doc.toJS() ?? {}, path, value);
    const again = readYaml(after);
    if (again.errors.length > 0 || !same(again.toJS() ?? {}, wanted)) {
      return {
        readonly: true,
        ...refuse('This place can’t be changed without touching others', edits[0]?.start ?? 0),
      };
    }
    return { text: after, edits };
  } catch {
    return { readonly: true, ...refuse('The file can’t be read', 0) };
  }
}

const refusal = (text: string) => (reason: string, offset: number) => ({
  reason: `${reason}.`,
  line: position(lineStarts(text), offset)[0],
});

/** Applies edits that don't overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((done, one) => done.slice(0, one.start) + one.text + done.slice(one.end), text);
}

interface Way {
  /** The innermost map that is written on the way. */
  readonly map: YAMLMap | null;
  /** The pair whose value `map` is, or whose empty value ends the way. */
  readonly holder: Pair | null;
  /** The pair of the whole path, when it is written, and the map it is in with that map's own pair. */
  readonly pair: Pair | null;
  readonly within: { readonly map: YAMLMap; readonly holder: Pair | null } | null;
  /** Steps that are not written. */
  readonly rest: Path;
}

/** Goes down a path as far as it is written; refuses what other places share. */
function walk(doc: Document, path: Path): Way | { readonly refused: string; readonly at: number } {
  let node: unknown = doc.contents;
  let holder: Pair | null = null;
  let within: Way['within'] = null;
  for (let depth = 0; ; depth++) {
    const shared = sharing(node);
    if (shared) return shared;
    if (depth === path.length) return { map: null, holder, pair: holder, within, rest: [] };
    if (isEmpty(node)) return { map: null, holder, pair: null, within: null, rest: path.slice(depth) };
    const step = path[depth];
    if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
      const item: unknown = node.items[step];
      if (depth === path.length - 1) return { refused: 'Change the list as a whole', at: node.range?.[0] ?? 0 };
      node = isPair(item) ? null : item;
      holder = null;
      continue;
    }
    if (!isMap(node)) return { refused: 'Something else than keys stands here', at: (node as Node).range?.[0] ?? 0 };
    const map: YAMLMap = node;
    const merged = map.items.find((pair) => keyText(pair) === '<<');
    if (merged) return { refused: 'These keys come from elsewhere by `<<`', at: map.range?.[0] ?? 0 };
    const pair = map.items.find((one) => keyText(one) === String(step));
    if (!pair) return { map, holder, pair: null, within: null, rest: path.slice(depth) };
    within = { map, holder };
    holder = pair;
    node = pair.value;
  }
}

function sharing(node: unknown): { refused: string; at: number } | null {
  if (isAlias(node)) return { refused: `The value stands elsewhere (\`*${node.source}\`)`, at: node.range?.[0] ?? 0 };
  const { anchor, tag, range } = (node ?? {}) as { anchor?: string; tag?: string; range?: [number, number, number] };
  if (anchor) return { refused: `The value is used elsewhere too (\`&${anchor}\`)`, at: range?.[0] ?? 0 };
  if (tag?.startsWith('!') || (tag && !/:(?:map|seq|str|int|float|bool|null)$/.test(tag))) {
    return { refused: `The value has a tag (\`${tag}\`)`, at: range?.[0] ?? 0 };
  }
  return null;
}

function edit(doc: Document, text: string, path: Path, value: Json): Attempt {
  if (path.length === 0) return { refused: 'The whole file can’t be set', at: 0 };
  const way = walk(doc, path);
  if ('refused' in way) return way;
  if (way.pair) return replace(text, way.pair, value);
  // what is missing below the last written key goes in as one value in braces
  const [key, ...deeper] = way.rest;
  if (way.rest.some((step) => typeof step === 'number')) return { refused: 'There is no such item', at: 0 };
  if (way.map) {
    if (way.map.items.length === 0 && !way.map.flow)
      return { refused: 'The map is empty', at: way.map.range?.[0] ?? 0 };
    const inserted = insertPair(text, way.map, `${keyYaml(String(key))}: ${flowYaml(nest(deeper, value))}`);
    return inserted ?? { refused: 'These keys go over several lines inside braces', at: way.map.range?.[0] ?? 0 };
  }
  if (way.holder) return fillEmpty(text, way.holder, flowYaml(nest(way.rest, value)));
  const start = `${keyYaml(String(key))}: ${flowYaml(nest(deeper, value))}\n`;
  const gap = text === '' || text.endsWith('\n') || text === '\ufeff' ? '' : '\n';
  return [{ start: text.length, end: text.length, text: gap + start }];
}

function replace(text: string, pair: Pair, value: Json): Attempt {
  const old = pair.value;
  if (isEmpty(old)) return value === null ? [] : fillEmpty(text, pair, flowYaml(value));
  const node = old as Node;
  if (same(node.toJSON(), value)) return [];
  const at = node.range?.[0] ?? 0;
  if (isSeq(node) && !node.flow && Array.isArray(value)) {
    const edits = blockListEdits(text, node, value);
    // without its last item the key would have no value at all
    if (edits && value.length === 0) return [...fillEmpty(text, pair, '[]'), ...edits];
    return edits ?? { refused: 'The items of this list go over several lines', at };
  }
  if (isMap(node)) return { refused: 'Set the keys below it one by one', at };
  if (!isOneLine(text, node)) return { refused: 'The value goes over several lines', at };
  const items = isSeq(node) && Array.isArray(value) ? flowListEdits(text, node, value) : null;
  return items ?? [replaceScalar(text, node, value)];
}

function remove(doc: Document, text: string, path: Path): Attempt {
  const way = walk(doc, path);
  if ('refused' in way) return way;
  if (!way.pair || !way.within) return [];
  const at = way.within.map.range?.[0] ?? 0;
  return (
    removePair(text, way.within.map, way.pair, way.within.holder) ?? {
      refused: 'The key goes over several lines',
      at,
    }
  );
}

const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null && (node.source ?? '') === '');

/** `(['health', 'every'], '5s')` → `{health: {every: '5s'}}`. */
const nest = (path: Path, value: Json): Json =>
  path.reduceRight<Json>((inner, step) => ({ [String(step)]: inner }), value);

const keyYaml = (key: string): string => flowYaml(key);

/** The plain value of the file with one value changed, to compare with what the spliced text reads as. */
function withValue(root: unknown, path: Path, value: Json | undefined): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root)) return root.map((one, i) => (i === step ? withValue(one, rest, value) : one));
  const map = (root ?? {}) as Record<string, unknown>;
  if (value === undefined && rest.length === 0) {
    return Object.fromEntries(Object.entries(map).filter(([key]) => key !== String(step)));
  }
  return { ...map, [String(step)]: withValue(Object.hasOwn(map, step) ? map[String(step)] : null, rest, value) };
}

/** Equal in content; the order of keys does not count. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}
