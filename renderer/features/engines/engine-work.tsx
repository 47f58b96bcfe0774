import './work.css';
import type { ReactNode } from 'react';
import type { LoadedModel, EngineWork as Work, WorkPoint } from '../../../shared/engine-work.ts';
import { bytes, clock, count, percent, speed, UNKNOWN } from '../../format.ts';
import { sparkLines } from '../../ui/spark-lines.ts';
import { useWork } from './use-work.ts';

/** What the engine says that it does now, and how that went in the last minutes; nothing for one that does not tell. */
export function EngineWork({ engine, ready }: { readonly engine: string; readonly ready: boolean }) {
  const { work, points } = useWork(engine);
  if (!ready || work === null) return null;
  const { loaded } = work;
  return (
    <section aria-label="What the engine tells">
      <h2>The engine tells</h2>
      {tells(work) && (
        <dl className="facts work">
          <Row name="Working on" points={points} pick={(p) => p.running}>
            {count(work.running)}
          </Row>
          <Row name="Queued" points={points} pick={(p) => p.waiting}>
            {count(work.waiting)}
          </Row>
          <Row name="Writes" points={points} pick={(p) => p.generation_rate}>
            {speed(lastOf(points, (p) => p.generation_rate))}
          </Row>
          <Row name="Reads" points={points} pick={(p) => p.prompt_rate}>
            {speed(lastOf(points, (p) => p.prompt_rate))}
          </Row>
          <Row name="KV cache" points={points} pick={(p) => p.cache} most={1} why="This engine does not tell">
            {percent(work.cache)}
          </Row>
          <Row name="Prefix hits" points={points} pick={(p) => p.prefix_hits} most={1} why="No prompt was read yet">
            {percent(lastOf(points, (p) => p.prefix_hits))}
          </Row>
        </dl>
      )}
      {loaded !== null && (loaded.length === 0 ? <p className="dim">No model is in memory.</p> : loaded.map(Loaded))}
    </section>
  );
}

/** Whether it tells of requests at all, and not only of models. */
const tells = ({ running, waiting, generation_rate, prompt_rate }: Work): boolean =>
  [running, waiting, generation_rate, prompt_rate].some((value) => value !== null);

/** The newest that is known: between two requests nothing new can be counted. */
function lastOf(points: readonly WorkPoint[], pick: (point: WorkPoint) => number | null): number | null {
  return points.map(pick).reduce<number | null>((last, value) => value ?? last, null);
}

function Loaded({ id, bytes: whole, gpu_bytes, until }: LoadedModel) {
  const where =
    whole === null || gpu_bytes === null || whole === 0
      ? null
      : gpu_bytes === 0
        ? 'none of it on a card'
        : gpu_bytes >= whole
          ? 'all of it on a card'
          : `${percent(gpu_bytes / whole)} of it on a card`;
  const facts = [bytes(whole), where, until === null ? null : `leaves at ${clock(until)}`];
  return (
    <div key={id} className="work-model">
      <span className="mono cut" title={id}>
        {id}
      </span>
      <p className="dim">{facts.filter(Boolean).join(', ')}</p>
    </div>
  );
}

interface RowProps {
  readonly name: string;
  readonly points: readonly WorkPoint[];
  readonly pick: (point: WorkPoint) => number | null;
  /** What fills the height; else the largest value does. */
  readonly most?: number;
  /** Why there may be nothing to show. */
  readonly why?: string;
  readonly children: ReactNode;
}

const SIZE = { span: 10 * 60_000, width: 88, height: 18 };

/** A figure, and for eyes how it went. */
function Row({ name, points, pick, most, why, children }: RowProps) {
  const values = points.map((point) => ({ at: point.at, value: pick(point) }));
  const top = most ?? Math.max(1, ...values.map(({ value }) => value ?? 0));
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {children === UNKNOWN && why !== undefined ? <span title={why}>{children}</span> : <span>{children}</span>}
        <svg
          className="gpu-spark"
          width={SIZE.width}
          height={SIZE.height}
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {sparkLines(values, { ...SIZE, most: top }).map((line) => (
            <polyline key={line} points={line} />
          ))}
        </svg>
      </dd>
    </>
  );
}
