import { Copy, MessageSquare } from 'lucide-react';
import { memo, useCallback, useMemo } from 'react';
import type { Footprint } from '../../../shared/fit.ts';
import type { EngineView, ModelView } from '../../../shared/model.ts';
import { runByKey } from '../../act.ts';
import { plural } from '../../format.ts';
import { loadable, modelActs } from '../../model-acts.ts';
import { proofState } from '../../proofs/proof-words.ts';
import { useModel, useWorkedOut } from '../../store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useClock } from '../../ui/clock.ts';
import { State } from '../../ui/state.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { unevenHeights } from '../../ui/window-rows.ts';
import { useProof } from '../../verify.ts';
import { engineState, modelState, type Said } from '../../words.ts';
import { footprintWords, memoryWords } from './fit-words.ts';
import type { GroupName, NamedGroup } from './groups.ts';
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
const ROW = 36;
const HEAD = 40;

/** The list in its groups; only the rows in view are mounted, and each follows its own model. */
export const ModelRows = memo(function ModelRows({ groups, selected, onSelect, onPointer }: Props) {
  const lines = useMemo(
    () => groups.flatMap(({ name, ids }) => [{ group: name }, ...ids.map((id) => ({ id }))]),
    [groups],
  );
  const heights = useMemo(() => unevenHeights(lines.map((line) => ('id' in line ? ROW : HEAD))), [lines]);
  const footprints = useFootprints();
  return (
    <VirtualTable
      label="Models"
      className="model-list"
      items={lines}
      heights={heights}
      onPointer={onPointer}
      columns={6}
      head={
        <>
          <th style={{ width: '33%' }}>Model</th>
          <th>Engine</th>
          <th style={{ width: 132 }}>State</th>
          <th className="num hide-narrow" style={{ width: 84 }}>
            Memory
          </th>
          <th style={{ width: 132 }}>Verified</th>
          <th style={{ width: 148 }}>
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
            <td colSpan={6}>
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
    (engines: readonly EngineView[]) => ({ said: stateIn(model, engines), can: loadable(model, engines) }),
    [model],
  );
  const { said, can } = useWorkedOut((s) => s.engines, work);
  const footprint = footprintOf(model, footprints);
  const acts = modelActs(model, can);
  const { load, unload, play, copy } = acts;
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
