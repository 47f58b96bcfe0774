import { Copy, MessageSquare } from 'lucide-react';
import { memo, useCallback, useMemo, useState } from 'react';
import type { Footprint } from '../../../shared/fit.ts';
import type { EngineView, ModelView } from '../../../shared/model.ts';
import type { TargetTraffic } from '../../../shared/traffic.ts';
import { runByKey } from '../../act.ts';
import { ago, duration, plural, speed, UNKNOWN } from '../../format.ts';
import { holderOf, loadable, modelActs } from '../../model-acts.ts';
import { proofState } from '../../proofs/proof-words.ts';
import { useModel, useWorkedOut } from '../../store.ts';
import { type SeenTraffic, useTraffic } from '../../traffic.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useClock } from '../../ui/clock.ts';
import { MoreMenu } from '../../ui/more-menu.tsx';
import { State } from '../../ui/state.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { unevenHeights } from '../../ui/window-rows.ts';
import { useProof } from '../../verify.ts';
import { engineState, modelState, type Said } from '../../words.ts';
import { footprintWords, memoryWords } from './fit-words.ts';
import type { GroupName, NamedGroup } from './groups.ts';
import { type Sort, sorted } from './sort.ts';
import { SortHead } from './sort-head.tsx';
import { useFootprints } from './use-fit.ts';

