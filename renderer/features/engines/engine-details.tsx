import type { ReactNode } from 'react';
import { ownerWords } from '../../../shared/foreign-owner-words.ts';
import type { EngineDetail, EngineView } from '../../../shared/model.ts';
import { UNKNOWN } from '../../format.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ProbeTable } from './probe-table.tsx';

interface Props {
  readonly engine: EngineView;
  /** `null` until it was answered. */
  readonly detail: EngineDetail | null;
}

/** How an engine is run and asked: its command line, environment, folder and probes. */
export function EngineDetails({ engine, detail }: Props) {
  if (detail === null) {
    return (
      <div className="panel-body scroll">
        <div className="empty dim">Asking…</div>
      </div>
    );
  }
  const env = Object.entries(detail.env);
  const external = engine.owner === 'external';
  return (
    <div className="panel-body scroll details">
      <Part title="Command line" copy={detail.command}>
        {detail.command === null ? (
          <p className="dim">
            {external
              ? `Run by ${detail.run_by === null ? 'somebody else' : ownerWords(detail.run_by)}; Stackyard only uses it.`
              : 'It was not started by Stackyard.'}
          </p>
        ) : (
          <p className="mono command">{detail.command}</p>
        )}
      </Part>
      {!external && (
        <Part title="Environment">
          {env.length === 0 ? (
            <p className="dim">Nothing is added to Stackyard’s own.</p>
          ) : (
            <dl className="mono variables">
              {env.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </Part>
      )}
      {!external && (
        <Part title="Runs in" copy={detail.cwd}>
          <p className="mono command">{detail.cwd ?? UNKNOWN}</p>
        </Part>
      )}
      <Part title="Probes">
        {detail.probes.length === 0 ? (
          <p className="dim">It has no address now, so nothing can be asked.</p>
        ) : (
          <ProbeTable probes={detail.probes} />
        )}
      </Part>
      <Part title="Speaks">
        <p className="tags">
          {detail.speaks.map((protocol) => (
            <span key={protocol} className="tag">
              {protocol}
            </span>
          ))}
        </p>
      </Part>
      {!external && (
        <Part title="Log file" copy={detail.log_path}>
          <p className="mono command">{detail.log_path}</p>
        </Part>
      )}
    </div>
  );
}

interface PartProps {
  readonly title: string;
  /** What its copy button copies. */
  readonly copy?: string | null;
  readonly children: ReactNode;
}

function Part({ title, copy = null, children }: PartProps) {
  return (
    <section>
      <div className="line part-head">
        <h2>{title}</h2>
        {copy !== null && <CopyButton text={copy} what={title.toLowerCase()} />}
      </div>
      {children}
    </section>
  );
}
