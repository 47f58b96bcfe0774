import './requests.css';
import { ListFilter, Pause, Play } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../format.ts';
import { useShortcuts } from '../../keys.ts';
import { go } from '../../route.ts';
import { useStack } from '../../store.ts';
import { backToRow } from '../../ui/back-to-row.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CooldownStrip } from './cooldown-strip.tsx';
import { counts, filtered, type Show } from './request-list.ts';
import { RequestRows } from './request-rows.tsx';
import { followRequests, pause, requests } from './store.ts';
import { TracePanel } from './trace-panel.tsx';

interface Props {
  /** What the filter's field begins with. */
  readonly filter?: string;
  readonly notices: ReactNode;
}

/** What goes through the gateway, as it goes, with the story of each request. */
export function RequestsPage({ filter = '', notices }: Props) {
  const { list, more, cooldowns, error, paused } = useStore(requests);
  const waiting = useStack((s) => s.gateway.waiting);
  const [show, setShow] = useState<Show>('all');
  const [text, setText] = useState(filter);
  const [selected, setSelected] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(followRequests, []);
  const leave = () => {
    backToRow();
    setSelected(null);
  };
  useShortcuts({ find: () => field.current?.select(), close: leave });
  const many = useMemo(() => counts(list ?? []), [list]);
  const shown = useMemo(() => filtered(list ?? [], show, text), [list, show, text]);
  const select = useCallback((id: string) => setSelected((now) => (now === id ? null : id)), []);
  const open = list?.find((record) => record.id === selected) ?? null;
  const active = many.active + more;

  return (
    <>
      <PageHead
        title="Requests"
        beside={
          <span className="dim small-text">
            {active === 0 ? 'none under way' : `${active} in flight${waiting > 0 ? `, ${waiting} waiting` : ''}`}
          </span>
        }
        actions={
          list !== null &&
          list.length > 0 && (
            <Button onClick={() => pause(!paused)}>
              {paused ? (
                <Play className="icon small" aria-hidden="true" />
              ) : (
                <Pause className="icon small" aria-hidden="true" />
              )}
              {paused ? 'Go on' : 'Pause list'}
            </Button>
          )
        }
      />
      {notices}
      {list === null ? (
        error ? (
          <Empty title="Requests can’t be shown">
            {error.message} {error.hint}
          </Empty>
        ) : (
          <p className="empty dim">Reading…</p>
        )
      ) : list.length === 0 ? (
        <Empty
          title="No requests yet"
          actions={
            <Button look="primary" size="large" onClick={() => go('playground')}>
              Open the playground
            </Button>
          }
        >
          Each request through the gateway appears here, with every step of its way: which engines it passed by,
          waited for and asked, and where its time went.
        </Empty>
      ) : (
        <>
          <div className="tools">
            <Segments
              label="Which requests"
              value={show}
              onChange={setShow}
              options={[
                { value: 'all', label: 'All' },
                { value: 'active', label: 'In flight', count: active },
                { value: 'failed', label: 'Failed', count: many.failed },
                { value: 'rerouted', label: 'Rerouted', count: many.rerouted },
              ]}
            />
            <div className="field">
              <ListFilter className="icon small" aria-hidden="true" />
              <input
                ref={field}
                value={text}
                placeholder="model: engine: client:"
                aria-label="Filter requests; model:, engine: or client: in front of a word say where to look"
                onChange={(e) => setText(e.target.value)}
              />
            </div>
            <span className="grow" />
            <CooldownStrip cooldowns={cooldowns} />
          </div>
          {more > 0 && (
            <p className="more-active dim small-text">{plural(more, 'further request')} under way, not listed.</p>
          )}
          <div className={classes('models-split', open && 'open')}>
            {shown.length === 0 ? (
              <p className="empty dim">No request passes the filter.</p>
            ) : (
              <RequestRows records={shown} selected={selected} onSelect={select} />
            )}
            {open && <TracePanel record={open} onClose={leave} />}
          </div>
        </>
      )}
    </>
  );
}