interface Props {
  readonly groups: readonly NamedGroup[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  /** The pointer entered or left the list. */
  readonly onPointer: (inside: boolean) => void;
}

const TITLES: Record<GroupName, readonly [string, string]> = {
  memory: ['In memory', 'answer at once'],
  routes: ['Routes', 'names that the config gives'],
  disk: ['On disk', 'loaded when asked for'],
};
/** Those that a small window has too: a row over more would make room for columns that are hidden. */
const COLUMNS = 5;
const NO_TRAFFIC: SeenTraffic['targets'] = new Map();
const ROW = 36;
const HEAD = 40;

/** The list in its groups; only the rows in view are mounted, and each follows its own model. */
export const ModelRows = memo(function ModelRows({ groups, selected, onSelect, onPointer }: Props) {
  const footprints = useFootprints();
  const [sort, setSort] = useState<Sort | null>(null);
  // its news matter to the order only where that is of figures
  const byFigures = sort !== null && sort.by !== 'name' && sort.by !== 'state';
  const traffic = useTraffic(({ targets }) => (byFigures ? targets : NO_TRAFFIC));
  const order = useCallback(
    (models: readonly ModelView[]) =>
      sorted(groups, models, sort, (model) => ({
        footprint: footprintOf(model, footprints),
        traffic: trafficOf(model, traffic),
      })),
    [groups, sort, footprints, traffic],
  );
  const inOrder = useWorkedOut((s) => s.models, order);
  const lines = useMemo(
    () => inOrder.flatMap(({ name, ids }) => [{ group: name }, ...ids.map((id) => ({ id }))]),
    [inOrder],
  );
  const heights = useMemo(() => unevenHeights(lines.map((line) => ('id' in line ? ROW : HEAD))), [lines]);
  const sorting = { sort, onSort: setSort };
  return (
    <VirtualTable
      label="Models"
      className="model-list"
      items={lines}
      heights={heights}
      onPointer={onPointer}
      columns={COLUMNS}
      head={
        <>
          <SortHead by="name" label="Model" {...sorting} />
          <th style={{ width: 128 }}>Engine</th>
          <SortHead by="state" label="State" width={124} {...sorting} />
          <SortHead by="memory" label="Memory" width={84} className="num hide-narrow" {...sorting} />
          <SortHead by="speed" label="Speed" width={84} className="num roomy-only" {...sorting} />
          <SortHead by="first" label="First token" width={92} className="num roomy-only" {...sorting} />
          <SortHead by="used" label="Last used" width={96} className="roomy-only" {...sorting} />
          <th style={{ width: 160 }}>Verified</th>
          <th style={{ width: 84 }}>
            <span className="visually-hidden">Actions</span>
          </th>
        </>
      }
      row={(line) =>
        'id' in line ? (
          <Row
            key={line.id}
            id={line.id}
            selected={line.id === selected}
            onSelect={onSelect}
            footprints={footprints}
          />
        ) : (
          <tr key={`group ${line.group}`} className="group">
            <td>
              {TITLES[line.group][0]} <span className="dim">{TITLES[line.group][1]}</span>
            </td>
          </tr>
        )
      }
    />
  );
});

interface RowProps {
  readonly id: string;
  readonly selected: boolean;
  readonly onSelect: (id: string) => void;
  readonly footprints: ReadonlyMap<string, Footprint>;
}

const Row = memo(function Row({ id, ...rest }: RowProps) {
  const model = useModel(id);
  return model && <ModelRow model={model} {...rest} />;
});

function ModelRow({ model, selected, onSelect, footprints }: Omit<RowProps, 'id'> & { readonly model: ModelView }) {
  const work = useCallback(
    (engines: readonly EngineView[]) => ({
      said: stateIn(model, engines),
      can: loadable(model, engines),
      holder: holderOf(model, engines),
    }),
    [model],
  );
  const { said, can, holder } = useWorkedOut((s) => s.engines, work);
  const footprint = footprintOf(model, footprints);
  const acts = modelActs(model, can, holder);
  const { load, unload, pin, play, verify, trace, copy } = acts;
  const traffic = useTraffic(({ targets }) => trafficOf(model, targets));
  return (
    <tr aria-selected={selected} onDoubleClick={play.run} onKeyDown={(event) => runByKey(event, Object.values(acts))}>
      <td title={model.id}>
        <button type="button" className="row-name" aria-expanded={selected} onClick={() => onSelect(model.id)}>
          <span className="mono cut">{model.id}</span>
          {model.origin === 'alias' && <span className="tag">alias</span>}
        </button>
      </td>
      <td className="quiet">{engineWords(model)}</td>
      <td>
        <State said={said} />
      </td>
      <td className="num hide-narrow" title={footprint === null ? 'Not measured yet' : footprintWords(footprint)}>
        {memoryWords(footprint)}
      </td>
      <td className="num roomy-only">{speed(traffic?.tokens_per_second ?? null)}</td>
      <td className="num roomy-only">{duration(traffic?.first_token_ms ?? null)}</td>
      <LastUsed at={traffic?.last_used ?? null} />
      <Verified id={model.id} />
      <td className="row-actions">
        <div>
          {load && (
            <Button size="little" onClick={load.run}>
              Load
            </Button>
          )}
          {unload && (
            <Button size="little" onClick={unload.run}>
              Unload
            </Button>
          )}
          <IconButton name={play.label} size="little" onClick={play.run}>
            <MessageSquare className="icon small" aria-hidden="true" />
          </IconButton>
          <IconButton name={copy.label} size="little" onClick={copy.run}>
            <Copy className="icon small" aria-hidden="true" />
          </IconButton>
          <MoreMenu
            name={`More for ${model.id}`}
            size="little"
            entries={pin ? [verify, trace, pin] : [verify, trace]}
          />
        </div>
      </td>
    </tr>
  );
}

/** Of the target that would answer: the first that is in memory, else the first of which something is known. */
function footprintOf(model: ModelView, known: ReadonlyMap<string, Footprint>): Footprint | null {
  const ready = model.targets.filter((t) => t.phase === 'ready');
  const found = [...ready, ...model.targets].map((t) => known.get(`${t.engine}/${t.model}`));
  return found.find((footprint) => footprint !== undefined) ?? null;
}

/** Of the target that answered last. */
function trafficOf(model: ModelView, known: SeenTraffic['targets']): TargetTraffic | null {
  return model.targets.reduce<TargetTraffic | null>((last, { engine, model: name }) => {
    const one = known.get(`${engine}/${name}`) ?? null;
    return one !== null && (last === null || one.last_used > last.last_used) ? one : last;
  }, null);
}

function LastUsed({ at }: { readonly at: string | null }) {
  const now = useClock();
  return (
    <td className="quiet roomy-only" title={at === null ? 'Not since Stackyard started' : undefined}>
      {at === null ? UNKNOWN : ago(at, now)}
    </td>
  );
}

/** When it was proved, or why it does not answer; the whole sentence at the pointer and in the inspector. */
function Verified({ id }: { readonly id: string }) {
  const proof = useProof(id);
  const now = useClock();
  if (proof === null) return <td className="dim">–</td>;
  const said = proofState(proof, now);
  return (
    <td title={said.word}>
      <State said={said} />
    </td>
  );
}

/** Its state; while its engine is wanted and waits for another one, that. */
function stateIn(model: ModelView, engines: readonly EngineView[]): Said {
  const said = modelState(model);
  if (said.tone !== 'off') return said;
  const waiting = engines.find((e) => e.waits_for !== null && model.targets.some((t) => t.engine === e.name));
  return waiting === undefined ? said : engineState(waiting);
}

/** Where it is served: the alias's model, one engine's name, or how many targets. */
function engineWords(model: ModelView): string {
  if (model.alias_of !== null) return model.alias_of;
  const names = [...new Set(model.targets.map((t) => t.engine))];
  return names.length === 1 ? (names[0] ?? '–') : plural(model.targets.length, 'target');
}
