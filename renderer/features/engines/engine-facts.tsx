import type { ReactNode } from 'react';
import { holderWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineView } from '../../../shared/model.ts';
import { bare, bytes, count, duration, percent, plural, UNKNOWN } from '../../format.ts';
import { useStack } from '../../store.ts';
import { useSystem } from '../../system.ts';
import { IdleCountdown } from '../../ui/idle-countdown.tsx';
import { Progress } from '../../ui/progress.tsx';
import { State } from '../../ui/state.tsx';
import { startWords, targetState } from '../../words.ts';
import { EngineWork } from './engine-work.tsx';

/** What is known about an engine, in one column. */
export function EngineFacts({ engine }: { readonly engine: EngineView }) {
  return (
    <aside className="engine-facts scroll" aria-label={`Facts about ${engine.name}`}>
      {engine.phase === 'loading' && engine.progress !== null && (
        <section>
          <h2>Loading {percent(engine.progress)}</h2>
          <Progress label={`${engine.name} loading`} value={engine.progress} />
        </section>
      )}
      <section>
        <h2>Process</h2>
        <dl className="facts">
          {engine.owner === 'external' ? (
            <Fact name="Run by">{engine.run_by === null ? 'somebody else' : holderWords(engine.run_by)}</Fact>
          ) : (
            <Fact name="Pid">{engine.pid ?? UNKNOWN}</Fact>
          )}
          <Fact name="Port">{engine.port ?? UNKNOWN}</Fact>
          <Fact name="Address">
            {engine.url === null ? (
              UNKNOWN
            ) : (
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {bare(engine.url)}
              </span>
            )}
          </Fact>
          <Fact name="Memory">
            {engine.memory === null ? (
              <span title="Nobody tells how much it uses">{UNKNOWN}</span>
            ) : (
              <>
                {bytes(engine.memory)}
                {engine.max_memory !== null && <span className="dim"> of {bytes(engine.max_memory)}</span>}
              </>
            )}
          </Fact>
          <EngineUse engine={engine.name} />
          {engine.owner !== 'external' && <Fact name="Restarts">{count(engine.restarts)}</Fact>}
          {engine.owner !== 'external' && <Fact name="Start">{startWords(engine.start)}</Fact>}
          {engine.group !== null && <Fact name="Group">{engine.group}</Fact>}
          {engine.made_room > 0 && <Fact name="Made room">{plural(engine.made_room, 'time')}</Fact>}
          {engine.idle_stop_at !== null && (
            <Fact name="When idle">
              <IdleCountdown at={engine.idle_stop_at} />
            </Fact>
          )}
          {engine.pinned && <Fact name="Pinned">stays when idle</Fact>}
        </dl>
      </section>
      <section>
        <h2>Now</h2>
        <dl className="facts">
          <Fact name="In flight">{plural(engine.in_flight, 'request')}</Fact>
          <Fact name="Waiting">{plural(engine.waiting, 'request')}</Fact>
        </dl>
      </section>
      <EngineWork engine={engine.name} ready={engine.phase === 'ready'} />
      <Served engine={engine.name} />
    </aside>
  );
}

/** What it takes of the machine, beside its own memory; nothing while no process of it can be looked into. */
function EngineUse({ engine }: { readonly engine: string }) {
  const use = useSystem((sample) => sample?.engines.find((one) => one.engine === engine) ?? null);
  if (use === null) return null;
  return (
    <>
      <Fact name="Mapped">
        <span title="Of files such as models; the system can take it back at any time">{bytes(use.memory_file)}</span>
      </Fact>
      <Fact name="CPU">
        {use.cpu === null ? (
          UNKNOWN
        ) : (
          <>
            {count(use.cpu)}
            {'\u00a0'}% <span className="dim">of a core</span>
          </>
        )}
      </Fact>
      <Fact name="Threads">
        {count(use.threads)}
        {use.processes > 1 && <span className="dim"> in {plural(use.processes, 'process', 'processes')}</span>}
      </Fact>
      <Fact name="Runs for">{duration(use.uptime)}</Fact>
    </>
  );
}

const SHOWN = 12;

function Served({ engine }: { readonly engine: string }) {
  const models = useStack((s) => s.models);
  const targets = new Map(
    models.flatMap((m) => m.targets.filter((t) => t.engine === engine).map((t) => [t.model, t] as const)),
  );
  if (targets.size === 0) return null;
  const rows = [...targets.values()].slice(0, SHOWN);
  return (
    <section>
      <h2>{plural(targets.size, 'model')}</h2>
      {rows.map((target) => (
        <div key={target.model} className="line apart" style={{ minHeight: 24 }}>
          <span className="mono cut" title={target.model}>
            {target.model}
          </span>
          <State said={targetState(target.phase, target.progress)} />
        </div>
      ))}
      {targets.size > SHOWN && (
        <a className="dim small-text" href="#/models">
          and {targets.size - SHOWN} more
        </a>
      )}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
