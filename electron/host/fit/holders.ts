/** Who holds memory now, and which of them could make room for a model: idle engines of ours, and nobody else's. */
import type { GpuSample } from '../../../shared/gpu.ts';
import type { Holder } from '../../core/fit/verdict.ts';
import type { EngineUnit } from '../engine-unit.ts';
import type { Stack } from '../stack.ts';
import type { FootprintStore } from './footprint-store.ts';
import { gpuHeldBy } from './gpu-held.ts';
import { memorySetup } from './memory-setup.ts';
import { loadsSeveral, residentOf, treesOf } from './resident.ts';

/** Bytes; `null` = unknown. */
export interface Held {
  readonly gpu: number | null;
  readonly ram: number | null;
}

const NOTHING: Held = { gpu: 0, ram: 0 };

/** Everybody but the model itself; and what that holds, when it is in memory. */
export async function holdersOf(
  { stack, store }: { readonly stack: Stack; readonly store: FootprintStore },
  target: { readonly unit: EngineUnit; readonly id: string },
  sample: GpuSample,
): Promise<{ readonly holders: readonly Holder[]; readonly own: Held }> {
  const up = stack.units.filter(({ state, name }) => name !== target.unit.name && isUp(state));
  const reasons = new Map(up.map((unit) => [unit.name, whyItStays(stack, unit)]));
  const needs = needsOf(stack, target.unit);
  const idle = up.filter(({ name }) => reasons.get(name) === null && !needs.has(name)).map(({ name }) => name);
  const free = new Set(stack.notNeededBeside(idle));
  const { group } = target.unit.config;
  const others = await Promise.all(
    up.map(async (unit): Promise<Holder> => {
      const why = reasons.get(unit.name) ?? null;
      return {
        engine: unit.name,
        model: null,
        ...(await heldBy(unit, sample)),
        stays: why ?? (free.has(unit.name) ? null : 'needed'),
        goes: why === null && group !== null && unit.config.group === group,
      };
    }),
  );
  const { beside, own } = await inside(store, target, sample);
  return { holders: [...others, ...beside], own };
}

/** The models of the target's own engine: the others may be unloaded, where it is ours to say. */
async function inside(
  store: FootprintStore,
  { unit, id }: { readonly unit: EngineUnit; readonly id: string },
  sample: GpuSample,
): Promise<{ readonly beside: readonly Holder[]; readonly own: Held }> {
  if (!isUp(unit.state)) return { beside: [], own: NOTHING };
  const { models, inFlight, waiting } = unit.facts();
  if (!loadsSeveral(unit)) return { beside: [], own: await heldBy(unit, sample) };
  const inMemory = (models ?? []).filter(({ phase }) => phase === 'ready');
  const measured = (model: string): Held => learned(store, unit, model) ?? { gpu: null, ram: null };
  const own = inMemory.some((one) => one.id === id) ? measured(id) : NOTHING;
  if (unit.state.owner === 'external' || inFlight + waiting > 0) return { beside: [], own };
  const beside = inMemory.flatMap((one): Holder[] => {
    const { gpu, ram } = measured(one.id);
    return one.id === id ? [] : [{ engine: unit.name, model: one.id, gpu, ram, stays: null, goes: false }];
  });
  return { beside, own };
}

function learned(store: FootprintStore, { name, config, profile }: EngineUnit, model: string): Held | null {
  const habits = profile.memory?.(config, { context: null, slots: null });
  if (!habits) return null;
  const { context, slots } = habits;
  return store.find({ engine: name, model, context, slots, setup: memorySetup(config) });
}

async function heldBy(unit: EngineUnit, sample: GpuSample): Promise<Held> {
  const pids = await treesOf(unit);
  if (pids.length === 0) return { gpu: null, ram: null };
  return { gpu: gpuHeldBy(sample, pids), ram: await residentOf(pids) };
}

const isUp = ({ run, owner, phase }: EngineUnit['state']): boolean =>
  run !== null || (owner === 'external' && phase.is !== 'stopped');

function whyItStays(stack: Stack, unit: EngineUnit): Holder['stays'] {
  const { inFlight, waiting } = unit.facts();
  if (unit.state.owner === 'external') return 'external';
  if (stack.isPinned(unit.name)) return 'pinned';
  return inFlight + waiting > 0 ? 'busy' : null;
}

/** What the model's own engine needs to run. */
function needsOf(stack: Stack, unit: EngineUnit): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...unit.config.depends_on];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(stack.unit(next)?.config.depends_on ?? []));
  }
  return found;
}
