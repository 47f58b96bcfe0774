import { useId, useState } from 'react';
import type { TriedServer } from '../../../shared/contract/detected.ts';
import { bare, plural } from '../../format.ts';
import { Button } from '../../ui/button.tsx';
import { TrialFailure, useTrial } from './key-form.tsx';

interface Props {
  readonly servers: readonly TriedServer[];
  readonly onChange: (servers: readonly TriedServer[]) => void;
}

/** Servers that are elsewhere: each is asked for its models before it is added. */
export function AddServer({ servers, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const [url, setUrl] = useState('');
  const [key, setKey] = useState('');
  const id = useId();
  const { trying, failure, tryIt } = useTrial((tried) => {
    onChange([...servers.filter((one) => one.url !== tried.url), tried]);
    setUrl('');
    setKey('');
    setOpen(false);
  });
  return (
    <>
      {servers.length > 0 && (
        <ul>
          {servers.map((server) => (
            <li key={server.url} className="line apart added">
              <span className="mono cut">{bare(server.url)}</span>
              <span className="dim">
                Answers, {plural(server.models.length, 'model')}
                {server.secret !== null && ', with a key'}
              </span>
              <Button
                look="ghost"
                aria-label={`Remove ${bare(server.url)}`}
                onClick={() => onChange(servers.filter((one) => one !== server))}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {open ? (
        <form
          className="try"
          onSubmit={(event) => {
            event.preventDefault();
            void tryIt(url, key);
          }}
        >
          <label htmlFor={`${id}-url`}>Address</label>
          <div className="field wide">
            <input
              id={`${id}-url`}
              className="mono"
              placeholder="http://192.0.2.10:8000/v1"
              spellCheck={false}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </div>
          <label htmlFor={`${id}-key`}>API key</label>
          <div className="field wide">
            <input
              id={`${id}-key`}
              type="password"
              placeholder="None"
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          </div>
          <span className="line">
            <Button type="submit" disabled={trying || url.trim() === ''}>
              {trying ? 'Trying…' : 'Try and add'}
            </Button>
            <Button look="ghost" onClick={() => setOpen(false)}>
              Cancel
            </Button>
          </span>
          <TrialFailure failure={failure} />
        </form>
      ) : (
        <div>
          <Button look="ghost" className="look-again" onClick={() => setOpen(true)}>
            Add another server
          </Button>
        </div>
      )}
    </>
  );
}
