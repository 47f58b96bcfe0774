import { ERRORS } from '../../../shared/errors.ts';
import type { Cause, EngineView } from '../../../shared/model.ts';
import { freeMemory, setPort, startEngine } from '../../actions.ts';
import { go } from '../../route.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Prose } from '../../ui/prose.tsx';
import { isOurs } from '../../words.ts';
import { type Fix, fixesFor } from './fixes.ts';

interface Props {
  readonly engine: EngineView;
  readonly cause: Cause;
  readonly onShowInLog: () => void;
}

/** Why an engine is not as wanted: the cause as title, what and why under it, what to do at the right, best first. */
export function CauseCard({ engine, cause, onShowInLog }: Props) {
  const failed = engine.phase === 'failed';
  const run: Record<Fix['do'], () => void> = {
    config: () => go({ page: 'config', engine: engine.name }),
    start: () => void startEngine(engine.name),
    free: () => void freeMemory(),
    port: () => void (cause.port?.free != null && setPort(engine.name, cause.port.free)),
  };
  return (
    <section
      className={classes('crash', !failed && 'attention')}
      role="alert"
      aria-label={`Why ${engine.name} is not ready`}
    >
      <div className="why">
        <h2>{ERRORS[cause.code].title}</h2>
        <p>
          <Prose text={cause.message} />
        </p>
        {cause.hint !== null && (
          <p>
            <Prose text={cause.hint} />
          </p>
        )}
        <div className="line" style={{ marginTop: 6 }}>
          <span className="dim small-text mono">{cause.code}</span>
          <Button look="ghost" size="little" onClick={onShowInLog}>
            Show warnings and errors in the log
          </Button>
        </div>
      </div>
      <div className="fixes">
        <span className="label">What you can do</span>
        {fixesFor(cause, isOurs(engine)).map((fix, i) => (
          <button key={fix.do} type="button" className={classes('option', i === 0 && 'best')} onClick={run[fix.do]}>
            <b>{fix.title}</b>
            <span>{fix.text}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
