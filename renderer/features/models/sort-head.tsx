import { ArrowDown, ArrowUp } from 'lucide-react';
import { nextSort, type Sort, type SortKey } from './sort.ts';

interface Props {
  readonly by: SortKey;
  readonly label: string;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  readonly width?: number | string;
  readonly className?: string;
}

/** The head of a column that sorts: pressed again it turns round, and then the file's order is back. */
export function SortHead({ by, label, sort, onSort, width, className }: Props) {
  const on = sort?.by === by;
  const order = !on ? 'none' : sort.turned ? 'descending' : 'ascending';
  return (
    <th aria-sort={order} className={className} style={width === undefined ? undefined : { width }}>
      <button type="button" className="sort-head" onClick={() => onSort(nextSort(sort, by))}>
        <span className="cut">{label}</span>
        {on &&
          (sort.turned ? (
            <ArrowUp className="icon small" aria-hidden="true" />
          ) : (
            <ArrowDown className="icon small" aria-hidden="true" />
          ))}
      </button>
    </th>
  );
}
