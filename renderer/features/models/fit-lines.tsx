import './fit.css';
import type { FitView } from '../../../shared/fit.ts';
import { fitSentence } from '../../../shared/fit-words.ts';
import { bytes, plural } from '../../format.ts';
import { classes } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { fitBar, fitState, footprintWords } from './fit-words.ts';

/** What the model takes on this target, and whether there is room for it now: before anybody presses Load. */
export function FitLines({ fit }: { readonly fit: FitView }) {
  const { footprint, verdict, room, short } = fit;
  const about = short ?? room[0];
  const bar = about === undefined ? null : fitBar(about);
  return (
    <div className="fit">
      {footprint !== null && <p>{footprintWords(footprint)}</p>}
      {footprint?.slots != null && <p>Answers {plural(footprint.slots, 'request')} at a time</p>}
      {verdict !== 'in_memory' && (
        <>
          {bar !== null && (
            <div className="memory-bar thin" role="img" aria-label={bar.words} title={bar.words}>
              <span className="own" style={{ width: `${100 * bar.used}%` }} />
              <span
                className={classes(
                  'fit-needs',
                  footprint?.source === 'estimated' && 'reckoned',
                  verdict === 'will_not_fit' && 'over',
                )}
                style={{ width: `${100 * bar.needs}%` }}
              />
            </div>
          )}
          <State said={fitState(verdict)} />
          <p className="dim">{fitSentence(fit, bytes)}</p>
        </>
      )}
    </div>
  );
}
