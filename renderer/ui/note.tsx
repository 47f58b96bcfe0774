import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './button.tsx';

interface Props {
  readonly tone: 'attention' | 'failed' | 'plain';
  /** What happened, as a sentence. */
  readonly title: string;
  /** Why, and what happens meanwhile. */
  readonly children?: ReactNode;
  /** The way out. */
  readonly action?: ReactNode;
}

const ICONS = { attention: TriangleAlert, failed: CircleAlert, plain: Info };

/** The strip on top of a page: what, why, and the one action. */
export function Note({ tone, title, children, action }: Props) {
  const Icon = ICONS[tone];
  return (
    <div
      className={classes('note', tone === 'plain' ? 'plain ' : tone)}
      role={tone === 'failed' ? 'alert' : 'status'}
    >
      <Icon className="icon" aria-hidden="true" />
      <p>
        <b>{title}</b> {children}
      </p>
      <span className="line">{action}</span>
    </div>
  );
}
