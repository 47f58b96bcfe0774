import 'uplot/dist/uPlot.min.css';
import './time-chart.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

export interface ChartSeries {
  readonly label: string;
  /** Name of a colour of the theme, `--own-1`. */
  readonly colour: string;
  /** The area below is filled, as far as the next series below it. */
  readonly filled?: boolean;
}

interface Props {
  /** What it shows, for who can't see it. */
  readonly label: string;
  /** x in seconds since 1970, then a column a series; `null` is a gap. */
  readonly data: [number[], ...(number | null)[][]];
  readonly series: readonly ChartSeries[];
  /** A value in words. */
  readonly words: (value: number) => string;
  /** Fixed upper end of the axis; `null` = as high as the values. */
  readonly most: number | null;
  /** First and last moment, s; the data may be shorter. */
  readonly from: number;
  readonly to: number;
  /** Charts of one name share their cursor. */
  readonly together: string;
  /** Told where the cursor is: a row of `data`, or `null`. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT = 120;

/** Values over time on a canvas, in the colours of the theme. */
export function TimeChart(props: Props) {
  const { label, data, series, from, to, most } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = JSON.stringify([series, props.together]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` is what makes another chart; the rest is set below
  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const make = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(host, latest), latest.current.data, host);
    };
    make();
    const size = new ResizeObserver(() => chart.current?.setSize({ width: host.clientWidth, height: HEIGHT }));
    size.observe(host);
    // A canvas knows nothing of a theme: it is drawn anew in the other one's colours.
    const theme = new MutationObserver(make);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      size.disconnect();
      theme.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape]);

  useEffect(() => {
    chart.current?.batch(() => {
      chart.current?.setData(data, false);
      chart.current?.setScale('x', { min: from, max: to });
      chart.current?.setScale('y', { min: 0, max: most ?? highest(data) });
    });
  }, [data, from, to, most]);

  return <div ref={place} className="time-chart" role="img" aria-label={label} style={{ height: HEIGHT }} />;
}

function optionsOf(host: HTMLElement, latest: { readonly current: Props }): uPlot.Options {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const { series, together, from, to, most, data } = latest.current;
  const axis: uPlot.Axis = {
    stroke: colour('--text-3'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true, range: [from, to] },
      y: { range: [0, most ?? highest(data)] },
    },
    axes: [
      { ...axis, size: 22, gap: 4, space: 80, values: (_chart, ticks) => ticks.map((at) => timeWords(at, ticks)) },
      {
        ...axis,
        size: 56,
        gap: 6,
        space: 34,
        values: (_chart, ticks) => ticks.map((value) => latest.current.words(value)),
      },
    ],
    // What lies on top is drawn first, so that the one below covers its foot.
    series: [
      {},
      ...series.map(
        ({ label, colour: name, filled = false }): uPlot.Series => ({
          label,
          stroke: colour(name),
          width: filled ? 0 : 1.25,
          ...(filled ? { fill: colour(name) } : {}),
          points: { show: false },
          spanGaps: false,
        }),
      ),
    ],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
      sync: { key: together },
    },
    hooks: { setCursor: [(chart) => latest.current.onPoint(chart.cursor.idx ?? null)] },
  };
}

/** A little above the highest value; 1 where there is none. */
function highest(data: Props['data']): number {
  let most = 0;
  for (const column of data.slice(1)) for (const value of column) if (value !== null && value > most) most = value;
  return most > 0 ? most * 1.1 : 1;
}

const DAY = 86_400;
const two = (n: number): string => String(n).padStart(2, '0');

/** `14:05`; days where ticks are a day apart, or where one begins. */
function timeWords(at: number, ticks: readonly number[]): string {
  const date = new Date(at * 1000);
  const apart = (ticks[1] ?? at) - (ticks[0] ?? at);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (apart >= DAY || (midnight && apart >= DAY / 24)) return `${WEEKDAYS[date.getDay()]} ${date.getDate()}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
