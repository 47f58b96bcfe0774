import { expect, it } from 'vitest';
import { grouped, named } from '../../../../renderer/features/models/groups.ts';
import { type Figures, nextSort, type Sort, sorted } from '../../../../renderer/features/models/sort.ts';
import { model } from '../../support/recorded.ts';

const NOTHING: Figures = { footprint: null, traffic: null };
const ids = (sort: Sort | null, figures: (id: string) => Figures = () => NOTHING) =>
  sorted(named(grouped(MODELS, 'all', '')), MODELS, sort, ({ id }) => figures(id)).map((group) => group.ids);

const failed = { targets: [{ engine: 'a', model: 'x', phase: 'failed' as const, progress: null }] };
const MODELS = [
  model('b10', 'a'),
  model('b9', 'a'),
  model('alias', 'a', { origin: 'alias' }),
  model('a1', 'a', failed),
];

it('keeps groups apart and the file’s order until a column is chosen', () => {
  expect(ids(null)).toEqual([['b10', 'b9'], ['alias'], ['a1']]);
  expect(ids({ by: 'name', turned: false })).toEqual([['b9', 'b10'], ['alias'], ['a1']]);
  expect(ids({ by: 'name', turned: true })).toEqual([['b10', 'b9'], ['alias'], ['a1']]);
});

it('puts the largest figure first, and what nobody knows last either way', () => {
  const speed = (tokens_per_second: number | null): Figures => ({
    footprint: null,
    traffic: {
      engine: 'a',
      model: 'x',
      last_used: '2026-01-01T00:00:00.000Z',
      first_token_ms: null,
      tokens_per_second,
    },
  });
  const of = (id: string) => (id === 'b9' ? speed(40) : id === 'b10' ? speed(null) : NOTHING);
  expect(ids({ by: 'speed', turned: false }, of)[0]).toEqual(['b9', 'b10']);
  expect(ids({ by: 'speed', turned: true }, of)[0]).toEqual(['b9', 'b10']);
  const both = (id: string) => speed(id === 'b9' ? 40 : 90);
  expect(ids({ by: 'speed', turned: false }, both)[0]).toEqual(['b10', 'b9']);
  expect(ids({ by: 'speed', turned: true }, both)[0]).toEqual(['b9', 'b10']);
});

it('turns round at the second press, and is the file’s order at the third', () => {
  const first = nextSort(null, 'memory');
  expect(first).toEqual({ by: 'memory', turned: false });
  expect(nextSort(first, 'memory')).toEqual({ by: 'memory', turned: true });
  expect(nextSort({ by: 'memory', turned: true }, 'memory')).toBeNull();
  expect(nextSort(first, 'name')).toEqual({ by: 'name', turned: false });
});
