import { useState } from 'react';
import type { TriedServer } from '../../../shared/contract/detected.ts';
import type { Cause } from '../../../shared/model.ts';
import { bridge } from '../../bridge.ts';
import { Button } from '../../ui/button.tsx';

interface Props {
  readonly url: string;
  /** Whose key: `LM Studio on port 1234`. */
  readonly what: string;
  readonly accepted: boolean;
  /** The name that the key was kept under. */
  readonly onAccepted: (secret: string) => void;
}

/** The API key of a server that runs here: tried at once, and then kept in the host, not in the page. */
export function KeyForm({ url, what, accepted, onAccepted }: Props) {
  const [key, setKey] = useState('');
  const { trying, failure, tryIt } = useTrial((tried) => {
    setKey('');
    if (tried.secret !== null) onAccepted(tried.secret);
  });
  if (accepted) return <p role="status">Its API key works. It goes into secrets.yaml, beside the config.</p>;
  return (
    <form
      className="try"
      onSubmit={(event) => {
        event.preventDefault();
        void tryIt(url, key);
      }}
    >
      <div className="field">
        <input
          type="password"
          aria-label={`API key of ${what}`}
          placeholder="API key"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </div>
      <Button type="submit" disabled={trying || key === ''}>
        {trying ? 'Trying…' : 'Try the key'}
      </Button>
      <TrialFailure failure={failure} />
    </form>
  );
}

/** Asks the host whether a server answers. */
export function useTrial(onAnswer: (tried: TriedServer) => void) {
  const [trying, setTrying] = useState(false);
  const [failure, setFailure] = useState<Cause | null>(null);
  const tryIt = async (url: string, key: string) => {
    setTrying(true);
    setFailure(null);
    const reply = await bridge().call('setup.try', { url, api_key: key === '' ? null : key });
    setTrying(false);
    if (reply.ok) onAnswer(reply.value);
    else setFailure(reply.error);
  };
  return { trying, failure, tryIt };
}

export function TrialFailure({ failure }: { readonly failure: Cause | null }) {
  if (!failure) return null;
  return (
    <p role="alert" className="wrong">
      {failure.message} {failure.hint}
    </p>
  );
}
