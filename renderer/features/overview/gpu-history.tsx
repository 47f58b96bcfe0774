import './gpu-history.css';
import { useEffect, useMemo, useState } from 'react';
import { type GpuDevice, type GpuPoint, OTHERS } from '../../../shared/gpu.ts';
import { bridge } from '../../bridge.ts';
import { bytes, clock, day, UNKNOWN } from '../../format.ts';
import { cardName, colourOf } from '../../gpu-memory.ts';
import { useSeen } from '../../seen.ts';
import { useStack } from '../../store.ts';
import { type Columns, columnsOf } from '../../ui/chart-columns.ts';
import { Modal } from '../../ui/modal.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TimeChart } from '../../ui/time-chart.tsx';
import { GAPS, ownersIn, type Span, stacked } from './chart-data.ts';

interface Props {
  readonly card: GpuDevice;
  readonly onClose: () => void;
}

/** All ms. */
const LENGTH = { hour: 3_600_000, week: 7 * 86_400_000 } as const;
/** So often it is asked again, ms. */
const AGAIN = { hour: 5_000, week: 60_000 } as const;

/** A card's past: memory by owner, use, temperature and power, of the last hour or the last week. */
export function GpuHistory({ card, onClose }: Props) {
  const [span, setSpan] = useState<Span>('hour');
  const { points, to } = usePast(card.uuid, span);
  return (
    <Modal open onClose={onClose} title={`History of ${cardName(card)}`} wide>
      <div className="gpu-history">
        <Segments
          label="How far back"
          value={span}
          options={[
            { value: 'hour', label: 'Last hour' },
            { value: 'week', label: 'Last week' },
          ]}
          onChange={setSpan}
        />
        {points === null ? (
          <p className="dim">Asking…</p>
        ) : points.length === 0 ? (
          <p className="dim measure">
            {span === 'hour'
              ? 'Nothing was seen of this card in the last hour.'
              : 'No minute is kept yet. There is one for each minute that Stackyard runs, for a week.'}
          </p>
        ) : (
          <Charts card={card} points={points} span={span} to={to} />
        )}
      </div>
    </Modal>
  );
}

interface ChartsProps {
  readonly card: GpuDevice;
  readonly points: readonly GpuPoint[];
  readonly span: Span;
  /** ms since 1970. */
  readonly to: number;
}

