/** Which lines of two texts differ. Pure. */

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Line numbers from 1 in the old and the new text; `null` where the line is not. */
  readonly before: number | null;
  readonly after: number | null;
}

/** The texts laid over each other line by line, with as few differences as can be found. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split(/\r?\n/);
  const b = after.split(/\r?\n/);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const out: DiffLine[] = [];
  const same = (i: number, j: number) => out.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 });
  for (let i = 0; i < head; i += 1) same(i, i);
  out.push(...middle(a, b, head, a.length - tail, b.length - tail));
  for (let k = tail; k > 0; k -= 1) same(a.length - k, b.length - k);
  return out;
}

/** Beyond this many cells the middle is shown as removed and added whole: exactness is not worth the memory. */
const MAX_CELLS = 4_000_000;

function middle(a: readonly string[], b: readonly string[], from: number, aEnd: number, bEnd: number): DiffLine[] {
  const rows = aEnd - from;
  const columns = bEnd - from;
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  const remove = () => {
    out.push({ kind: 'removed', text: a[from + i] ?? '', before: from + i + 1, after: null });
    i += 1;
  };
  const add = () => {
    out.push({ kind: 'added', text: b[from + j] ?? '', before: null, after: from + j + 1 });
    j += 1;
  };
  if (rows * columns <= MAX_CELLS) {
    // common[i][j] = length of the longest common subsequence of a[i…] and b[j…]
    const width = columns + 1;
    const common = new Uint32Array((rows + 1) * width);
    const at = (r: number, c: number) => common[r * width + c] ?? 0;
    for (let r = rows - 1; r >= 0; r -= 1) {
      for (let c = columns - 1; c >= 0; c -= 1) {
        common[r * width + c] =
          a[from + r] === b[from + c] ? at(r + 1, c + 1) + 1 : Math.max(at(r + 1, c), at(r, c + 1));
      }
    }
    while (i < rows && j < columns) {
      if (a[from + i] === b[from + j]) {
        out.push({ kind: 'same', text: a[from + i] ?? '', before: from + i + 1, after: from + j + 1 });
        i += 1;
        j += 1;
      } else if (at(i + 1, j) >= at(i, j + 1)) remove();
      else add();
    }
  }
  while (i < rows) remove();
  while (j < columns) add();
  return out;
}

/** Unchanged lines kept around a change. */
const AROUND = 3;

/** Only the lines near a change; `null` stands for what was left out. Empty when nothing differs. */
export function nearChanges(lines: readonly DiffLine[]): readonly (DiffLine | null)[] {
  const near = new Set<number>();
  lines.forEach((line, i) => {
    if (line.kind !== 'same') for (let k = i - AROUND; k <= i + AROUND; k += 1) near.add(k);
  });
  const out: (DiffLine | null)[] = [];
  lines.forEach((line, i) => {
    if (near.has(i)) out.push(line);
    else if (out.length > 0 && out.at(-1) !== null) out.push(null);
  });
  return out.at(-1) === null ? out.slice(0, -1) : out;
}

/** Lines of the new text (from 1) that the old one does not have. */
export function changedLines(before: string, after: string): ReadonlySet<number> {
  return new Set(
    diffLines(before, after).flatMap((line) => (line.kind === 'added' && line.after ? [line.after] : [])),
  );
}
