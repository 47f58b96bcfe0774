import { memo } from 'react';
import type { RequestRecord } from '../../../shared/contract/router.ts';
import { clock, count, duration, UNKNOWN } from '../../format.ts';
import { State } from '../../ui/state.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { evenHeights } from '../../ui/window-rows.ts';
import { clientName, engineOf, requestState } from './request-list.ts';

interface Props {
  readonly records: readonly RequestRecord[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

const ROW = 36;

/** The list; only the rows in view are mounted. */
export function RequestRows({ records, selected, onSelect }: Props) {
  return (
    <VirtualTable
      label="Requests"
      className="request-list"
      items={records}
      heights={evenHeights(records.length, ROW)}
      // those that a small window has too
      columns={5}
      head={
        <>
          <th className="started">Started</th>
          <th>Asked for</th>
          <th className="answered">Answered by</th>
          <th style={{ width: 112 }} className="wide-only">
            Client
          </th>
          <th className="said">State</th>
          <th style={{ width: 76 }} className="num wide-only">
            First
          </th>
          <th style={{ width: 70 }} className="num wide-only">
            Tokens
          </th>
          <th style={{ width: 72 }} className="num">
            Took
          </th>
        </>
      }
      row={(record) => <Row key={record.id} record={record} selected={record.id === selected} onSelect={onSelect} />}
    />
  );
}

interface RowProps {
  readonly record: RequestRecord;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
}

const Row = memo(function Row({ record, selected, onSelect }: RowProps) {
  const tokens = record.completion_tokens;
  return (
    <tr aria-selected={selected}>
      <td className="mono dim">{clock(record.at)}</td>
      <td title={record.asked ?? undefined}>
        <button type="button" className="row-name" aria-expanded={selected} onClick={() => onSelect(record.id)}>
          <span className="mono cut">{record.asked ?? UNKNOWN}</span>
        </button>
      </td>
      <td className="quiet cut" title={record.route ?? undefined}>
        {engineOf(record) ?? UNKNOWN}
      </td>
      <td className="quiet cut wide-only" title={record.client.program ?? undefined}>
        {clientName(record) ?? UNKNOWN}
      </td>
      <td>
        <State said={requestState(record)} />
      </td>
      <td className="num wide-only">{duration(record.first_token_ms)}</td>
      <td className="num wide-only">{tokens !== null && record.estimated ? `~${count(tokens)}` : count(tokens)}</td>
      <td className="num">{duration(record.total_ms)}</td>
    </tr>
  );
});
