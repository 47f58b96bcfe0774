import { useLayoutEffect, useRef } from 'react';
import type { LogLine } from '../../../shared/model.ts';
import { clock } from '../../format.ts';
import { classes } from '../../ui/button.tsx';

interface Props {
  readonly label: string;
  readonly lines: readonly LogLine[];
}

/** The last lines of a run, its very last in view. */
export function CardLines({ label, lines }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);
  return (
    <div
      ref={box}
      className="card-lines scroll"
      role="log"
      aria-label={label}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
    >
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a kept card never changes
        <div key={i} className={classes('card-line', line.source === 'stackyard' && 'ours', line.level)}>
          <time>{line.at === null ? '' : clock(line.at)}</time>
          <span>{line.text}</span>
        </div>
      ))}
    </div>
  );
}
