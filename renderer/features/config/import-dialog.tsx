import { useDeferredValue, useMemo, useState } from 'react';
import { frame } from '../../../shared/config/frame.ts';
import { importLitellm } from '../../../shared/config/litellm-import.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Prose } from '../../ui/prose.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Takes the config made of it. */
  readonly onTake: (text: string) => void;
}

/** A LiteLLM config pasted or dropped, what is wrong with it and what would be left behind; the result becomes the draft. */
export function ImportDialog({ open, onClose, onTake }: Props) {
  const [source, setSource] = useState('');
  const settled = useDeferredValue(source);
  const made = useMemo(() => (open && settled.trim() !== '' ? importLitellm(settled) : null), [open, settled]);
  const text = made?.text ?? null;
  const take = () => {
    if (text === null) return;
    onTake(text);
    setSource('');
    onClose();
  };
  return (
    <Modal
      open={open}
      onClose={onClose}
      title="Import from LiteLLM"
      wide
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={text === null} onClick={take}>
            Use as draft
          </Button>
        </>
      }
    >
      <div className="import">
        <label htmlFor="import-source">Paste a LiteLLM config, or drop its file here</label>
        <textarea
          id="import-source"
          className="field mono"
          rows={10}
          spellCheck={false}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            const file = event.dataTransfer.files[0];
            if (file === undefined) return;
            event.preventDefault();
            void file.text().then(setSource);
          }}
        />
        <div role="status">
          {made === null ? (
            <p className="dim">
              The draft is replaced by what is made of it. Nothing is applied before you have seen the plan.
            </p>
          ) : (
            <>
              {made.findings.length > 0 && <h3>Mistakes in it</h3>}
              {made.findings.map((one) => (
                <div key={`${one.line}:${one.column}:${one.code}`}>
                  <p>
                    <strong>{one.severity === 'error' ? 'Error' : 'Warning'}</strong>, line {one.line}:{' '}
                    <Prose text={`${one.message} ${one.hint ?? ''}`} />
                  </p>
                  <pre className="mono">{frame(settled, one)}</pre>
                </div>
              ))}
              {made.notCarried.length > 0 && <h3>Not carried over, or not quite the same</h3>}
              {made.notCarried.length > 0 && (
                <ul>
                  {made.notCarried.map(({ line, what, why }) => (
                    <li key={`${line}:${what}:${why}`}>
                      Line {line}, <span className="mono">{what}</span>: <Prose text={why} />
                    </li>
                  ))}
                </ul>
              )}
              <p className="dim">
                {text === null ? 'Nothing can be made of this text.' : 'The rest becomes the draft.'}
              </p>
            </>
          )}
        </div>
      </div>
    </Modal>
  );
}
