import './engines.css';
import { Play, RefreshCw, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { CrashCard, EngineView } from '../../../shared/model.ts';
import { engineActs } from '../../engine-acts.ts';
import { clock } from '../../format.ts';
import { go } from '../../route.ts';
import { useEngine } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageBody, PageHead } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { State } from '../../ui/state.tsx';
import { engineState, KIND_NAMES } from '../../words.ts';
import { CauseCard } from './cause-card.tsx';
import { CrashList } from './crash-list.tsx';
import { EngineDetails } from './engine-details.tsx';
import { EngineFacts } from './engine-facts.tsx';
import { EngineMetrics } from './engine-metrics.tsx';
import type { MinLevel } from './log-filter.ts';
import { LogViewer } from './log-viewer.tsx';
import { Panel } from './panel.tsx';
import { SetupCard } from './setup-card.tsx';
import { Takeover } from './takeover.tsx';
import { useDetail } from './use-detail.ts';

interface Props {
  readonly name: string;
  readonly notices: ReactNode;
}

/** One engine: what it does, why it does not, its facts, its log. */
export function EnginePage({ name, notices }: Props) {
  const engine = useEngine(name);
  if (engine) return <OneEngine engine={engine} notices={notices} />;
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

type Tab = 'log' | 'metrics' | 'details' | 'crashes';
const PANELS = { metrics: 'Metrics', details: 'Details', crashes: 'Crashes' } as const;

function OneEngine({ engine, notices }: { readonly engine: EngineView; readonly notices: ReactNode }) {
  const [tab, setTab] = useState<Tab>('log');
  const [level, setLevel] = useState<MinLevel>('all');
  const { detail, refresh } = useDetail(engine);
  const crashes = detail?.crashes ?? [];
  const crash = engine.cause && engine.phase !== 'ready' ? crashOf(engine, crashes) : null;
  const tabs = (
    <Segments
      label="What to look at"
      value={tab}
      onChange={setTab}
      options={[
        { value: 'log', label: 'Log' },
        { value: 'metrics', label: 'Metrics' },
        { value: 'details', label: 'Details' },
        { value: 'crashes', label: 'Crashes', ...(crashes.length > 0 ? { count: crashes.length } : {}) },
      ]}
    />
  );
  const showInLog = () => {
    setLevel('warn');
    setTab('log');
  };
  return (
    <>
      <PageHead title={engine.name} beside={<Beside engine={engine} />} actions={<Actions engine={engine} />} />
      {notices}
      <PageBody filled>
        {engine.kind === 'litellm' && <SetupCard engine={engine} />}
        {engine.cause && engine.phase !== 'ready' && engine.cause.code !== 'install_needed' && (
          <CauseCard engine={engine} cause={engine.cause} crash={crash} onShowInLog={showInLog} />
        )}
        <div className="engine-split">
          {tab === 'log' ? (
            <LogViewer
              engine={engine.name}
              level={level}
              onLevel={setLevel}
              external={engine.owner === 'external'}
              tabs={tabs}
            />
          ) : (
            <Panel
              label={`${PANELS[tab]} of ${engine.name}`}
              tabs={tabs}
              actions={
                tab !== 'metrics' && (
                  <IconButton name="Ask again" onClick={refresh}>
                    <RefreshCw className="icon" aria-hidden="true" />
                  </IconButton>
                )
              }
            >
              {tab === 'metrics' ? (
                <EngineMetrics engine={engine.name} ready={engine.phase === 'ready'} />
              ) : tab === 'details' ? (
                <EngineDetails engine={engine} detail={detail} />
              ) : (
                <CrashList engine={engine} crashes={crashes} above={crash} />
              )}
            </Panel>
          )}
          <EngineFacts engine={engine} />
        </div>
      </PageBody>
    </>
  );
}

/** The card of the end that the engine's cause is about; an older one would explain something else. */
function crashOf(engine: EngineView, crashes: readonly CrashCard[]): CrashCard | null {
  const newest = crashes[0];
  return newest !== undefined && newest.cause.code === engine.cause?.code ? newest : null;
}

function Beside({ engine }: { readonly engine: EngineView }) {
  return (
    <>
      <State said={engineState(engine)} pill />
      {engine.owner === 'external' && (
        <span className="tag">External{engine.run_by === null ? '' : ` · ${ownerWords(engine.run_by)}`}</span>
      )}
      {engine.group !== null && (
        <span className="tag" title="Of a group one engine runs at a time">
          Group {engine.group}
        </span>
      )}
      <span className="dim small-text cut">
        {[KIND_NAMES[engine.kind], engine.version].filter(Boolean).join(' ')}
        {engine.since !== null && <span className="tabular">, since {clock(engine.since)}</span>}
      </span>
    </>
  );
}

function Actions({ engine }: { readonly engine: EngineView }) {
  if (engine.owner === 'external') return <Takeover engine={engine} />;
  const { start, stop, restart } = engineActs(engine);
  const fixing = engine.cause !== null && engine.phase === 'failed';
  return (
    <>
      {start && (
        <Button look={fixing ? 'plain' : 'primary'} onClick={start.run}>
          <Play className="icon small" aria-hidden="true" />
          Start
        </Button>
      )}
      {restart && (
        <Button look="ghost" onClick={restart.run}>
          <RotateCw className="icon small" aria-hidden="true" />
          Restart
        </Button>
      )}
      {stop && <Button onClick={stop.run}>Stop</Button>}
    </>
  );
}