function Charts({ card, points, span, to }: ChartsProps) {
  const engines = useStack((s) => s.engines);
  const names = useMemo(() => engines.map((engine) => engine.name), [engines]);
  const [at, setAt] = useState<number | null>(null);
  const owners = useMemo(() => ownersIn(points, names), [points, names]);
  const columns = useMemo(() => {
    const of = (pick: (point: GpuPoint) => number | null): Columns => columnsOf(points, GAPS[span], [pick]);
    return {
      // What lies on top is drawn first.
      memory: columnsOf(points, GAPS[span], [...stacked(owners)].reverse()),
      utilization: of((point) => point.utilization),
      temperature: of((point) => point.temperature),
      power: of((point) => point.power),
    };
  }, [points, span, owners]);
  // All four have the same moments.
  const when = at === null ? null : (columns.memory[0][at] ?? null);
  const point = (when === null ? null : points.find((one) => one.at === when * 1000)) ?? points.at(-1) ?? null;
  const one = (field: 'utilization' | 'temperature' | 'power', unit: string): string =>
    amount(point?.[field] ?? null, unit);
  const shared = { from: (to - LENGTH[span]) / 1000, to: to / 1000, together: 'gpu-history', onPoint: setAt };
  const alone = (label: string) => [{ label, colour: '--text-2' }];
  const known = (pick: (point: GpuPoint) => number | null): boolean => points.some((one) => pick(one) !== null);
  const iso = point === null ? null : new Date(point.at).toISOString();
  return (
    <>
      <p className="dim small-text gpu-history-when">
        {iso === null ? UNKNOWN : span === 'hour' ? clock(iso) : day(iso)}
        {at === null && ', the latest'}
      </p>
      <section>
        <div className="chart-head">
          <h3>Memory by owner</h3>
          <ul>
            {owners.map((name) => (
              <li key={name}>
                <span className={`own own-${colourOf(name, names) ?? 'other'}`} aria-hidden="true" />
                {name === OTHERS ? 'Other apps' : name}
                <b>{bytes(point?.owners[name] ?? (point === null || isSilent(point) ? null : 0))}</b>
              </li>
            ))}
          </ul>
        </div>
        {owners.length === 0 ? (
          <p className="dim small-text">Nobody tells who holds this card’s memory.</p>
        ) : (
          <TimeChart
            {...shared}
            label={`Memory of ${cardName(card)} by owner over the ${WORDS[span]}`}
            data={columns.memory}
            series={[...owners].reverse().map((name) => ({
              label: name || 'Other apps',
              colour: `--own-${colourOf(name, names) ?? 'other'}`,
              filled: true,
            }))}
            words={(value) => bytes(value).replace('.0', '')} // its steps are whole
            most={card.memory_total}
          />
        )}
      </section>
      <section>
        <div className="chart-head">
          <h3>Busy</h3>
          <b>{one('utilization', '%')}</b>
        </div>
        <Figure shown={known((point) => point.utilization)} what="how busy this card is">
          <TimeChart
            {...shared}
            label={`Use of ${cardName(card)} over the ${WORDS[span]}`}
            data={columns.utilization}
            series={alone('Busy')}
            words={(value) => amount(value, '%')}
            most={100}
          />
        </Figure>
      </section>
      <div className="gpu-history-pair">
        <section>
          <div className="chart-head">
            <h3>Temperature</h3>
            <b>{one('temperature', '°C')}</b>
          </div>
          <Figure shown={known((point) => point.temperature)} what="its temperature">
            <TimeChart
              {...shared}
              label={`Temperature of ${cardName(card)} over the ${WORDS[span]}`}
              data={columns.temperature}
              series={alone('Temperature')}
              words={(value) => amount(value, '°C')}
              most={100}
            />
          </Figure>
        </section>
        <section>
          <div className="chart-head">
            <h3>Power</h3>
            <b>{one('power', 'W')}</b>
          </div>
          <Figure shown={known((point) => point.power)} what="its power">
            <TimeChart
              {...shared}
              label={`Power of ${cardName(card)} over the ${WORDS[span]}`}
              data={columns.power}
              series={alone('Power')}
              words={(value) => amount(value, 'W')}
              most={card.power_limit}
            />
          </Figure>
        </section>
      </div>
    </>
  );
}

function Figure({
  shown,
  what,
  children,
}: {
  readonly shown: boolean;
  readonly what: string;
  readonly children: React.ReactNode;
}) {
  return shown ? children : <p className="dim small-text">Nobody tells {what}.</p>;
}

/** Asked again and again while it is open and can be seen. `points: null` until the first answer. */
function usePast(gpu: string, span: Span): { readonly points: readonly GpuPoint[] | null; readonly to: number } {
  const [past, setPast] = useState<{ of: string; points: readonly GpuPoint[]; to: number } | null>(null);
  const of = `${span} ${gpu}`;
  const seen = useSeen();
  useEffect(() => {
    if (!seen) return;
    let open = true;
    const ask = (): void => {
      void bridge()
        .call('gpu.history', { gpu, span })
        .then((reply) => {
          if (open && reply.ok)
            setPast({ of, points: reply.value, to: Math.max(Date.now(), reply.value.at(-1)?.at ?? 0) });
        });
    };
    ask();
    const timer = setInterval(ask, AGAIN[span]);
    return () => {
      open = false;
      clearInterval(timer);
    };
  }, [gpu, span, of, seen]);
  return past?.of === of ? past : { points: null, to: 0 };
}

const WORDS = { hour: 'last hour', week: 'last week' } as const;
const isSilent = (point: GpuPoint): boolean => Object.keys(point.owners).length === 0;
const amount = (value: number | null, unit: string): string =>
  value === null ? UNKNOWN : `${Math.round(value)}\u00a0${unit}`;
