import { type ReactNode, useId, useMemo, useState } from 'react';
import { removeKey, setValue, whyReadonly } from '../../../shared/config/edit.ts';
import type { Finding } from '../../../shared/model.ts';
import { Button } from '../../ui/button.tsx';
import { Choose } from '../../ui/choose.tsx';
import { draft, setText } from './draft-store.ts';
import { FieldHints, FormField } from './form-field.tsx';
import { type ModelForm, modelForms, splitNames, type TargetForm } from './model-form-values.ts';
import { useTyped } from './use-typed.ts';

interface Props {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
  /** Chooses between this form and another one. */
  readonly tabs: ReactNode;
}

const STRATEGIES = [
  { value: 'priority', label: 'The first that is ready, in file order' },
  { value: 'weighted', label: 'Each by its weight' },
  { value: 'least-busy', label: 'The least busy' },
  { value: 'lowest-latency', label: 'The quickest to answer' },
  { value: 'usage', label: 'The one with the fewest tokens so far' },
] as const;

/** One model's routing as a form: who answers, how the choice is made, and what comes after. Every change is a splice of the text. */
export function ModelForms({ text, findings, onGoTo, tabs }: Props) {
  const forms = useMemo(() => modelForms(text), [text]);
  const [chosen, setChosen] = useState<string | null>(null);
  const form = forms.find(({ id }) => id === chosen) ?? forms[0];
  return (
    <section className="form scroll" aria-label="Model settings">
      {tabs}
      {form === undefined ? (
        <p className="dim">No model can be read from the text. Name one under “models:”, then it can be set here.</p>
      ) : (
        <>
          <Choose
            label="Model"
            value={form.id}
            options={forms.map(({ id }) => ({ value: id, label: id }))}
            onChange={setChosen}
            width={280}
          />
          <Fields key={form.id} form={form} text={text} findings={findings} onGoTo={onGoTo} />
        </>
      )}
    </section>
  );
}

const FREE = { finding: null, locked: null } as const;

function Fields({ form, text, findings, onGoTo }: Omit<Props, 'tabs'> & { readonly form: ModelForm }) {
  const change = (keys: readonly (string | number)[], value: string | number | readonly string[] | null) => {
    const now = draft.getState().text;
    const path = ['models', form.id, ...keys];
    const done = value === null ? removeKey(now, path) : setValue(now, path, value);
    if (!done.readonly) setText(done.text);
  };
  const about = (...keys: readonly (string | number)[]) => ({
    finding: findings.find(({ path }) => ['models', form.id, ...keys].every((key, i) => path[i] === key)) ?? null,
    locked: whyReadonly(text, ['models', form.id, ...keys]),
    onGoTo,
  });
  const strategy = about('strategy');
  return (
    <>
      <div className="section-head" style={{ marginTop: 12 }}>
        <h2 className="cut">{form.id}</h2>
        <span className="grow" />
        <Button look="ghost" size="little" onClick={() => onGoTo(form.lines[0])}>
          {form.lines[0] === form.lines[1] ? `line ${form.lines[0]}` : `lines ${form.lines[0]}–${form.lines[1]}`}
        </Button>
      </div>
      <div className="form-row">
        <span>Answered by</span>
        <div>
          <Choose
            label="Answered by"
            value={form.strategy ?? 'priority'}
            options={STRATEGIES as readonly { readonly value: string; readonly label: string }[]}
            disabled={strategy.locked !== null}
            wrong={strategy.finding?.severity === 'error'}
            onChange={(value) => change(['strategy'], value)}
          />
          <FieldHints {...strategy} hint={null} />
        </div>
      </div>
      <div className="form-row">
        <span>Targets</span>
        <ul className="targets">
          {form.targets.map((target, index) => (
            <Target
              // biome-ignore lint/suspicious/noArrayIndexKey: a target is its place in the list
              key={index}
              target={target}
              weighted={form.strategy === 'weighted'}
              onWeight={(weight) => change(['targets', index, 'weight'], weight)}
              {...(form.strategy === 'weighted' ? about('targets', index, 'weight') : { ...FREE, onGoTo })}
            />
          ))}
          {form.targets.length === 0 && <li className="dim">None is written yet.</li>}
        </ul>
      </div>
      <FormField
        label="If all fail"
        hint="Other models, in order, with commas between"
        value={form.fallbacks.join(', ')}
        placeholder="Nobody"
        same={(typed, value) => splitNames(typed).join() === splitNames(value).join()}
        onCommit={(typed) => {
          const names = splitNames(typed);
          change(['fallbacks'], names.length === 0 ? null : names);
        }}
        {...about('fallbacks')}
      />
    </>
  );
}

interface TargetProps {
  readonly target: TargetForm;
  /** Whether the weight decides anything. */
  readonly weighted: boolean;
  readonly onWeight: (weight: number | string | null) => void;
  readonly finding: Finding | null;
  readonly locked: { readonly reason: string; readonly line: number } | null;
  readonly onGoTo: (line: number) => void;
}

function Target({ target, weighted, onWeight, finding, locked, onGoTo }: TargetProps) {
  const id = useId();
  const { engine, model, weight } = target;
  const [typed, setTyped] = useTyped(String(weight ?? ''));
  return (
    <li>
      <span className="medium">{engine}</span>
      <span className="mono dim cut" title={model}>
        {model}
      </span>
      {weighted && (
        <label htmlFor={id}>
          weight
          <span className="field">
            <input
              id={id}
              aria-label={`Weight of ${engine}`}
              inputMode="decimal"
              value={typed}
              placeholder="1"
              disabled={locked !== null}
              aria-invalid={finding?.severity === 'error'}
              onChange={({ target: { value } }) => {
                setTyped(value);
                onWeight(weightIn(value));
              }}
            />
          </span>
        </label>
      )}
      {weighted && (finding !== null || locked !== null) && (
        <FieldHints finding={finding} locked={locked} onGoTo={onGoTo} hint={null} />
      )}
    </li>
  );
}

/** A number when it is one; else the text as typed, which the config's own check then complains about. */
const weightIn = (typed: string): number | string | null =>
  typed === '' ? null : /^\d+$/.test(typed) ? Number(typed) : typed;
