import './engines.css';
import { Play, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView } from '../../../shared/model.ts';
import { runByKey } from '../../act.ts';
import { engineActs } from '../../engine-acts.ts';
import { bytes, count, UNKNOWN } from '../../format.ts';
import { go, hrefOf } from '../../route.ts';
import { useEngine, useEngineNames } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { IdleCountdown } from '../../ui/idle-countdown.tsx';
import { moveRows } from '../../ui/move-rows.ts';
import { PageBody, PageHead } from '../../ui/page.tsx';
import { PinButton } from '../../ui/pin-button.tsx';
import { State } from '../../ui/state.tsx';
import { engineState, KIND_NAMES, startWords } from '../../words.ts';

/** Every engine in a row. */
export function EnginesPage({ notices }: { readonly notices: ReactNode }) {
  const engines = useEngineNames();
  return (
    <>
      <PageHead title="Engines" beside={<span className="dim small-text">{engines.length} in the config</span>} />
      {notices}
      <PageBody>
        {engines.length === 0 ? (
          <Empty
            title="No engines yet"
            actions={
              <Button look="primary" size="large" onClick={() => go('config')}>
                Open the config
              </Button>
            }
          >
            An engine is a program that serves models: llama.cpp, Ollama, vLLM, or any server that speaks OpenAI. Name
            one under “engines:” in the config.
          </Empty>
        ) : (
          <div className="card">
            <table onKeyDown={moveRows}>
              <thead>
                <tr>
                  <th>Engine</th>
                  <th style={{ width: 152 }}>State</th>
                  <th style={{ width: 116 }}>Kind</th>
                  <th className="hide-narrow" style={{ width: '24%' }}>
                    Start
                  </th>
                  <th className="num" style={{ width: 66 }}>
                    In flight
                  </th>
                  <th className="num" style={{ width: 62 }}>
                    Port
                  </th>
                  <th className="num hide-small" style={{ width: 78 }}>
                    Memory
                  </th>
                  <th style={{ width: 124 }}>
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {engines.map((name) => (
                  <EngineRow key={name} name={name} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PageBody>
    </>
  );
}

/** Who runs it, or when it starts. */
function runWords(engine: EngineView): string {
  if (engine.owner !== 'external') return startWords(engine.start);
  return `Run by ${engine.run_by === null ? 'somebody else' : ownerWords(engine.run_by)}`;
}

function EngineRow({ name }: { readonly name: string }) {
  const engine = useEngine(name);
  return engine && <Row engine={engine} />;
}

function Row({ engine }: { readonly engine: EngineView }) {
  const acts = engineActs(engine);
  const { start, stop, restart, pin } = acts;
  return (
    <tr onKeyDown={(event) => runByKey(event, Object.values(acts))}>
      <td>
        <a className="link-cell medium" href={hrefOf({ page: 'engines', engine: engine.name })}>
          {engine.name}
        </a>
        {engine.group !== null && (
          <span className="tag beside hide-small" title="Of a group one engine runs at a time">
            {engine.group}
          </span>
        )}
        {engine.pinned && (
          <span className="tag beside hide-small" title="Not stopped for being idle, for its group or to free memory">
            pinned
          </span>
        )}
      </td>
      <td>
        <State said={engineState(engine)} />
      </td>
      <td className="quiet">{KIND_NAMES[engine.kind]}</td>
      <td className="quiet hide-narrow" title={runWords(engine)}>
        {engine.idle_stop_at === null ? runWords(engine) : <IdleCountdown at={engine.idle_stop_at} />}
      </td>
      <td className="num">{count(engine.in_flight)}</td>
      <td className="num">{engine.port ?? UNKNOWN}</td>
      <td className="num hide-small">{bytes(engine.memory)}</td>
      <td className="num">
        {engine.owner === 'external' ? (
          <span className="tag">External</span>
        ) : (
          <span className="line" style={{ justifyContent: 'flex-end' }}>
            {pin && <PinButton engine={engine} />}
            {restart && (
              <IconButton name={restart.label} size="little" onClick={restart.run}>
                <RotateCw className="icon small" aria-hidden="true" />
              </IconButton>
            )}
            {start && (
              <Button size="little" aria-label={start.label} onClick={start.run}>
                <Play className="icon small" aria-hidden="true" />
                Start
              </Button>
            )}
            {stop && (
              <Button look="ghost" size="little" aria-label={stop.label} onClick={stop.run}>
                Stop
              </Button>
            )}
          </span>
        )}
      </td>
    </tr>
  );
}
