import { type ReactNode, useId } from 'react';
import type { Finding } from '../../../shared/model.ts';
import { classes } from '../../ui/button.tsx';
import { Prose } from '../../ui/prose.tsx';
import { useTyped } from './use-typed.ts';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly narrow?: boolean;
  readonly finding: Finding | null;
  readonly locked: { readonly reason: string; readonly line: number } | null;
  readonly onGoTo: (line: number) => void;
  readonly onCommit: (value: string) => void;
  /** Whether what was typed already says the value, though spelled otherwise (then it is left as typed). */
  readonly same?: (typed: string, value: string) => boolean;
}

/** A labelled line of text that writes every change into the config text. */
export function FormField(props: Props) {
  const { label, hint, value, placeholder, mono, narrow, finding, locked, onGoTo, onCommit } = props;
  const id = useId();
  const [shown, setTyped] = useTyped(value, props.same);
  return (
    <div className="form-row">
      <label htmlFor={id}>{label}</label>
      <div>
        <div
          className={classes('field', finding?.severity === 'error' && 'wrong')}
          style={narrow ? { width: 140 } : {}}
        >
          <input
            id={id}
            className={mono ? 'mono' : undefined}
            value={shown}
            placeholder={placeholder}
            spellCheck={false}
            disabled={locked !== null}
            aria-invalid={finding?.severity === 'error'}
            onChange={(e) => {
              setTyped(e.target.value);
              onCommit(e.target.value);
            }}
          />
        </div>
        <FieldHints finding={finding} locked={locked} onGoTo={onGoTo} hint={hint ?? null} />
      </div>
    </div>
  );
}

interface HintProps extends Pick<Props, 'finding' | 'locked' | 'onGoTo'> {
  readonly hint: string | null;
}

/** Under a field: why it can't be changed here, else its error, else its hint. */
export function FieldHints({ finding, locked, onGoTo, hint }: HintProps): ReactNode {
  if (locked) {
    return (
      <p className="hint">
        {locked.reason} Change it in the text,{' '}
        <button type="button" className="inline-link" onClick={() => onGoTo(locked.line)}>
          line {locked.line}
        </button>
        .
      </p>
    );
  }
  if (finding) {
    return (
      <p className={classes('hint', finding.severity === 'error' && 'wrong')} role="alert">
        <Prose text={finding.message} /> <Prose text={finding.hint} />
      </p>
    );
  }
  return hint === null ? null : (
    <p className="hint">
      <Prose text={hint} />
    </p>
  );
}
