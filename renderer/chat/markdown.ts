/**
 * The little of Markdown that answers use, as a tree of plain values: no HTML comes in or out, so whatever a model writes is
 * text. Own code, because it is linear: a model that repeats one mark for ever must not freeze the window, and the known
 * parsers take seconds for 40 kB of it. Unfinished marks (an answer still streams) read as text, an unclosed fence as code to the end.
 */

export type Inline =
  | { readonly type: 'text' | 'bold' | 'italic' | 'code'; readonly text: string }
  /** Never clickable: a model may write any address. */
  | { readonly type: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly type: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: number; readonly inlines: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly type: 'quote'; readonly inlines: readonly Inline[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | {
      readonly type: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const BULLET = /^\s{0,8}[-*+]\s+(.*)$/;
const NUMBER = /^\s{0,8}\d{1,9}[.)]\s+(.*)$/;
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;

/** The blocks of a text. */
export function parseMarkdown(source: string): readonly Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (line.trim() === '') at += 1;
    else if (fence) {
      const end = closing(lines, at + 1, fence[1] ?? '```');
      blocks.push({ type: 'code', language: fence[2] ?? '', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else if (heading) {
      blocks.push({ type: 'heading', level: heading[1]?.length ?? 1, inlines: parseInlines(heading[2] ?? '') });
      at += 1;
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const mark = BULLET.test(line) ? BULLET : NUMBER;
      const run = runOf(lines, at, (l) => mark.test(l) || (/^\s{2,}\S/.test(l) && !FENCE.test(l)));
      const items: string[] = [];
      for (const l of run) {
        const item = mark.exec(l);
        if (item) items.push(item[1] ?? '');
        else items[items.length - 1] += ` ${l.trim()}`;
      }
      blocks.push({ type: 'list', ordered: mark === NUMBER, items: items.map(parseInlines) });
      at += run.length;
    } else if (isTable(line, lines[at + 1] ?? '')) {
      const body = runOf(lines, at + 1, (l) => l.includes('|')).slice(1);
      blocks.push({ type: 'table', head: cells(line), rows: body.map(cells) });
      at += 2 + body.length;
    } else if (QUOTE.test(line)) {
      const run = runOf(lines, at, (l) => QUOTE.test(l));
      blocks.push({ type: 'quote', inlines: parseInlines(run.map((l) => QUOTE.exec(l)?.[1] ?? '').join('\n')) });
      at += run.length;
    } else {
      const run = runOf(lines, at, (l) => l.trim() !== '' && !starts(l));
      blocks.push({ type: 'paragraph', inlines: parseInlines(run.join('\n')) });
      at += run.length;
    }
  }
  return blocks;
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
  FENCE.test(line) || HEADING.test(line) || BULLET.test(line) || NUMBER.test(line) || QUOTE.test(line);

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

/** Code first: nothing inside it is a mark. No nesting: answers need none, and a deep one could not hurt. */
const INLINE =
  /(?<ticks>`+)(?<code>[^`](?:[\s\S]*?[^`])?)\k<ticks>(?!`)|\*\*(?<bold>[^\s*](?:[^*]*[^\s*])?)\*\*|(?<![\w*])\*(?<italic>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|\[(?<label>[^\]\n]+)\]\((?<href>[^)\s]+)\)/g;

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
