import { type FormEvent, useId, useState } from 'react';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { useStack } from '../../store.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Note } from '../../ui/note.tsx';
import { State } from '../../ui/state.tsx';
import { toast } from '../../ui/toasts.ts';
import { engineState, KIND_NAMES } from '../../words.ts';
import { exampleFor, judge, pullers, type Remark } from './pull-form.ts';

/** Asks what to get and for which engine. The download itself is the host's: the dialog closes when it has begun. */
export function PullDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Get a model">
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { readonly onClose: () => void }) {
  const engines = useStack((s) => s.engines);
  const able = pullers(engines);
  const [chosen, setChosen] = useState<string | null>(null);
  const [model, setModel] = useState('');
  const [sha256, setSha256] = useState('');
  /** Fields that were left: only then is what is wrong with them said loudly. */
  const [left, setLeft] = useState({ model: false, sha256: false });
  const [failure, setFailure] = useState<Cause | null>(null);
  const [sending, setSending] = useState(false);
  const engine = able.find((one) => one.name === chosen) ?? able[0];
  if (engine === undefined) {
    return (
      <p className="quiet">
        No engine can be given a model here. Ollama gets models by name; llama.cpp takes files when its engine has a
        folder,
        <code className="mono"> models_dir</code>. Add one of them on the Config page.
      </p>
    );
  }
  const judged = judge(engine, { model, sha256 });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setLeft({ model: true, sha256: true });
    if (judged.input === null || sending) return;
    setSending(true);
    setFailure(null);
    const reply = await bridge().call('model.pull', { engine: engine.name, ...judged.input });
    setSending(false);
    if (!reply.ok) return setFailure(reply.error);
    if (reply.value.joined) toast('It is being downloaded already');
    onClose();
  };

  return (
    <form className="pull-form" onSubmit={(event) => void submit(event)} noValidate>
      <div className="form-field">
        <span className="label">For the engine</span>
        <Choose
          label="Engine"
          value={engine.name}
          onChange={(name) => {
            setChosen(name);
            setFailure(null);
          }}
          options={able.map((one) => ({
            value: one.name,
            label: one.name,
            aside: <span className="dim small-text">{KIND_NAMES[one.kind]}</span>,
          }))}
        />
        <div className="hint line">
          <State said={engineState(engine)} />
          {engine.pulls === 'name' && engine.phase !== 'ready' && engine.owner !== 'external' && (
            <span>It is started for this.</span>
          )}
        </div>
      </div>
      <Field
        label={engine.pulls === 'name' ? 'Model' : 'File'}
        value={model}
        placeholder={exampleFor(engine)}
        remark={judged.model}
        loud={left.model && model !== ''}
        first
        onChange={setModel}
        onLeave={() => setLeft((was) => ({ ...was, model: true }))}
      />
      {engine.pulls === 'file' && (
        <Field
          label="Checksum"
          value={sha256}
          placeholder="sha256"
          remark={judged.sha256}
          loud={left.sha256 && sha256 !== ''}
          onChange={setSha256}
          onLeave={() => setLeft((was) => ({ ...was, sha256: true }))}
        />
      )}
      {failure && (
        <Note tone="failed" title={failure.message}>
          {failure.hint}
        </Note>
      )}
      <footer>
        <Button onClick={onClose}>Close</Button>
        <button type="submit" className="button primary" disabled={judged.input === null || sending}>
          Get model
        </button>
      </footer>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly remark: Remark;
  /** Whether what is wrong is shown as such. */
  readonly loud: boolean;
  readonly first?: boolean;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}

function Field({ label, value, placeholder, remark, loud, first = false, onChange, onLeave }: FieldProps) {
  const id = useId();
  const wrong = loud && remark.wrong;
  return (
    <div className="form-field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className={classes('field', wrong && 'wrong')}>
        <input
          id={id}
          className="mono"
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type into this field
          autoFocus={first}
          aria-invalid={wrong}
          aria-describedby={`${id}-remark`}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onLeave}
        />
      </div>
      <p id={`${id}-remark`} className={classes('hint', wrong && 'wrong')} aria-live="polite">
        {remark.text}
      </p>
    </div>
  );
}
