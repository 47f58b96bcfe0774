import { useMemo } from 'react';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { State } from '../../ui/state.tsx';
import { modelState } from '../../words.ts';

const SHOWN = 6;

/** The models that answer at once or soon; the rest is a page of its own. */
export function ModelTable() {
  const models = useStack((s) => s.models);
  const live = useMemo(
    () => models.filter((m) => m.targets.some((t) => t.phase === 'ready' || t.phase === 'loading')),
    [models],
  );
  return (
    <section aria-labelledby="overview-models">
      <div className="section-head">
        <h2 id="overview-models">Models that answer now</h2>
        <span className="dim">
          {live.length} of {models.length}
        </span>
        <span className="grow" />
        <Button look="ghost" size="little" onClick={() => go('models')}>
          All models
        </Button>
      </div>
      {live.length === 0 ? (
        <p className="dim measure">
          {models.length === 0
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
              {live.slice(0, SHOWN).map((model) => (
                <tr key={model.id}>
                  <td title={model.id}>
                    <span className="mono">{model.id}</span>{' '}
                    {model.origin === 'alias' && <span className="tag">alias</span>}
                  </td>
                  <td className="quiet">{answeredBy(model.targets)}</td>
                  <td>
                    <State said={modelState(model)} />
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

function answeredBy(targets: readonly { readonly engine: string; readonly phase: string | null }[]): string {
  const ready = targets.find((t) => t.phase === 'ready') ?? targets.find((t) => t.phase === 'loading');
  return ready?.engine ?? '–';
}
