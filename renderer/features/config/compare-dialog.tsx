import { useMemo } from 'react';
import { diffLines, nearChanges } from '../../../shared/line-diff.ts';
import { Modal } from '../../ui/modal.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** Two texts line by line, over the page. */
export function CompareDialog({ open, onClose, title, before, after }: Props) {
  return (
    <Modal open={open} onClose={onClose} title={title} wide>
      {open && <LineDiff before={before} after={after} />}
    </Modal>
  );
}

/** Two texts line by line: what went, what came, and a little around it. */
export function LineDiff({ before, after }: Pick<Props, 'before' | 'after'>) {
  const lines = useMemo(() => nearChanges(diffLines(before, after)), [before, after]);
  if (lines.length === 0)
    return <p className="dim">{before === after ? 'The two are the same.' : 'Only the line ends differ.'}</p>;
  return (
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
  );
}

const SIGNS = { same: '', added: '+', removed: '−' } as const;
