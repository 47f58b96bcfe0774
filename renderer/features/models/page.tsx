import './models.css';
import { BadgeCheck, Download, ListFilter } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { ModelView } from '../../../shared/model.ts';
import { verifyModels } from '../../actions.ts';
import { useShortcuts } from '../../keys.ts';
import { go } from '../../route.ts';
import { held, useModel, useStack, useWorkedOut } from '../../store.ts';
import { followTraffic } from '../../traffic.ts';
import { backToRow } from '../../ui/back-to-row.ts';
import { Button, classes } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { useVerifying } from '../../verify.ts';
import { useWish } from '../../wish.ts';
import { counts, type GroupName, grouped, groupOf, named, type Show } from './groups.ts';
import { Inspector } from './inspector.tsx';
import { ModelRows } from './model-rows.tsx';
import { PullDialog } from './pull-dialog.tsx';
import { pullers } from './pull-form.ts';
import { PullList } from './pull-list.tsx';

/** Every name that a request may ask for, by what it can do now. */
export function ModelsPage({ notices }: { readonly notices: ReactNode }) {
  const verifying = useVerifying();
  const [show, setShow] = useState<Show>('all');
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const [getting, setGetting] = useState(false);
  useWish(
    (wish) => wish.what === 'get-model',
    () => setGetting(true),
  );
  const canGet = useStack((s) => pullers(s.engines).length > 0);
  const [placed, setPlaced] = useState<ReadonlyMap<string, GroupName>>(new Map());
  const field = useRef<HTMLInputElement>(null);
  useEffect(followTraffic, []);
  const list = useCallback(
    (models: readonly ModelView[]) => named(grouped(models, show, text, placed)),
    [show, text, placed],
  );
  const groups = useWorkedOut((s) => s.models, list);
  const many = useWorkedOut((s) => s.models, counts);
  const open = useStack((s) => selected !== null && s.models.some((m) => m.id === selected));
  const select = useCallback((id: string) => setSelected((now) => (now === id ? null : id)), []);
  const leave = useCallback(() => {
    backToRow();
    setSelected(null);
  }, []);
  const hold = useCallback((inside: boolean) => setPlaced(inside ? placesNow() : new Map()), []);
  useShortcuts({ find: () => field.current?.select(), close: leave });

  return (
    <>
      <PageHead
        title="Models"
        beside={<span className="dim small-text">names that your apps can ask for</span>}
        actions={
          many.all > 0 && (
            <>
              <Button disabled={verifying !== null} onClick={() => void verifyModels([])}>
                <BadgeCheck className="icon small" aria-hidden="true" />
                {verifying === null ? 'Verify all' : `Verifying ${verifying.done} of ${verifying.total}`}
              </Button>
              <Button look="primary" onClick={() => setGetting(true)}>
                <Download className="icon small" aria-hidden="true" />
                Get a model
              </Button>
            </>
          )
        }
      />
      {notices}
      <PullList />
      <PullDialog open={getting} onClose={() => setGetting(false)} />
      {many.all === 0 ? (
        <Empty
          title="No models yet"
          actions={
            canGet ? (
              <Button look="primary" size="large" onClick={() => setGetting(true)}>
                Get a model
              </Button>
            ) : (
              <Button size="large" onClick={() => go({ page: 'config', engine: null })}>
                Open the config
              </Button>
            )
          }
        >
          {canGet
            ? 'Get one by name or address: it appears here when it is there. Models of other engines appear as soon as they report them.'
            : 'Models appear here as soon as an engine reports them, or when the config names them under “models:”.'}
        </Empty>
      ) : (
        <>
          <div className="tools">
            <Segments
              label="Which models"
              value={show}
              onChange={setShow}
              options={[
                { value: 'all', label: 'All', count: many.all },
                { value: 'memory', label: 'In memory', count: many.memory },
                { value: 'routes', label: 'Routes', count: many.routes },
                { value: 'problems', label: 'Problems', count: many.problems },
              ]}
            />
            <div className="field">
              <ListFilter className="icon small" aria-hidden="true" />
              <input
                ref={field}
                value={text}
                placeholder="Filter by name or engine"
                aria-label="Filter models"
                onChange={(e) => setText(e.target.value)}
              />
            </div>
          </div>
          <div className={classes('models-split', open && 'open')}>
            {groups.length === 0 ? (
              <p className="empty dim">
                {text === '' && show === 'problems' ? 'No model has a problem.' : 'No model passes the filter.'}
              </p>
            ) : (
              <ModelRows groups={groups} selected={selected} onSelect={select} onPointer={hold} />
            )}
            {open && selected !== null && <Open id={selected} onClose={leave} />}
          </div>
        </>
      )}
    </>
  );
}

/** Where each model stands now: there it stays while the pointer is on the list. */
const placesNow = (): ReadonlyMap<string, GroupName> =>
  new Map(held.getState().snapshot?.models.map((model) => [model.id, groupOf(model)]));

function Open({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const model = useModel(id);
  return model && <Inspector model={model} onClose={onClose} />;
}
