import { type ReactNode, useMemo, useState } from 'react';
import { removeKey, setValue, whyReadonly } from '../../../shared/config/edit.ts';
import type { Finding } from '../../../shared/model.ts';
import { Button } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { Segments } from '../../ui/segments.tsx';
import { KIND_NAMES } from '../../words.ts';
import { joinArguments, splitArguments } from './arguments-text.ts';
import { draft, setText } from './draft-store.ts';
import { type EngineForm, engineForms, type ModelKey } from './engine-form-values.ts';
import { FieldHints, FormField } from './form-field.tsx';

interface Props {
  /** The engine to show first; `null`: the first one. */
  readonly wanted: string | null;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
  /** Chooses between this form and another one. */
  readonly tabs: ReactNode;
}

const STARTS = [
  { value: 'with-app', label: 'With the stack' },
  { value: 'on-demand', label: 'When a request asks for it' },
  { value: 'manual', label: 'Only by hand' },
] as const;

/** The most engines that stand side by side; more are chosen from a list. */
const SIDE_BY_SIDE = 4;

/** One engine's main keys as a form. Every change is a splice of the text, so comments and order stay. */
export function EngineForms({ wanted, text, findings, onGoTo, tabs }: Props) {
  const forms = useMemo(() => engineForms(text), [text]);
  const [chosen, setChosen] = useState(wanted);
  const form = forms.find((f) => f.name === chosen) ?? forms[0];
  const options = forms.map((f) => ({ value: f.name, label: f.name }));
  return (
    <section className="form scroll" aria-label="Engine settings">
      {tabs}
      {!form ? (
        <p className="dim">
          {text.trim() === ''
            ? 'The file is empty.'
            : 'No engine can be read from the text. Name one under “engines:”, then it can be set here.'}
        </p>
      ) : (
        <>
          {options.length > SIDE_BY_SIDE ? (
            <Choose label="Engine" value={form.name} options={options} onChange={setChosen} width={240} />
          ) : (
            <Segments label="Engine" value={form.name} options={options} onChange={setChosen} />
          )}
          <Fields key={form.name} form={form} text={text} findings={findings} onGoTo={onGoTo} />
        </>
      )}
    </section>
  );
}

interface FieldsProps extends Omit<Props, 'wanted' | 'tabs'> {
  readonly form: EngineForm;
}

type Key = 'url' | 'port' | 'start' | 'args' | NonNullable<ModelKey>;

const MODEL_LABELS: Record<NonNullable<ModelKey>, readonly [string, string]> = {
  model: ['Model', 'A file or a name that the engine knows'],
  models_dir: ['Models folder', 'Every model in it is offered; one is loaded when asked for'],
  preset: ['Preset file', 'llama-server’s own list of models and settings'],
  config: ['LiteLLM config', 'Empty: Stackyard writes one from this file'],
};

function Fields({ form, text, findings, onGoTo }: FieldsProps) {
  const path = (key: Key) => ['engines', form.name, key];
  const change = (key: Key, value: string | number | readonly string[] | null) => {
    const now = draft.getState().text;
    const done = value === null ? removeKey(now, path(key)) : setValue(now, path(key), value);
    if (!done.readonly) setText(done.text);
  };
  const about = (key: Key) => ({
    finding: findings.find((f) => f.path[0] === 'engines' && f.path[1] === form.name && f.path[2] === key) ?? null,
    locked: whyReadonly(text, path(key)),
    onGoTo,
  });
  const { modelKey } = form;
  return (
    <>
      <div className="section-head" style={{ marginTop: 12 }}>
        <h2>{form.name}</h2>
        {form.kind && <span className="dim">{KIND_NAMES[form.kind]}</span>}
        <span className="grow" />
        <Button look="ghost" size="little" onClick={() => onGoTo(form.lines[0])}>
          {form.lines[0] === form.lines[1] ? `line ${form.lines[0]}` : `lines ${form.lines[0]}–${form.lines[1]}`}
        </Button>
      </div>
      {form.byUrl ? (
        <FormField
          label="Address"
          value={form.url ?? ''}
          mono
          placeholder="http://127.0.0.1:8000/v1"
          onCommit={(v) => change('url', v === '' ? null : v)}
          {...about('url')}
        />
      ) : (
        <FormField
          label="Port"
          value={form.port === null ? '' : String(form.port)}
          placeholder={form.usualPort === null ? 'Any free port' : String(form.usualPort)}
          narrow
          onCommit={(v) => change('port', portIn(v))}
          {...about('port')}
        />
      )}
      {!form.byUrl && (
        <Row label="Start" {...about('start')}>
          <Choose
            label="Start"
            value={form.start ?? 'on-demand'}
            options={STARTS as readonly { readonly value: string; readonly label: string }[]}
            disabled={about('start').locked !== null}
            wrong={about('start').finding?.severity === 'error'}
            onChange={(v) => change('start', v)}
          />
        </Row>
      )}
      {modelKey !== null && (
        <FormField
          label={MODEL_LABELS[modelKey][0]}
          hint={MODEL_LABELS[modelKey][1]}
          value={form.model ?? ''}
          mono
          onCommit={(v) => change(modelKey, v === '' ? null : v)}
          {...about(modelKey)}
        />
      )}
      {!form.byUrl && (
        <FormField
          label="Arguments"
          hint="As in a shell: quotes keep spaces together, nothing is expanded"
          value={joinArguments(form.args)}
          mono
          same={(typed, value) => sameArguments(splitArguments(typed), splitArguments(value))}
          onCommit={(v) => {
            const args = splitArguments(v);
            if (args) change('args', args.length === 0 ? null : args);
          }}
          {...about('args')}
        />
      )}
    </>
  );
}

/** A number when it is one; else the text as typed, which the config's own check then complains about. */
const portIn = (typed: string): number | string | null =>
  typed === '' ? null : /^\d+$/.test(typed) ? Number(typed) : typed;

const sameArguments = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
  a === null || b === null || (a.length === b.length && a.every((arg, i) => arg === b[i]));

interface RowProps {
  readonly label: string;
  readonly finding: Finding | null;
  readonly locked: { readonly reason: string; readonly line: number } | null;
  readonly onGoTo: (line: number) => void;
  readonly children: ReactNode;
}

function Row({ label, finding, locked, onGoTo, children }: RowProps) {
  return (
    <div className="form-row">
      <span>{label}</span>
      <div>
        {children}
        <FieldHints finding={finding} locked={locked} onGoTo={onGoTo} hint={null} />
      </div>
    </div>
  );
}
