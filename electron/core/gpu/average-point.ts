/** Points of a card's past: many made into one, and one read from a file that somebody may have changed. */
import type { GpuPoint } from '../../../shared/gpu.ts';

/** The mean of what is known of each figure, at `at`; a figure that no point knows stays unknown. */
export function averagePoint(points: readonly GpuPoint[], at: number): GpuPoint {
  const mean = (pick: (point: GpuPoint) => number | null): number | null => {
    const known = points.map(pick).filter((value) => value !== null);
    if (known.length === 0) return null;
    return Math.round((known.reduce((sum, value) => sum + value, 0) / known.length) * 10) / 10;
  };
  return {
    at,
    utilization: mean((point) => point.utilization),
    memory_used: mean((point) => point.memory_used),
    temperature: mean((point) => point.temperature),
    power: mean((point) => point.power),
  };
}

/** `[at, utilization, memory_used, temperature, power]` as a point; nothing when it is something else. */
export function pointsIn(row: unknown): GpuPoint[] {
  if (!Array.isArray(row) || row.length !== 5 || !Number.isFinite(row[0])) return [];
  const known = (value: unknown): number | null =>
    typeof value === 'number' && Number.isFinite(value) ? value : null;
  const [at, utilization, memory, temperature, power] = row as unknown[];
  return [
    {
      at: at as number,
      utilization: known(utilization),
      memory_used: known(memory),
      temperature: known(temperature),
      power: known(power),
    },
  ];
}
