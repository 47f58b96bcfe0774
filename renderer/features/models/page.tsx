import './models.css';
import { ListFilter } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { useKeys } from '../../keys.ts';
import { useStack } from '../../store.ts';
import { classes } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Segments } from '../../ui/segments.tsx';
import { counts, type GroupName, grouped, groupOf, type Show } from './groups.ts';
import { Inspector } from './inspector.tsx';
import { ModelRows } from './model-rows.tsx';

/** Every name that a request may ask for, by what it can do now. */
export function ModelsPage({ notices }: { readonly notices: ReactNode }) {
  const models = useStack((s) => s.models);
  const [show, setShow] = useState<Show>('all');
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const [placed, setPlaced] = useState<ReadonlyMap<string, GroupName>>(new Map());
  const field = useRef<HTMLInputElement>(null);
  const groups = useMemo(() => grouped(models, show, text, placed), [models, show, text, placed]);
  const many = useMemo(() => counts(models), [models]);
  const open = models.find((m) => m.id === selected) ?? null;
  useKeys({ 'mod+f': () => field.current?.select(), escape: () => setSelected(null) });

  return (
    <>
      <PageHead title="Models" beside={<span className="dim small-text">names that your apps can ask for</span>} />
      {notices}
      {models.length === 0 ? (
        <Empty title="No models yet">
          Models appear here as soon as an engine reports them, or when the config names them under “models:”.
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
              <ModelRows
                groups={groups}
                selected={selected}
                onSelect={(id) => setSelected(id === selected ? null : id)}
                onPointer={(inside) => setPlaced(inside ? new Map(models.map((m) => [m.id, groupOf(m)])) : new Map())}
              />
            )}
            {open && <Inspector model={open} onClose={() => setSelected(null)} />}
          </div>
        </>
      )}
    </>
  );
}
