import type { ReactNode } from 'react';
import { setValue, whyReadonly } from '../../../shared/config/edit.ts';
import type { Config } from '../../../shared/config/schema.ts';
import type { Finding } from '../../../shared/model.ts';
import { Switch } from '../../ui/toggles.tsx';
import { draft, setText } from './draft-store.ts';
import { FieldHints } from './form-field.tsx';

interface Props {
  readonly text: string;
  /** What the text says now; `null` while it has errors. */
  readonly app: Config['app'] | null;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
  /** Chooses between this form and another one. */
  readonly tabs: ReactNode;
}

const SWITCHES = [
  ['launch_at_login', 'Open at login', 'For the app with its usual config and data folder.'],
  ['start_hidden', 'Start hidden, in the tray', null],
] as const;

/** When and how the app itself starts. Splices of the text like every other field, so they act when the plan is applied. */
export function AppForm({ text, app, findings, onGoTo, tabs }: Props) {
  const change = (key: string, on: boolean) => {
    const done = setValue(draft.getState().text, ['app', key], on);
    if (!done.readonly) setText(done.text);
  };
  return (
    <section className="form scroll" aria-label="App settings">
      {tabs}
      <div className="switches">
        {SWITCHES.map(([key, label, hint]) => {
          const locked = whyReadonly(text, ['app', key]);
          const finding = findings.find(({ path }) => path[0] === 'app' && path[1] === key) ?? null;
          return (
            <div key={key}>
              <Switch
                label={label}
                checked={app?.[key] ?? false}
                disabled={app === null || locked !== null}
                onChange={(on) => change(key, on)}
              />
              <FieldHints finding={finding} locked={locked} hint={hint} onGoTo={onGoTo} />
            </div>
          );
        })}
      </div>
    </section>
  );
}
