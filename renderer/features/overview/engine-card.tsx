import { Play } from 'lucide-react';
import { useCallback } from 'react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView, ModelView } from '../../../shared/model.ts';
import { runByKey } from '../../act.ts';
import { type EngineActs, engineActs } from '../../engine-acts.ts';
import { bytes, plural } from '../../format.ts';
import { hrefOf } from '../../route.ts';
import { useEngine, useWorkedOut } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { IdleCountdown } from '../../ui/idle-countdown.tsx';
import { PinButton } from '../../ui/pin-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { State } from '../../ui/state.tsx';
import { engineDoing, engineState, KIND_NAMES } from '../../words.ts';

/** One engine: its state on its own line, what it is doing, and the one thing to do with it. */
export function EngineCard({ name }: { readonly name: string }) {
  const engine = useEngine(name);
  return engine && <Card engine={engine} />;
}

function Card({ engine }: { readonly engine: EngineView }) {
  const work = useCallback((models: readonly ModelView[]) => engineDoing(engine, models), [engine]);
  const doing = useWorkedOut((s) => s.models, work);
  const acts = engineActs(engine);
  const kind = [KIND_NAMES[engine.kind], engine.version].filter(Boolean).join(' ');
  return (
    <article
      className="card engine-card"
      aria-label={engine.name}
      onKeyDown={(event) => runByKey(event, Object.values(acts))}
    >
      <div className="line apart">
        <h3 className="line">
          <a className="cut" href={hrefOf({ page: 'engines', engine: engine.name })}>
            {engine.name}
          </a>
        </h3>
        <span className="line">
          {acts.pin && <PinButton engine={engine} />}
          <Action engine={engine} acts={acts} />
        </span>
      </div>
      <div className="line apart">
        <State said={engineState(engine)} />
        <span className="dim small-text cut" title={kind}>
          {kind}
        </span>
      </div>
      {engine.phase === 'loading' && engine.progress !== null && (
        <Progress label={`${engine.name} loading`} value={engine.progress} />
      )}
      <p className="doing" title={doing}>
        {doing}
      </p>
      <div className="meta">
        {engine.port !== null && <span>port {engine.port}</span>}
        {engine.pid !== null && <span>pid {engine.pid}</span>}
        {engine.run_by !== null && <span className="cut">{ownerWords(engine.run_by)}</span>}
        {engine.memory !== null && <span>{bytes(engine.memory)}</span>}
        {engine.group !== null && <span>group {engine.group}</span>}
        {engine.pinned && <span>pinned</span>}
        {engine.idle_stop_at !== null && <IdleCountdown at={engine.idle_stop_at} />}
        {engine.restarts > 0 && <span>{plural(engine.restarts, 'restart')}</span>}
      </div>
    </article>
  );
}

function Action({ engine, acts: { start, stop } }: { readonly engine: EngineView; readonly acts: EngineActs }) {
  if (engine.owner === 'external') return <span className="tag">External</span>;
  if (start) {
    return (
      <Button size="little" aria-label={start.label} onClick={start.run}>
        <Play className="icon small" aria-hidden="true" />
        Start
      </Button>
    );
  }
  if (!stop) return null;
  return (
    <Button look="ghost" size="little" aria-label={stop.label} onClick={stop.run}>
      Stop
    </Button>
  );
}
