/** In which order models stand within their group. Pure. */
import type { Footprint } from '../../../shared/fit.ts';
import type { ModelView } from '../../../shared/model.ts';
import type { TargetTraffic } from '../../../shared/traffic.ts';
import { modelState, type Tone } from '../../words.ts';
import type { NamedGroup } from './groups.ts';

export type SortKey = 'name' | 'state' | 'memory' | 'speed' | 'first' | 'used';

export interface Sort {
  readonly by: SortKey;
  /** As the key is meant first: names from a, figures from the largest. */
  readonly turned: boolean;
}

/** What is known of a model beyond the snapshot. */
export interface Figures {
  readonly footprint: Footprint | null;
  readonly traffic: TargetTraffic | null;
}

/** The sort after a click on a column: first its own order, then turned round, then the order of the file. */
export function nextSort(sort: Sort | null, by: SortKey): Sort | null {
  if (sort?.by !== by) return { by, turned: false };
  return sort.turned ? null : { by, turned: true };
}

/** The groups as they are, and in each its models in order; what nobody knows stands last either way. */
export function sorted(
  groups: readonly NamedGroup[],
  models: readonly ModelView[],
  sort: Sort | null,
  figures: (model: ModelView) => Figures,
): readonly NamedGroup[] {
  if (sort === null) return groups;
  const ranks = new Map(models.map((model) => [model.id, rankOf(sort.by, model, figures(model))]));
  const order = (a: string, b: string): number => {
    const [x = null, y = null] = [ranks.get(a), ranks.get(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    const way = typeof x === 'string' ? byName(x, String(y)) : x - Number(y);
    return (sort.turned ? -way : way) || byName(a, b);
  };
  return groups.map(({ name, ids }) => ({ name, ids: [...ids].sort(order) }));
}

const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const TONES: readonly Tone[] = ['ok', 'busy', 'attention', 'off', 'failed'];

/** Small stands first: figures that are best when large, and times, are negative. */
function rankOf(by: SortKey, model: ModelView, { footprint, traffic }: Figures): string | number | null {
  switch (by) {
    case 'name':
      return model.id;
    case 'state':
      return TONES.indexOf(modelState(model).tone);
    case 'memory':
      return negative(footprint === null ? null : footprint.gpu || footprint.ram);
    case 'speed':
      return negative(traffic?.tokens_per_second ?? null);
    case 'first':
      return traffic?.first_token_ms ?? null;
    case 'used':
      return negative(traffic === null ? null : Date.parse(traffic.last_used));
  }
}

const negative = (value: number | null): number | null => (value === null ? null : -value);
