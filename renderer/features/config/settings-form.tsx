import { type ReactNode, useMemo } from 'react';
import type { Finding } from '../../../shared/model.ts';
import { isWeb } from '../../bridge.ts';
import { ClientKeys } from './client-keys.tsx';
import { SettingField } from './setting-field.tsx';
import { writtenRoot } from './setting-values.ts';
import { SETTINGS, type SettingPart } from './settings.ts';

interface Props {
  readonly part: SettingPart;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
  /** Chooses between this form and another one. */
  readonly tabs: ReactNode;
}

const NAMES: Readonly<Record<SettingPart, string>> = {
  routing: 'Routing settings',
  gateway: 'Gateway settings',
  app: 'App settings',
};

const ABOUT: Readonly<Record<SettingPart, string>> = {
  routing:
    'These hold for every request. Who answers for a model, in which order and after whom, is set under Models.',
  gateway: 'The one endpoint that your apps talk to. An empty field has the value that stands in it in grey.',
  app: 'All of this is kept in the config file, and acts when the plan below is applied.',
};

/** A part of the config that is plain settings. In a browser, what is the desktop's is not there. */
export function SettingsForm({ part, text, findings, onGoTo, tabs }: Props) {
  const root = useMemo(() => writtenRoot(text), [text]);
  const given = { text, root, findings, onGoTo };
  return (
    <section className="form scroll" aria-label={NAMES[part]}>
      {tabs}
      <p className="dim">{ABOUT[part]}</p>
      {SETTINGS[part].map(({ title, settings }) => {
        const here = settings.filter(({ native }) => !native || !isWeb());
        return (
          here.length > 0 && (
            <fieldset key={title} className="setting-group">
              <legend>{title}</legend>
              {here.map((setting) => (
                <SettingField key={setting.path.join('.')} setting={setting} {...given} />
              ))}
            </fieldset>
          )
        );
      })}
      {part === 'gateway' && <ClientKeys {...given} />}
    </section>
  );
}
