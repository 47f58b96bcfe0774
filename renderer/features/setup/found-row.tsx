import { useState } from 'react';
import type { StarterPick } from '../../../shared/config/starter.ts';
import type { Servable } from '../../../shared/config/starter-choices.ts';
import type { Found } from '../../../shared/contract/detected.ts';
import { bytes, plural } from '../../format.ts';
import { Choose } from '../../ui/choose.tsx';
import { State } from '../../ui/state.tsx';
import { Checkbox } from '../../ui/toggles.tsx';
import { KeyForm } from './key-form.tsx';

interface Props {
  readonly found: Found;
  /** What it could serve; `null` when that is no question. */
  readonly options: readonly Servable[] | null;
  /** How it is ticked; `null` when it is not. */
  readonly pick: StarterPick | null;
  readonly onPick: (pick: StarterPick | null) => void;
}

/** One server or program: what it is, whether it runs, what Stackyard would do with it, or why nothing. */
export function FoundRow({ found, options, pick, onPick }: Props) {
  const { running, blocked } = found;
  const [secret, setSecret] = useState<string | null>(null);
  const locked = running?.needs_key === true && secret === null;
  const name = running && found.command === null ? `${found.title} on port ${running.port}` : found.title;
  const tick = (on: boolean) => onPick(on ? { found, serves: options?.[0]?.value ?? null, secret } : null);
  return (
    <li className="found" data-blocked={blocked !== null || undefined}>
      <Checkbox label={name} checked={pick !== null} onChange={tick} disabled={blocked !== null || locked} />
      <span className="line">
        <b>{found.title}</b>
        {found.version !== null && <span className="dim">{found.version}</span>}
      </span>
      <State said={stateOf(found)} />
      <p>{blocked ?? noteOf(found, options)}</p>
      {found.command === null && running === null && blocked !== null && <p>{found.note}</p>}
      {found.command !== null && (
        <p className="small-text">
          <span className="mono dim">{found.command}</span>
        </p>
      )}
      {blocked === null && running && running.models.length > 0 && (
        <details className="names">
          <summary>{plural(running.models.length, 'model')}</summary>
          <ul>
            {running.models.map((model) => (
              <li key={model} className="mono">
                {model}
              </li>
            ))}
          </ul>
        </details>
      )}
      {blocked === null && running?.needs_key && (
        <KeyForm
          url={running.url}
          what={name}
          accepted={secret !== null}
          onAccepted={(accepted) => {
            setSecret(accepted);
            onPick({ found, serves: null, secret: accepted });
          }}
        />
      )}
      {pick && options && options.length > 0 && (
        <Choose
          label={found.kind === 'llama.cpp' ? 'Folder with models' : `Model for ${found.title}`}
          value={pick.serves}
          mono
          options={options.map((option) => ({
            value: option.value,
            label: found.kind === 'llama.cpp' ? folderLabel(option) : `${option.value}, ${bytes(option.bytes)}`,
          }))}
          onChange={(serves) => onPick({ ...pick, serves })}
        />
      )}
    </li>
  );
}

const folderLabel = ({ value, models, bytes: size }: Servable) =>
  `${value}, ${plural(models, 'model')}, ${bytes(size)}`;

function stateOf({ blocked, running }: Found) {
  if (running) return { tone: 'ok', word: `Running on ${running.port}`, progress: null } as const;
  if (blocked !== null) return { tone: 'failed', word: 'Can’t be used', progress: null } as const;
  return { tone: 'off', word: 'Not running', progress: null } as const;
}

function noteOf({ note }: Found, options: readonly Servable[] | null): string {
  if (options === null || options.length > 0) return note;
  return `${note} No model for it was found on this disk. It would be written as a comment, to be filled in.`;
}
