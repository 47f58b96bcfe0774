import './crash.css';
import { Copy, ScrollText } from 'lucide-react';
import { ERRORS } from '../../../shared/errors.ts';
import type { Cause, CrashCard, EngineView } from '../../../shared/model.ts';
import { copy, freeMemory, setPort, startEngine } from '../../actions.ts';
import { clock } from '../../format.ts';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Prose } from '../../ui/prose.tsx';
import { isOurs } from '../../words.ts';
import { CardLines } from './card-lines.tsx';
import { endWords, reportText } from './crash-words.ts';
import { type Fix, fixesFor } from './fixes.ts';

interface Props {
  readonly engine: EngineView;
  readonly cause: Cause;
  /** How the run ended that this is the cause of; `null` when there was none, or it is not known yet. */
  readonly crash: CrashCard | null;
  readonly onShowInLog: () => void;
}

/** Why an engine is not as wanted: the cause as title, what and why, its last lines; what to do at the right, best first. */
export function CauseCard({ engine, cause, crash, onShowInLog }: Props) {
  const failed = engine.phase === 'failed';
  const fixes = fixesFor(cause, isOurs(engine));
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
        {crash !== null && crash.lines.length > 0 && (
          <CardLines key={crash.at} label={`Last lines of ${engine.name}`} lines={crash.lines} />
        )}
        <div className="small-print">
          {crash !== null && (
            <span>
              {endWords(crash)}, <span className="tabular">{clock(crash.at)}</span>
            </span>
          )}
          <span className="mono">{cause.code}</span>
          <span className="grow" />
          <Button look="ghost" size="little" onClick={onShowInLog}>
            <ScrollText className="icon small" aria-hidden="true" />
            Show in log
          </Button>
          {crash !== null && <CopyReport engine={engine} card={crash} />}
        </div>
      </div>
      <div className="fixes">
        <span className="label">What you can do</span>
        {fixes.map((fix, i) => (
          <button
            key={`${fix.do} ${fix.key}`}
            type="button"
            className={classes('option', i === 0 && 'best')}
            onClick={() => carryOut(fix, engine.name, cause)}
          >
            <b>{fix.title}</b>
            <span>{fix.text}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

/** Puts a card on the clipboard, for somebody who can help; nothing secret is in it. */
export function CopyReport({ engine, card }: { readonly engine: EngineView; readonly card: CrashCard }) {
  const { version } = useStack((s) => s.host);
  return (
    <Button look="ghost" size="little" onClick={() => void copy(reportText(engine, card, version), 'report')}>
      <Copy className="icon small" aria-hidden="true" />
      Copy report
    </Button>
  );
}

function carryOut(fix: Fix, engine: string, cause: Cause): void {
  switch (fix.do) {
    case 'config':
      return go({ page: 'config', engine, ...(fix.key === null ? {} : { key: fix.key }) });
    case 'start':
      return void startEngine(engine);
    case 'free':
      return void freeMemory();
    case 'port':
      if (cause.port?.free != null) void setPort(engine, cause.port.free);
  }
}
