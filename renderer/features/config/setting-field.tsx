import { removeKey, setValue, whyReadonly } from '../../../shared/config/edit.ts';
import { type Shape, shapeAt } from '../../../shared/config/shape.ts';
import type { Finding } from '../../../shared/model.ts';
import { Choose } from '../../ui/choose.tsx';
import { Switch } from '../../ui/toggles.tsx';
import { draft, setText } from './draft-store.ts';
import { FieldHints, FormField } from './form-field.tsx';
import { lineOf, meansSame, meantBy, type Written, writtenAt } from './setting-values.ts';
import type { Setting } from './settings.ts';

interface Props {
  readonly setting: Omit<Setting, 'path'> & { readonly path: readonly (string | number)[] };
  readonly text: string;
  /** What `text` says, as plain values. */
  readonly root: Written;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
}

/** One setting, in the field that fits what may stand there. Every change is a splice of the text; an emptied field is the default. */
export function SettingField({ setting, text, root, findings, onGoTo }: Props) {
  const { path, label, words, none = 'None', more } = setting;
  const shape = shapeAt(path);
  if (shape === null) return null;
  const value = writtenAt(root, path);
  const hints = {
    finding: findings.find((one) => path.every((step, i) => one.path[i] === step)) ?? null,
    locked: whyReadonly(text, path),
    hint: more === undefined ? shape.description : `${shape.description} ${more}`,
    onGoTo,
  };
  const change = (next: ReturnType<typeof meantBy> | boolean) => {
    const now = draft.getState().text;
    const done = next === undefined ? removeKey(now, path) : setValue(now, path, next);
    if (!done.readonly) setText(done.text);
  };
  if (shape.kind === 'scalar' && shape.meta.type === 'true or false') {
    return (
      <div className="setting-switch">
        <Switch
          label={label}
          checked={typeof value === 'boolean' ? value : shape.fallback === true}
          disabled={hints.locked !== null}
          onChange={change}
        />
        <FieldHints {...hints} />
      </div>
    );
  }
  if (shape.kind === 'scalar' && shape.words !== null) {
    return (
      <div className="form-row">
        <span>{label}</span>
        <div>
          <Choose
            label={label}
            value={lineOf(value) || lineOf(shape.fallback)}
            options={shape.words.map((word) => ({ value: word, label: words?.[word] ?? word }))}
            disabled={hints.locked !== null}
            wrong={hints.finding?.severity === 'error'}
            onChange={change}
          />
          <FieldHints {...hints} />
        </div>
      </div>
    );
  }
  return (
    <FormField
      label={label}
      value={lineOf(value)}
      placeholder={fallbackWords(shape, none)}
      narrow={shape.kind === 'scalar' && NARROW.has(shape.meta.type)}
      same={meansSame(shape)}
      onCommit={(typed) => change(meantBy(typed, shape))}
      {...hints}
    />
  );
}

const NARROW: ReadonlySet<string> = new Set(['number', 'duration', 'size', 'date']);

/** What holds while nothing is written. */
function fallbackWords({ fallback }: Shape, none: string): string {
  const line = fallback === null ? '' : lineOf(fallback);
  return line === '' ? none : line;
}
