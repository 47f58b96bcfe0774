import { memo, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { LogLine } from '../../../shared/model.ts';
import { clock } from '../../format.ts';
import { classes } from '../../ui/button.tsx';
import { useView } from '../../ui/use-view.ts';
import { evenHeights, type Heights, unevenHeights, visibleRows } from '../../ui/window-rows.ts';
import { columns, pieces, type Search } from './log-filter.ts';
import { indexOfSeq } from './log-ring.ts';

export interface LogRowsHandle {
  /** Follows the newest line again. */
  toEnd: () => void;
}

interface Props {
  readonly ref: Ref<LogRowsHandle>;
  readonly label: string;
  readonly lines: readonly LogLine[];
  readonly search: Search;
  readonly wrap: boolean;
  /** Lines that came since the reader let go; `null` while the newest line is followed. */
  readonly onNewer: (count: number | null) => void;
  /** The reader came near the oldest line. */
  readonly onTop: () => void;
}

const ROW = 20;
/** Padding, time and level columns with their gaps, px. */
const BESIDE_TEXT = 12 + 92 + 8 + 44 + 8 + 12;
/** Advance of the log's 12-px monospace font, px. */
const COLUMN = 7.2;

/** The rows of a log, only those in view mounted. Scrolling up lets go of the end; coming back takes hold of it again. */
export function LogRows({ ref, label, lines, search, wrap, onNewer, onTop }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const view = useView(box);
  const [follows, setFollows] = useState(true);
  const letGoAt = useRef(0);
  const anchor = useRef<{ seq: number; offset: number } | null>(null);
  const lastTop = useRef(0);
  /** Since the reader asked for the end, nothing was done that scrolls: what a scroll before it still moves is not meant. */
  const wantsEnd = useRef(false);
  const heights = useMemo(() => heightsOf(lines, wrap, view.width), [lines, wrap, view.width]);
  // Where it will be scrolled to, so that new rows are mounted once and not after the scrolling.
  const scrollTop = follows ? Math.max(0, heights.top(heights.count) - view.height) : view.scrollTop;
  const { from, to, above, below } = visibleRows(heights, scrollTop, view.height);

  const toEnd = () => {
    wantsEnd.current = true;
    setFollows(true);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useImperativeHandle(ref, () => ({ toEnd }));

  // Lines came, went or changed their height: stay at the end, or keep the line under the reader's eyes in its place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights is what changed
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (follows) element.scrollTop = element.scrollHeight;
    else if (anchor.current) {
      element.scrollTop = heights.top(indexOfSeq(lines, anchor.current.seq)) + anchor.current.offset;
    }
    lastTop.current = element.scrollTop;
  }, [heights, follows, view.height]);

  const lastSeq = lines.at(-1)?.seq ?? 0;
  useEffect(() => {
    onNewer(follows ? null : lines.length - indexOfSeq(lines, letGoAt.current + 1));
  }, [follows, lines, onNewer]);
  useEffect(() => () => onNewer(null), [onNewer]);

  const moved = () => {
    wantsEnd.current = false;
  };

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.clientHeight - element.scrollTop <= ROW / 2;
    if (wantsEnd.current && !atEnd) {
      element.scrollTop = element.scrollHeight;
      return;
    }
    const wentUp = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    if (follows && wentUp && !atEnd) {
      letGoAt.current = lastSeq;
      setFollows(false);
    } else if (!follows && atEnd) setFollows(true);
    const first = visibleRows(heights, element.scrollTop, element.clientHeight, 0).from;
    const line = lines[first];
    if (line) anchor.current = { seq: line.seq, offset: element.scrollTop - heights.top(first) };
    if (element.scrollTop < 400) onTop();
  };

  return (
    <div
      ref={box}
      className={classes('log-body scroll', wrap && 'wrapped')}
      role="log"
      aria-label={label}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={scrolled}
      onWheel={moved}
      onKeyDown={moved}
      onPointerDown={moved}
    >
      <div style={{ height: above }} />
      {lines.slice(from, to).map((line) => (
        <Row key={line.seq} line={line} search={search} />
      ))}
      <div style={{ height: below }} />
    </div>
  );
}

function heightsOf(lines: readonly LogLine[], wrap: boolean, width: number): Heights {
  if (!wrap || width === 0) return evenHeights(lines.length, ROW);
  const perRow = Math.max(10, Math.floor((width - BESIDE_TEXT) / COLUMN));
  return unevenHeights(lines.map((line) => ROW * Math.max(1, Math.ceil(columns(line.text) / perRow))));
}

const Row = memo(function Row({ line, search }: { readonly line: LogLine; readonly search: Search }) {
  const own = line.source === 'stackyard';
  return (
    <div className={classes('log-line', own && 'ours', line.level)}>
      <time>{line.at === null ? '' : clock(line.at, true)}</time>
      {!own && <span className="level">{line.level?.toUpperCase() ?? ''}</span>}
      <span className="text" title={own ? 'Said by Stackyard, not by the engine' : undefined}>
        {pieces(line.text, search).map((piece, i) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          piece.found ? <mark key={i}>{piece.text}</mark> : piece.text,
        )}
      </span>
    </div>
  );
});
