import type { ModelView } from '../../../shared/model.ts';
import { go } from '../../route.ts';
import { useWorkedOut } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { modelState } from '../../words.ts';

const SHOWN = 6;

/** The models that answer at once or soon; the rest is a page of its own. */
export function ModelTable() {
  const { rows, live, all } = useWorkedOut((s) => s.models, liveModels);
  return (
    <section aria-labelledby="overview-models">
      <div className="section-head">
        <h2 id="overview-models">Models that answer now</h2>
        <span className="dim">
          {live} of {all}
        </span>
        <span className="grow" />
        <Button look="ghost" size="little" onClick={() => go('models')}>
          All models
        </Button>
      </div>
      {live === 0 ? (
        <p className="dim measure">
          {all === 0
            ? 'No engine has reported a model yet. Models appear here as soon as one does.'
            : 'None is in memory. A request to any of them starts its engine, if the config lets it.'}
        </p>
      ) : (
        <div className="card">
          <table>
            <thead>
              <tr>
                <th style={{ width: '44%' }}>Model</th>
                <th>Answered by</th>
                <th>State</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ id, isAlias, engine, said }) => (
                <tr key={id}>
                  <td title={id}>
                    <span className="mono">{id}</span> {isAlias && <span className="tag">alias</span>}
                  </td>
                  <td className="quiet">{engine}</td>
                  <td>
                    <State said={said} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** The first few of those in memory, or on their way there. */
function liveModels(models: readonly ModelView[]) {
  const live = models.filter((m) => m.targets.some((t) => t.phase === 'ready' || t.phase === 'loading'));
  const rows = live.slice(0, SHOWN).map((model) => ({
    id: model.id,
    isAlias: model.origin === 'alias',
    engine: answeredBy(model.targets),
    said: modelState(model),
  }));
  return { rows, live: live.length, all: models.length };
}

function answeredBy(targets: readonly { readonly engine: string; readonly phase: string | null }[]): string {
  const ready = targets.find((t) => t.phase === 'ready') ?? targets.find((t) => t.phase === 'loading');
  return ready?.engine ?? '–';
}
