import './virtual-table.css';
import { type ReactNode, useRef } from 'react';
import { classes } from './button.tsx';
import { moveRows } from './move-rows.ts';
import { useView } from './use-view.ts';
import { type Heights, visibleRows } from './window-rows.ts';

interface Props<T> {
  /** Accessible name. */
  readonly label: string;
  readonly className: string;
  readonly items: readonly T[];
  readonly heights: Heights;
  /** The cells of the head. */
  readonly head: ReactNode;
  /** How many those are. */
  readonly columns: number;
  /** The row of an item, as high as `heights` says. */
  readonly row: (item: T) => ReactNode;
  /** The pointer entered or left the list. */
  readonly onPointer?: (inside: boolean) => void;
}

/** A table of any length under a head that stays: only the rows in view are mounted, and the arrow keys move through all. */
export function VirtualTable<T>({ label, className, items, heights, head, columns, row, onPointer }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const view = useView(box);
  const { from, to, above, below } = visibleRows(heights, view.scrollTop, view.height);
  return (
    <div
      ref={box}
      className={classes('virtual-table scroll', className)}
      onPointerEnter={() => onPointer?.(true)}
      onPointerLeave={() => onPointer?.(false)}
    >
      <table aria-label={label} aria-rowcount={items.length} onKeyDown={moveRows}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>
          <Spacer columns={columns} height={above} />
          {items.slice(from, to).map(row)}
          <Spacer columns={columns} height={below} />
        </tbody>
      </table>
    </div>
  );
}

const Spacer = ({ columns, height }: { readonly columns: number; readonly height: number }) =>
  height > 0 ? (
    <tr className="spacer">
      <td colSpan={columns} style={{ height }} />
    </tr>
  ) : null;
