/** A change of a text as the diff that people and `patch` read. */
import { type DiffLine, diffLines } from './line-diff.ts';

/** Lines shown before and after each change. */
const AROUND = 3;

/** A unified diff; `''` when nothing differs. `name` is put behind `--- `, `afterName` behind `+++ `. */
export function unifiedDiff(name: string, before: string, after: string, afterName = name): string {
  if (before === after) return '';
  const lines = diffLines(dropLastBreak(before), dropLastBreak(after)).filter(
    // An empty text has no line, not an empty one.
    (line) => line.kind === 'same' || (line.kind === 'added' ? after : before) !== '',
  );
  const body = hunks(lines).map((hunk) => hunkText(hunk, endsOpen(before), endsOpen(after), lines));
  return `--- ${name}\n+++ ${afterName}\n${body.join('')}`;
}

/** A last line break ends the last line; it begins none. */
const dropLastBreak = (text: string): string => text.replace(/\r?\n$/, '');
const endsOpen = (text: string): boolean => text !== '' && !text.endsWith('\n');

/** Runs of lines near changes, `from` inclusive, `to` exclusive. */
function hunks(lines: readonly DiffLine[]): readonly { readonly from: number; readonly to: number }[] {
  const out: { from: number; to: number }[] = [];
  lines.forEach(({ kind }, i) => {
    if (kind === 'same') return;
    const from = Math.max(0, i - AROUND);
    const to = Math.min(lines.length, i + AROUND + 1);
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else out.push({ from, to });
  });
  return out;
}

function hunkText(
  { from, to }: { readonly from: number; readonly to: number },
  openBefore: boolean,
  openAfter: boolean,
  lines: readonly DiffLine[],
): string {
  const shown = lines.slice(from, to);
  const range = (side: 'before' | 'after', sign: string): string => {
    const own = shown.filter((line) => line[side] !== null);
    const earlier = lines.slice(0, from).filter((line) => line[side] !== null).length;
    // With no line of its own a range names the line before it.
    return `${sign}${own.length === 0 ? earlier : earlier + 1},${own.length}`;
  };
  const lastOf = (side: 'before' | 'after') => lines.filter((line) => line[side] !== null).at(-1);
  const text = shown.map((line) => {
    const sign = line.kind === 'same' ? ' ' : line.kind === 'added' ? '+' : '-';
    const open =
      (openBefore && line.before !== null && line === lastOf('before')) ||
      (openAfter && line.after !== null && line === lastOf('after'));
    return `${sign}${line.text}\n${open ? '\\ No newline at end of file\n' : ''}`;
  });
  return `@@ ${range('before', '-')} ${range('after', '+')} @@\n${text.join('')}`;
}
