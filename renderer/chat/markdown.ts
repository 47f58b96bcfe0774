/**
 * The little of Markdown that answers use, as a tree of plain values: no HTML comes in or out, so whatever a model writes is
 * text. Own code, because it is linear: a model that repeats one mark for ever must not freeze the window, and the known
 * parsers take seconds for 40 kB of it (@lezer/markdown 1.8: 6.7 s for `*a_`, 3.9 s for `[a](`). Unfinished marks (an answer still
 * streams) read as text, an unclosed fence as code to the end.
 */
import { share } from '../share.ts';

export type Inline =
  | { readonly type: 'text' | 'bold' | 'italic' | 'code'; readonly text: string }
  /** Never clickable: a model may write any address. */
  | { readonly type: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly type: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: number; readonly inlines: readonly Inline[] }
  /** `start`: the number of the first item, of an ordered list. An item is blocks: a line of text, lists below it, code. */
  | { readonly type: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly type: 'quote'; readonly blocks: readonly Block[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'rule' }
  | {
      readonly type: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

/** A text that was read: it can be gone on with when more of it comes. */
export interface Parsed {
  readonly source: string;
  readonly blocks: readonly Block[];
  /**
   * Where the last block but one begins. What comes later changes the last one, or makes its only line a part of the one ahead: a
   * `-` begins a list until it turns out to be a `--` of a paragraph.
   */
  readonly openAt: number;
  /** How many blocks begin there: two, or one. */
  readonly open: number;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|(\d{1,9})[.)])(?:(\s+)(.*))?$/;
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
/** Lists and quotes below one another; deeper marks read as text. */
const DEEPEST = 10;

/**
 * The blocks of a text. With what was read of its beginning, only the last two blocks of that and what came later are read, and
 * those that did not change are the very same.
 */
export function parseMarkdown(source: string, before: Parsed | null = null): Parsed {
  const goesOn = before !== null && source.startsWith(before.source);
  const from = goesOn ? before.openAt : 0;
  const finished = goesOn ? before.blocks.length - before.open : 0;
  const lines = source.slice(from).split('\n');
  const read = blocksOf(lines.map(plain), 0);
  const skipped = lines.slice(0, read.openLine).reduce((sum, line) => sum + line.length + 1, 0);
  const kept = before?.blocks.slice(0, finished) ?? [];
  const again = share(before?.blocks.slice(finished), read.blocks);
  return { source, blocks: [...kept, ...again], openAt: from + skipped, open: Math.min(2, read.blocks.length) };
}

/** A line without a carriage return at its end, its indentation in spaces. */
const plain = (line: string): string =>
  line.replace(/\r$/, '').replace(/^[ \t]+/, (space) => space.replaceAll('\t', '    '));

function blocksOf(
  lines: readonly string[],
  depth: number,
): { readonly blocks: readonly Block[]; readonly openLine: number } {
  const blocks: Block[] = [];
  let at = 0;
  let openLine = 0;
  let lastLine = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    openLine = lastLine;
    lastLine = at;
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    const item = depth < DEEPEST ? ITEM.exec(line) : null;
    if (fence) {
      const end = closing(lines, at + 1, fence[1] ?? '```');
      blocks.push({ type: 'code', language: fence[2] ?? '', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else if (heading) {
      blocks.push({
        type: 'heading',
        level: heading[1]?.length ?? 1,
        inlines: parseInlines(unclosed(heading[2] ?? '')),
      });
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push({ type: 'rule' });
      at += 1;
    } else if (item) {
      const { items, end } = itemsOf(lines, at, item);
      const start = item[3] === undefined ? null : Number(item[3]);
      blocks.push({ type: 'list', start, items: items.map((one) => blocksOf(one, depth + 1).blocks) });
      at = end;
    } else if (isTable(line, lines[at + 1] ?? '')) {
      const body = runOf(lines, at + 1, (l) => l.includes('|')).slice(1);
      blocks.push({ type: 'table', head: cells(line), rows: body.map(cells) });
      at += 2 + body.length;
    } else if (depth < DEEPEST && QUOTE.test(line)) {
      const run = runOf(lines, at, (l) => QUOTE.test(l));
      const inner = run.map((l) => QUOTE.exec(l)?.[1] ?? '');
      blocks.push({ type: 'quote', blocks: blocksOf(inner, depth + 1).blocks });
      at += run.length;
    } else {
      const run = runOf(lines, at, (l) => l.trim() !== '' && !starts(l));
      blocks.push({ type: 'paragraph', inlines: parseInlines(run.map((l) => l.trimStart()).join('\n')) });
      at += run.length;
    }
  }
  return { blocks, openLine };
}

/**
 * The items of the list that begins at `at`, each as its own lines without their indentation, and where the list ends. Two spaces
 * are enough to stand below an item, as models write them, and a blank line ends nothing that goes on after it.
 */
function itemsOf(
  lines: readonly string[],
  at: number,
  first: RegExpExecArray,
): { readonly items: readonly (readonly string[])[]; readonly end: number } {
  const base = first[1]?.length ?? 0;
  const isSibling = (line: string): RegExpExecArray | null => {
    const item = indent(line) < base + 2 && indent(line) >= base ? ITEM.exec(line) : null;
    return item !== null && (item[3] === undefined) === (first[3] === undefined) ? item : null;
  };
  const items: string[][] = [];
  let cut: number | null = null;
  let end = at;
  while (end < lines.length) {
    const line = lines[end] ?? '';
    const item = isSibling(line);
    if (item) {
      items.push([item[5] ?? '']);
      cut = null;
      end += 1;
    } else if (line.trim() === '') {
      let next = end;
      while (next < lines.length && lines[next]?.trim() === '') next += 1;
      const after = lines[next];
      if (after === undefined || (indent(after) < base + 2 && !isSibling(after))) break;
      items.at(-1)?.push(...lines.slice(end, next));
      end = next;
    } else if (indent(line) >= base + 2) {
      // The first line below an item says how far its own indentation goes.
      cut ??= indent(line);
      items.at(-1)?.push(line.slice(Math.min(cut, indent(line))));
      end += 1;
    } else break;
  }
  return { items, end };
}

const indent = (line: string): number => line.length - line.trimStart().length;

/** A heading without the marks that may close it. */
function unclosed(text: string): string {
  let end = text.trimEnd().length;
  while (end > 0 && text[end - 1] === '#') end -= 1;
  return text.slice(0, end).trimEnd();
}

/** A row of heads, and under it the rule that makes it one. */
const isTable = (line: string, next: string): boolean =>
  line.includes('|') && next.includes('-') && next.includes('|') && TABLE_RULE.test(next);

/** The cells between the bars of a row; `\\|` is a bar of the text. */
function cells(line: string): readonly (readonly Inline[])[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => parseInlines(cell.trim().replaceAll('\\|', '|')));
}

const starts = (line: string): boolean =>
  FENCE.test(line) || HEADING.test(line) || RULE.test(line) || ITEM.test(line) || QUOTE.test(line);

/** The lines from `at` for which `goesOn` holds; always at least one. */
function runOf(lines: readonly string[], at: number, goesOn: (line: string) => boolean): readonly string[] {
  let end = at + 1;
  while (end < lines.length && goesOn(lines[end] ?? '')) end += 1;
  return lines.slice(at, end);
}

/** Index of the line that closes a fence; the end when none does. */
function closing(lines: readonly string[], from: number, mark: string): number {
  for (let i = from; i < lines.length; i += 1) {
    const line = (lines[i] ?? '').trim();
    if (line.startsWith(mark) && [...line].every((sign) => sign === mark[0])) return i;
  }
  return lines.length;
}

/** Code first: nothing inside it is a mark. No nesting: answers need none. Links are bounded, or `[a](` for ever takes seconds. */
const INLINE =
  /(?<ticks>`+)(?<code>[^`](?:[\s\S]*?[^`])?)\k<ticks>(?!`)|\*\*(?<bold>[^\s*](?:[^*]*[^\s*])?)\*\*|(?<![\w*])\*(?<italic>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|\[(?<label>[^\]\n]{1,500})\]\((?<href>[^)\s]{1,2000})\)/g;

/** The pieces of a paragraph. */
export function parseInlines(source: string): readonly Inline[] {
  const out: Inline[] = [];
  let at = 0;
  for (const match of source.matchAll(INLINE)) {
    const { code, bold, italic, label, href } = match.groups ?? {};
    if (match.index > at) out.push({ type: 'text', text: source.slice(at, match.index) });
    if (code !== undefined) out.push({ type: 'code', text: code });
    else if (bold !== undefined) out.push({ type: 'bold', text: bold });
    else if (italic !== undefined) out.push({ type: 'italic', text: italic });
    else if (label !== undefined) out.push({ type: 'link', text: label, href: href ?? '' });
    at = match.index + match[0].length;
  }
  if (at < source.length) out.push({ type: 'text', text: source.slice(at) });
  return out;
}
