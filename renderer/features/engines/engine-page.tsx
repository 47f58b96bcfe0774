import './engines.css';
import { Play, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView } from '../../../shared/model.ts';
import { restartEngine, startEngine, stopEngine } from '../../actions.ts';
import { clock } from '../../format.ts';
import { go } from '../../route.ts';
import { useEngine } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageBody, PageHead } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { canStart, engineState, isOurs, KIND_NAMES } from '../../words.ts';
import { CauseCard } from './cause-card.tsx';
import { EngineFacts } from './engine-facts.tsx';
import type { MinLevel } from './log-filter.ts';
import { LogViewer } from './log-viewer.tsx';
import { Takeover } from './takeover.tsx';

interface Props {
  readonly name: string;
  readonly notices: ReactNode;
}

/** One engine: what it does, why it does not, its facts, its log. */
export function EnginePage({ name, notices }: Props) {
  const engine = useEngine(name);
  const [level, setLevel] = useState<MinLevel>('all');
  if (!engine) {
    return (
      <>
        <PageHead title={name} />
        <PageBody>
          <Empty title="No engine of that name" actions={<Button onClick={() => go('engines')}>All engines</Button>}>
            The config does not name “{name}” (any more).
          </Empty>
        </PageBody>
      </>
    );
  }
  return (
    <>
      <PageHead title={engine.name} beside={<Beside engine={engine} />} actions={<Actions engine={engine} />} />
      {notices}
      <PageBody filled>
        {engine.cause && engine.phase !== 'ready' && (
          <CauseCard engine={engine} cause={engine.cause} onShowInLog={() => setLevel('warn')} />
        )}
        <div className="engine-split">
          <LogViewer engine={engine.name} level={level} onLevel={setLevel} external={engine.owner === 'external'} />
          <EngineFacts engine={engine} />
        </div>
      </PageBody>
    </>
  );
}

function Beside({ engine }: { readonly engine: EngineView }) {
  return (
    <>
      <State said={engineState(engine)} pill />
      {engine.owner === 'external' && (
        <span className="tag">External{engine.run_by === null ? '' : ` · ${ownerWords(engine.run_by)}`}</span>
      )}
      <span className="dim small-text cut">
        {KIND_NAMES[engine.kind]} {engine.version}
        {engine.since !== null && <span className="tabular">, since {clock(engine.since)}</span>}
      </span>
    </>
  );
}

function Actions({ engine }: { readonly engine: EngineView }) {
  if (engine.owner === 'external') return <Takeover engine={engine} />;
  if (!isOurs(engine) && engine.owner !== null) return null;
  if (canStart(engine)) {
    const fixing = engine.cause !== null && engine.phase === 'failed';
    return (
      <Button look={fixing ? 'plain' : 'primary'} onClick={() => void startEngine(engine.name)}>
        <Play className="icon small" aria-hidden="true" />
        Start
      </Button>
    );
  }
  if (engine.phase === 'stopping') return null;
  return (
    <>
      <Button look="ghost" onClick={() => void restartEngine(engine.name)}>
        <RotateCw className="icon small" aria-hidden="true" />
        Restart
      </Button>
      <Button onClick={() => void stopEngine(engine.name)}>Stop</Button>
    </>
  );
}
