import type { ReactNode } from 'react';
import { classes } from './button.tsx';

interface HeadProps {
  readonly title: string;
  /** A state, a file name: quiet words beside the title. */
  readonly beside?: ReactNode;
  /** Buttons at the right. */
  readonly actions?: ReactNode;
}

/** The head of a page: its name, what belongs beside it, its actions. */
export function PageHead({ title, beside, actions }: HeadProps) {
  return (
    <header className="head">
      <h1>{title}</h1>
      {beside}
      <span className="grow" />
      {actions}
    </header>
  );
}

/** The body of a page. `filled`: its parts scroll, not it. */
export function PageBody({ filled = false, children }: { readonly filled?: boolean; readonly children: ReactNode }) {
  return <div className={classes('page', filled ? 'filled' : 'scroll')}>{children}</div>;
}
