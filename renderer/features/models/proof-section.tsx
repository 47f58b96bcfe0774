import type { ModelProof, WayProof } from '../../../shared/contract/verify.ts';
import { breakWords, viaVerdicts } from '../../../shared/verify-words.ts';
import { useClock } from '../../ui/clock.ts';
import { Prose } from '../../ui/prose.tsx';
import { State } from '../../ui/state.tsx';
import { useProof } from '../../verify.ts';
import { agoWords, wayFacts, wayState, wayTitle } from './proof-words.ts';

/** What was proved of a model, way by way, with what belongs to each failure. */
export function ProofSection({ id }: { readonly id: string }) {
  const proof = useProof(id);
  const now = useClock();
  const broken = proof === null ? null : breakWords(proof.breaks_at, viaVerdicts(proof.ways));
  return (
    <section aria-label="Verified">
      <h3>{proof === null ? 'Not verified yet' : `Verified ${agoWords(proof.at, now)}`}</h3>
      {broken !== null && <p>{broken}</p>}
      {proof?.ways.map((way) => (
        <Way key={`${way.via} ${way.engine} ${way.what} ${way.aim}`} way={way} />
      ))}
      {proof?.balance && <Balance balance={proof.balance} />}
    </section>
  );
}

function Way({ way }: { readonly way: WayProof }) {
  return (
    <div className="target">
      <State said={wayState(way)} glyphOnly />
      <div>
        <span className="medium">{wayTitle(way)}</span>
        <p>{wayFacts(way)}</p>
        {way.verdict === 'failed' && way.cause?.hint && <p className="dim">{way.cause.hint}</p>}
        {way.evidence && <Evidence evidence={way.evidence} />}
      </div>
    </div>
  );
}

function Evidence({ evidence }: { readonly evidence: NonNullable<WayProof['evidence']> }) {
  const { place, lines, engine, findings } = evidence;
  return (
    <>
      {place !== null && (
        <p>
          Config, line {place.line}: <code>{place.text.trim()}</code>
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
