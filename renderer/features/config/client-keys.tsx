import { locator } from '../../../shared/config/locate.ts';
import { readYaml } from '../../../shared/config/parse.ts';
import type { Finding } from '../../../shared/model.ts';
import { Button } from '../../ui/button.tsx';
import { Prose } from '../../ui/prose.tsx';
import { isRecord, written } from './form-section.ts';
import { SettingField } from './setting-field.tsx';
import { type Written, writtenAt } from './setting-values.ts';

interface Props {
  readonly text: string;
  readonly root: Written;
  readonly findings: readonly Finding[];
  readonly onGoTo: (line: number) => void;
}

const LIMITS = [
  ['models', 'Models'],
  ['requests_per_minute', 'Requests a min'],
  ['tokens_per_minute', 'Tokens a min'],
  ['expires', 'Expires'],
] as const;

/** The keys that clients send: what each may do. The key itself is never shown; names and keys are changed in the text. */
export function ClientKeys({ text, root, findings, onGoTo }: Props) {
  const list = writtenAt(root, ['gateway', 'api_keys']);
  const keys = (Array.isArray(list) ? list : []).filter(isRecord);
  return (
    <fieldset className="setting-group">
      <legend>Client keys</legend>
      {keys.length === 0 ? (
        <p className="dim">
          <Prose text={NO_KEYS} />
        </p>
      ) : (
        keys.map((key, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key is its place in the list
          <section key={i} aria-label={`Key of ${written(key.name) ?? 'nobody'}`} className="client-key">
            <div className="section-head">
              <h2 className="cut">{written(key.name) ?? '–'}</h2>
              <span className="dim small-text">{keyWords(written(key.key))}</span>
              <span className="grow" />
              <Button look="ghost" size="little" onClick={() => onGoTo(lineOfKey(text, i))}>
                line {lineOfKey(text, i)}
              </Button>
            </div>
            {LIMITS.map(([name, label]) => (
              <SettingField
                key={name}
                setting={{ path: ['gateway', 'api_keys', i, name], label, none: 'No limit' }}
                text={text}
                root={root}
                findings={findings}
                onGoTo={onGoTo}
              />
            ))}
          </section>
        ))
      )}
    </fieldset>
  );
}

const NO_KEYS =
  'None: whoever reaches the address may use it. Write them in the text under `api_keys:`, each with a `name` and a `key`; ' +
  'as a reference such as `$' +
  '{secret:laptop}`, the key itself stays in `secrets.yaml` beside the file.';

/** How the key is written, without the key. */
const keyWords = (key: string | null): string =>
  key === null ? 'no key' : /\$\{(?:secret|env):/.test(key) ? 'by reference' : 'in plain text';

const lineOfKey = (text: string, index: number): number =>
  locator(text, readYaml(text)).place(['gateway', 'api_keys', index], 'value').line;
