/** A card's memory by who holds it, as its past keeps it. */
import { type GpuDevice, type GpuProcess, OTHERS, type OwnerMemory } from '../../../shared/gpu.ts';

/** Engines that are kept apart at one moment: the largest. */
const MOST = 6;

/**
 * Bytes by engine, what outlived it too; `OTHERS` holds the rest: other programs, smaller engines, and what the card says is
 * used and no process accounts for. Empty when nobody can tell.
 */
export function ownerMemory(card: GpuDevice, processes: readonly GpuProcess[]): OwnerMemory {
  const sums = new Map<string, number>();
  let all = 0;
  for (const { gpu, engine, memory } of processes) {
    if (gpu !== card.uuid || memory === null) continue;
    all += memory;
    if (engine !== null) sums.set(engine, (sums.get(engine) ?? 0) + memory);
  }
  const engines = [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  const known = engines.reduce((sum, [, bytes]) => sum + bytes, 0);
  const others = Math.max(all, card.memory_used ?? 0) - known;
  return Object.fromEntries([...engines, ...(others > 0 ? [[OTHERS, others] as const] : [])]);
}

/** `next`, but the very same as `before` when it says the same: an hour of an idle card is one of them, not 3,600. */
export function sameOwners(before: OwnerMemory | undefined, next: OwnerMemory): OwnerMemory {
  if (before === undefined) return next;
  const names = Object.keys(next);
  const same = names.length === Object.keys(before).length && names.every((name) => before[name] === next[name]);
  return same ? before : next;
}
