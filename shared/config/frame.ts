import type { Finding } from '../model.ts';

const WIDTH = 96;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** The finding's line with carets under its place, two lines of text without a last line break. */
export function frame(text: string, finding: Pick<Finding, 'line' | 'column' | 'endLine' | 'endColumn'>): string {
  const source = lineOf(text, finding.line);
  const start = Math.min(finding.column - 1, source.length);
  const end = finding.endLine > finding.line ? source.length : Math.min(finding.endColumn - 1, source.length);
  // a long line is shown around the place
  const from = source.length > WIDTH ? Math.max(0, Math.min(start - 20, source.length - WIDTH)) : 0;
  const to = Math.min(source.length, from + WIDTH);
  const head = from > 0 ? '…' : '';
  const tail = to < source.length ? '…' : '';
  const gutter = String(finding.line);
  const pad = ' '.repeat(head.length) + blank(source.slice(from, start));
  const carets = '^'.repeat(Math.max(1, blank(source.slice(start, Math.min(end, to))).length));
  return `  ${gutter} | ${head}${shown(source.slice(from, to))}${tail}\n  ${' '.repeat(gutter.length)} | ${pad}${carets}`;
}

function lineOf(text: string, line: number): string {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return '';
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}

/** Nothing in a file may move the cursor or colour the terminal: tabs become a space, other controls a mark. */
const shown = (source: string): string =>
  source.replace(/[\p{Cc}\u2028\u2029\ufeff]/gu, (c) => (c === '\t' ? ' ' : '·'));

/** Spaces as wide as the text. */
const blank = (source: string): string =>
  Array.from({ length: source.length }, (_, i) => (WIDE.test(source[i] ?? '') ? '  ' : ' ')).join('');
