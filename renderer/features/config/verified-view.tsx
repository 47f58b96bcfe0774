import { BadgeCheck } from 'lucide-react';
import { useState } from 'react';
import { verifyModels } from '../../actions.ts';
import { ProofSection } from '../../proofs/proof-section.tsx';
import { proofState } from '../../proofs/proof-words.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { useClock } from '../../ui/clock.ts';
import { Empty } from '../../ui/empty.tsx';
import { State } from '../../ui/state.tsx';
import { useProof, useVerifying } from '../../verify.ts';

interface Props {
  /** Shows that line of the config in the editor. */
  readonly onGoTo: (line: number, column: number) => void;
}

/** What the config comes to: every name that it gives, whether it answers in each way, and the line behind what does not. */
export function VerifiedView({ onGoTo }: Props) {
  const models = useStack((s) => s.models);
  const verifying = useVerifying();
  const [chosen, setChosen] = useState<string | null>(null);
  const open = models.find(({ id }) => id === chosen) ?? models[0];
  if (open === undefined)
    return <Empty title="No models yet">Name some under “models:”, or start an engine that has its own.</Empty>;
  return (
    <div className="history verified">
      <nav aria-label="Verified models">
        <div className="line">
          <h2 className="grow">Every route</h2>
          <Button disabled={verifying !== null} onClick={() => void verifyModels([])}>
            <BadgeCheck className="icon small" aria-hidden="true" />
            {verifying === null ? 'Verify all' : `Verifying ${verifying.done} of ${verifying.total}`}
          </Button>
        </div>
        <ul className="history-list scroll">
          {models.map(({ id }) => (
            <Row key={id} id={id} current={id === open.id} onChoose={setChosen} />
          ))}
        </ul>
      </nav>
      <section className="history-version scroll" aria-label={`Proof of ${open.id}`}>
        <div className="line">
          <h2 className="mono cut grow" title={open.id}>
            {open.id}
          </h2>
          <Button disabled={verifying !== null} onClick={() => void verifyModels([open.id])}>
            Verify
          </Button>
        </div>
        <ProofSection id={open.id} onGoTo={onGoTo} />
      </section>
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly current: boolean;
  readonly onChoose: (id: string) => void;
}

function Row({ id, current, onChoose }: RowProps) {
  const proof = useProof(id);
  const now = useClock();
  return (
    <li>
      <button type="button" aria-current={current ? 'true' : undefined} onClick={() => onChoose(id)}>
        <span className="mono cut" title={id}>
          {id}
        </span>
        {proof === null ? <span className="dim">Not verified yet</span> : <State said={proofState(proof, now)} />}
      </button>
    </li>
  );
}
