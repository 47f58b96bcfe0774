import { Play } from 'lucide-react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView } from '../../../shared/model.ts';
import { startEngine, stopEngine } from '../../actions.ts';
import { bytes, plural } from '../../format.ts';
import { hrefOf } from '../../route.ts';
import { useStack } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { IdleCountdown } from '../../ui/idle-countdown.tsx';
import { PinButton } from '../../ui/pin-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { State } from '../../ui/state.tsx';
import { canStart, engineDoing, engineState, isOurs, KIND_NAMES } from '../../words.ts';

/** One engine: its state on its own line, what it is doing, and the one thing to do with it. */
export function EngineCard({ engine }: { readonly engine: EngineView }) {
  const models = useStack((s) => s.models);
  const doing = engineDoing(engine, models);
  return (
    <article className="card engine-card" aria-label={engine.name}>
      <div className="line apart">
        <h3 className="line">
          <a className="cut" href={hrefOf({ page: 'engines', engine: engine.name })}>
            {engine.name}
          </a>
          <span className="dim small-text cut">
            {KIND_NAMES[engine.kind]} {engine.version}
          </span>
        </h3>
        <span className="line">
          {(engine.pinned || engine.phase === 'ready') && isOurs(engine) && <PinButton engine={engine} />}
          <Action engine={engine} />
        </span>
      </div>
      <State said={engineState(engine)} />
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

function Action({ engine }: { readonly engine: EngineView }) {
  if (engine.owner === 'external') return <span className="tag">External</span>;
  if (!isOurs(engine) && engine.owner !== null) return null;
  if (canStart(engine)) {
    return (
      <Button size="little" aria-label={`Start ${engine.name}`} onClick={() => void startEngine(engine.name)}>
        <Play className="icon small" aria-hidden="true" />
        Start
      </Button>
    );
  }
  if (engine.phase === 'stopping') return null;
  return (
    <Button
      look="ghost"
      size="little"
      aria-label={`Stop ${engine.name}`}
      onClick={() => void stopEngine(engine.name)}
    >
      Stop
    </Button>
  );
}
