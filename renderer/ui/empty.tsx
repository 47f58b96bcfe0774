import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** The next step, and a quiet way round. */
  readonly actions?: ReactNode;
}

/** A page or list with nothing in it: says why and what the next step is. */
export function Empty({ title, children, actions }: Props) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {actions && <div className="line">{actions}</div>}
    </div>
  );
}
