import { useEffect, useState } from 'react';
import type { GpuDevice, GpuPoint } from '../../../shared/gpu.ts';
import { bridge } from '../../bridge.ts';
import { useGpu } from '../../gpu.ts';
import { sparkLines } from '../../ui/spark-lines.ts';

const WIDTH = 88;
const HEIGHT = 20;
/** What is shown, ms. */
const SPAN = 10 * 60_000;

/** How hard a card worked in the last ten minutes. For eyes: the figure beside it says what is so now. */
export function GpuSpark({ card }: { readonly card: GpuDevice }) {
  const at = useGpu((sample) => sample?.at ?? null);
  const [points, setPoints] = useState<readonly GpuPoint[]>(NONE);
  const { uuid } = card;
  useEffect(() => {
    let shown = true;
    void bridge()
      .call('gpu.history', { gpu: uuid, span: 'hour' })
      .then((reply) => {
        if (shown && reply.ok) setPoints((since) => [...reply.value, ...after(since, reply.value.at(-1)?.at ?? 0)]);
      });
    return () => {
      shown = false;
    };
  }, [uuid]);
  const { utilization, memory_used, temperature, power } = card;
  useEffect(() => {
    if (at === null) return;
    const now = Date.parse(at);
    const point = { at: now, utilization, memory_used, temperature, power, owners: {} };
    setPoints((before) => (now <= (before.at(-1)?.at ?? 0) ? before : [...after(before, now - SPAN), point]));
  }, [at, utilization, memory_used, temperature, power]);
  const lines = sparkLines(
    points.map((point) => ({ at: point.at, value: point.utilization })),
    { span: SPAN, width: WIDTH, height: HEIGHT, most: 100 },
  );
  return (
    <svg className="gpu-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {lines.map((line) => (
        <polyline key={line} points={line} />
      ))}
    </svg>
  );
}

const after = (points: readonly GpuPoint[], at: number) => points.filter((point) => point.at > at);
const NONE: readonly GpuPoint[] = [];
