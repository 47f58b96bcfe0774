import './proofs.css';
import type { ModelProof, WayProof } from '../../shared/contract/verify.ts';
import { breakWords, viaVerdicts } from '../../shared/verify-words.ts';
import { useClock } from '../ui/clock.ts';
import { Prose } from '../ui/prose.tsx';
import { State } from '../ui/state.tsx';
import { useProof } from '../verify.ts';
import { agoWords, wayFacts, wayState, wayTitle } from './proof-words.ts';

interface Props {
  readonly id: string;
  /** Shows a line of the config; without it the line is only told. */
  readonly onGoTo?: ((line: number, column: number) => void) | undefined;
}

/** What was proved of a model, way by way, with what belongs to each failure. */
export function ProofSection({ id, onGoTo }: Props) {
  const proof = useProof(id);
  const now = useClock();
  const broken = proof === null ? null : breakWords(proof.breaks_at, viaVerdicts(proof.ways));
  return (
    <section aria-label="Verified">
      <h3>{proof === null ? 'Not verified yet' : `Verified ${agoWords(proof.at, now)}`}</h3>
      {broken !== null && <p>{broken}</p>}
      {proof?.ways.map((way) => (
        <Way key={`${way.via} ${way.engine} ${way.what} ${way.aim}`} way={way} onGoTo={onGoTo} />
      ))}
      {proof?.balance && <Balance balance={proof.balance} />}
    </section>
  );
}

function Way({ way, onGoTo }: { readonly way: WayProof } & Pick<Props, 'onGoTo'>) {
  return (
    <div className="target">
      <State said={wayState(way)} glyphOnly />
      <div>
        <span className="medium">{wayTitle(way)}</span>
        <p>{wayFacts(way)}</p>
        {way.verdict === 'failed' && way.cause?.hint && <p className="dim">{way.cause.hint}</p>}
        {way.evidence && <Evidence evidence={way.evidence} onGoTo={onGoTo} />}
      </div>
    </div>
  );
}

interface EvidenceProps extends Pick<Props, 'onGoTo'> {
  readonly evidence: NonNullable<WayProof['evidence']>;
}

function Evidence({ evidence, onGoTo }: EvidenceProps) {
  const { place, lines, engine, findings } = evidence;
  return (
    <>
      {place !== null && (
        <p>
          {onGoTo ? (
            <button type="button" className="inline-link" onClick={() => onGoTo(place.line, place.column)}>
              Config, line {place.line}
            </button>
          ) : (
            `Config, line ${place.line}`
          )}
          : <code>{place.text.trim()}</code>
        </p>
      )}
      {lines.length > 0 && (
        <>
          <p>{engine ?? 'Stackyard'} wrote:</p>
          <pre className="proof-lines">{lines.map(({ text }) => text).join('\n')}</pre>
        </>
      )}
      {findings.map((one) => (
        <div key={`${one.line}:${one.column}:${one.code}`}>
          <p>
            The file of {engine}, line {one.line}: <Prose text={`${one.message} ${one.hint ?? ''}`} />
          </p>
          <pre className="proof-lines">{one.frame}</pre>
        </div>
      ))}
    </>
  );
}

function Balance({ balance }: { readonly balance: NonNullable<ModelProof['balance']> }) {
  const shares = Object.entries(balance.shares).map(([target, share]) => `${target} ${share}`);
  return (
    <div className="target">
      <State said={wayState(balance)} glyphOnly />
      <div>
        <span className="medium">{`${balance.runs} choices by ${balance.strategy}, without a request`}</span>
        <p>{balance.message ?? shares.join(', ')}</p>
      </div>
    </div>
  );
}
