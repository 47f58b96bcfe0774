/** A card's past: many moments made into one, and the minutes of a week as they are kept in a file. */
import { type GpuPoint, OTHERS, type OwnerMemory } from '../../../shared/gpu.ts';
import { isRecord } from './values.ts';

const MINUTE = 60_000;
const MIB = 1024 ** 2;
/** Engines come and go; whoever is beyond these counts as one of the others in the file. */
const NAMES = 32;

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
    owners: meanOwners(points.map((point) => point.owners)),
  };
}

/** An engine that held nothing at one moment held 0 then; moments of which nobody can tell do not count. */
function meanOwners(all: readonly OwnerMemory[]): OwnerMemory {
  const told = all.filter((owners) => Object.keys(owners).length > 0);
  const names = [...new Set(told.flatMap((owners) => Object.keys(owners)))];
  return Object.fromEntries(
    names.map((name) => {
      const sum = told.reduce((bytes, owners) => bytes + (owners[name] ?? 0), 0);
      return [name, Math.round(sum / told.length)];
    }),
  );
}

/**
 * What one card's minutes are in a file. A row is `[minute, utilization, MiB used, temperature, power, MiB of owners[0], …]`,
 * whole minutes since 1970: names and bytes would make a week four times as long.
 */
export interface PastRows {
  readonly owners: readonly string[];
  readonly minutes: readonly (readonly (number | null)[])[];
}

export function rowsOf(points: readonly GpuPoint[]): PastRows {
  // The newest first: those are the ones that are still looked at.
  const names = new Set<string>([OTHERS]);
  for (let i = points.length - 1; i >= 0; i--)
    for (const name of Object.keys(points[i]?.owners ?? {})) if (names.size < NAMES) names.add(name);
  const owners = [...names];
  const mib = (bytes: number | null | undefined): number | null => (bytes == null ? null : Math.round(bytes / MIB));
  const minutes = points.map((point) => [
    Math.floor(point.at / MINUTE),
    point.utilization,
    mib(point.memory_used),
    point.temperature,
    point.power,
    ...heldBy(owners, point.owners).map(mib),
  ]);
  return { owners, minutes };
}

/** Bytes in the order of `names`, as far as there are any; who is not among them is one of the others. */
function heldBy(names: readonly string[], owners: OwnerMemory): (number | null)[] {
  const held = names.map((name) => owners[name] ?? null);
  for (const [name, bytes] of Object.entries(owners)) if (!names.includes(name)) held[0] = (held[0] ?? 0) + bytes;
  while (held.at(-1) === null) held.pop();
  return held;
}

/** Points of a card in a file that somebody may have changed: what is no row is left out, what is no number is unknown. */
export function pointsIn(card: unknown): GpuPoint[] {
  if (!isRecord(card) || !Array.isArray(card.minutes)) return [];
  const owners = Array.isArray(card.owners) ? card.owners.filter((name) => typeof name === 'string') : [];
  return card.minutes.flatMap((row: unknown): GpuPoint[] => {
    if (!Array.isArray(row) || row.length < 5 || !Number.isSafeInteger(row[0]) || row[0] < 0) return [];
    const known = (value: unknown): number | null =>
      typeof value === 'number' && Number.isFinite(value) ? value : null;
    const bytes = (value: unknown): number | null => {
      const amount = known(value);
      return amount === null ? null : amount * MIB;
    };
    const [minute, utilization, used, temperature, power, ...held] = row as unknown[];
    const shares = held.slice(0, owners.length).flatMap((value, i): [string, number][] => {
      const amount = bytes(value);
      return amount === null ? [] : [[owners[i] as string, amount]];
    });
    return [
      {
        at: (minute as number) * MINUTE,
        utilization: known(utilization),
        memory_used: bytes(used),
        temperature: known(temperature),
        power: known(power),
        owners: Object.fromEntries(shares),
      },
    ];
  });
}
