import './details.css';
import './log.css';
import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly tabs: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The big frame of an engine's page: what to look at on top, and that below. The log has a frame of its own. */
export function Panel({ label, tabs, actions, children }: Props) {
  return (
    <section className="log" aria-label={label}>
      <div className="log-head">
        {tabs}
        <span className="grow" />
        {actions}
      </div>
      {children}
    </section>
  );
}
