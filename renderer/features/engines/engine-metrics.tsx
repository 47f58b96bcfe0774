import './metrics.css';
import { useMemo, useState } from 'react';
import type { WorkPoint } from '../../../shared/engine-work.ts';
import { clock, count, percent, speed, UNKNOWN } from '../../format.ts';
import { columnsOf } from '../../ui/chart-columns.ts';
import { TimeChart } from '../../ui/time-chart.tsx';
import { useWork } from './use-work.ts';

interface Curve {
  readonly label: string;
  /** Name of a colour of the theme. */
  readonly colour: string;
  readonly pick: (point: WorkPoint) => number | null;
}

interface Chart {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly words: (value: number | null) => string;
  /** On the axis, where a unit has no room. */
  readonly axis: (value: number) => string;
  /** Upper end of the axis; `null` = as high as the values. */
  readonly most: number | null;
}

const CHARTS: readonly Chart[] = [
  {
    title: 'Requests in the engine',
    curves: [
      { label: 'Working on', colour: '--own-1', pick: (point) => point.running },
      { label: 'Queued', colour: '--own-2', pick: (point) => point.waiting },
    ],
    words: count,
    axis: count,
    most: null,
  },
  {
    title: 'Writes',
    curves: [{ label: 'Writes', colour: '--own-1', pick: (point) => point.generation_rate }],
    words: speed,
    axis: count,
    most: null,
  },
  {
    title: 'Reads prompts',
    curves: [{ label: 'Reads', colour: '--own-1', pick: (point) => point.prompt_rate }],
    words: speed,
    axis: count,
    most: null,
  },
  {
    title: 'Cache',
    curves: [
      { label: 'In use', colour: '--own-1', pick: (point) => point.cache },
      { label: 'Prefix hits', colour: '--own-2', pick: (point) => point.prefix_hits },
    ],
    words: percent,
    axis: percent,
    most: 1,
  },
];

/** What is shown of the past, ms. */
const SPAN = 10 * 60_000;
/** Longer than this without a look is a gap, ms: nobody asked so often. */
const GAP = 30_000;

/** What an engine told of its work in the last ten minutes, as curves; under the pointer, of that moment. */
export function EngineMetrics({ engine, ready }: { readonly engine: string; readonly ready: boolean }) {
  const { points } = useWork(engine);
  const [at, setAt] = useState<number | null>(null);
  const newest = points.at(-1);
  const shown = useMemo(() => points.filter((point) => point.at > (newest?.at ?? 0) - SPAN), [points, newest]);
  // a moment that is put in for a gap has no point
  const moments = useMemo(() => columnsOf(shown, GAP, [])[0], [shown]);
  const moment = at === null ? undefined : shown.find((point) => point.at / 1000 === moments[at]);
  const charts = CHARTS.filter(({ curves }) => curves.some(({ pick }) => shown.some((one) => pick(one) !== null)));
  if (newest === undefined || charts.length === 0) {
    return (
      <div className="metrics scroll">
        <p className="dim measure">
          {ready
            ? 'This engine has told nothing of its requests and tokens yet. Ollama and plain OpenAI servers never do.'
            : 'It tells of its requests and tokens while it is ready; in this run it has not yet.'}
        </p>
      </div>
    );
  }
  const point = moment ?? newest;
  return (
    <div className="metrics scroll">
      <p className="dim small-text">
        {clock(new Date(point.at).toISOString())}
        {moment === undefined && ', the latest'}
      </p>
      {charts.map(({ title, curves, words, axis, most }) => (
        <section key={title} aria-label={title}>
          <div className="metrics-head">
            <h2>{title}</h2>
            <ul>
              {curves.map(({ label, colour, pick }) => (
                <li key={label}>
                  {curves.length > 1 && (
                    <>
                      <span className="metrics-key" style={{ background: `var(${colour})` }} aria-hidden="true" />
                      {label}
                    </>
                  )}
                  <b>{pick(point) === null ? UNKNOWN : words(pick(point))}</b>
                </li>
              ))}
            </ul>
          </div>
          <TimeChart
            label={`${title} over the last ten minutes`}
            data={columnsOf(
              shown,
              GAP,
              curves.map(({ pick }) => pick),
            )}
            series={curves.map(({ label, colour }) => ({ label, colour }))}
            words={axis}
            most={most}
            from={(newest.at - SPAN) / 1000}
            to={newest.at / 1000}
            together={`work of ${engine}`}
            onPoint={setAt}
          />
        </section>
      ))}
    </div>
  );
}
