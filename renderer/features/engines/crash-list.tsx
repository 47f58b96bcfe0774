import { ChevronRight } from 'lucide-react';
import { ERRORS } from '../../../shared/errors.ts';
import type { CrashCard, EngineView } from '../../../shared/model.ts';
import { day } from '../../format.ts';
import { Prose } from '../../ui/prose.tsx';
import { CardLines } from './card-lines.tsx';
import { CopyReport } from './cause-card.tsx';
import { endWords } from './crash-words.ts';

interface Props {
  readonly engine: EngineView;
  readonly crashes: readonly CrashCard[];
  /** The one that stands above already; the others begin folded too. */
  readonly above: CrashCard | null;
}

/** How the last runs ended that nobody had ended, newest first. */
export function CrashList({ engine, crashes, above }: Props) {
  if (crashes.length === 0) {
    return (
      <div className="panel-body scroll">
        <div className="empty dim">
          {engine.owner === 'external'
            ? 'Stackyard does not run this engine, so it does not see how it ends.'
            : 'Nothing went wrong. An unwanted end would be kept here, with its cause and last lines.'}
        </div>
      </div>
    );
  }
  return (
    <div className="panel-body scroll">
      {crashes.map((card, i) => (
        <details key={card.at} className="ended" open={i === 0 && card !== above}>
          <summary>
            <ChevronRight className="icon small" aria-hidden="true" />
            <time className="tabular dim" dateTime={card.at}>
              {day(card.at)}
            </time>
            <b>{ERRORS[card.cause.code]?.title ?? card.cause.code}</b>
            <span className="dim cut">{endWords(card)}</span>
          </summary>
          <div className="ended-body">
            <p>
              <Prose text={card.cause.message} /> <Prose text={card.cause.hint} />
            </p>
            {card.command !== null && <p className="mono command">{card.command}</p>}
            {card.lines.length > 0 && <CardLines label={`Lines before ${day(card.at)}`} lines={card.lines} />}
            <div className="line">
              <CopyReport engine={engine} card={card} />
            </div>
          </div>
        </details>
      ))}
    </div>
  );
}
