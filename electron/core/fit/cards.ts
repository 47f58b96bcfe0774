/** Which cards a model would go to, and what is free there. */
import type { GpuDevice, GpuSample } from '../../../shared/gpu.ts';

export interface Cards {
  /** Bytes of the cards that a model may be put on. */
  readonly total: number | null;
  readonly free: number | null;
  /** It has no other memory than the machine's. */
  readonly shared: boolean;
}

/**
 * The cards for a model that is spread over so many of them; `null` = the machine has none. Cards that only share the machine's
 * memory count where there is no other; of several makers the one with most memory, since a program is built for one.
 */
export function cardsFor(
  { gpus, sources }: GpuSample,
  spread: number | 'all',
): Cards | { readonly blind: string } | null {
  const blind = sources.find(({ state }) => state === 'broken' || state === 'no_tool');
  if (gpus.length === 0)
    return blind === undefined ? null : { blind: blind.reason ?? `the ${blind.vendor} card can’t be read` };
  const own = gpus.filter(({ unified }) => !unified);
  if (own.length === 0) {
    const [card] = byMemory(gpus);
    return { total: card?.memory_total ?? null, free: card === undefined ? null : freeOf(card), shared: true };
  }
  const makers = [...new Set(own.map(({ vendor }) => vendor))].map((vendor) =>
    own.filter((gpu) => gpu.vendor === vendor),
  );
  const most = makers.reduce((a, b) => ((sum(b.map(totalOf)) ?? 0) > (sum(a.map(totalOf)) ?? 0) ? b : a));
  const used = spread === 'all' ? most : byMemory(most).slice(0, spread);
  return { total: sum(used.map(totalOf)), free: sum(used.map(freeOf)), shared: false };
}

const totalOf = (gpu: GpuDevice): number | null => gpu.memory_total;
const freeOf = ({ memory_total: total, memory_used: used }: GpuDevice): number | null =>
  total === null || used === null ? null : Math.max(0, total - used);
const byMemory = (gpus: readonly GpuDevice[]): GpuDevice[] =>
  [...gpus].sort((a, b) => (b.memory_total ?? 0) - (a.memory_total ?? 0));

/** `null` as soon as one of them is. */
const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((all, one) => (all === null || one === null ? null : all + one), 0);
