import { useMemo } from 'react';
import { type DiffLine, diffLines } from '../../../shared/line-diff.ts';
import { Modal } from '../../ui/modal.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** Unchanged lines kept around a change. */
const AROUND = 3;

/** Two texts line by line: what went, what came. */
export function CompareDialog({ open, onClose, title, before, after }: Props) {
  const lines = useMemo(() => (open ? nearChanges(diffLines(before, after)) : []), [open, before, after]);
  return (
    <Modal open={open} onClose={onClose} title={title} wide>
      {lines.length === 0 ? (
        <p className="dim">The two are the same.</p>
      ) : (
        <div className="diff">
          {lines.map((line, i) =>
            line === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a diff is made once and not changed
              <div key={i} className="diff-gap" />
            ) : (
              <div key={`${line.before}:${line.after}`} className={`diff-line ${line.kind}`}>
                <span>{line.before ?? ''}</span>
                <span>{line.after ?? ''}</span>
                <span aria-hidden="true">{SIGNS[line.kind]}</span>
                <code>
                  {line.kind !== 'same' && <span className="visually-hidden">{line.kind}: </span>}
                  {line.text}
                </code>
              </div>
            ),
          )}
        </div>
      )}
    </Modal>
  );
}

const SIGNS = { same: '', added: '+', removed: '−' } as const;

/** Only lines near a change; `null` stands for what was left out. Empty when nothing differs. */
function nearChanges(lines: readonly DiffLine[]): readonly (DiffLine | null)[] {
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
