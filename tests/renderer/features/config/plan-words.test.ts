import { describe, expect, it } from 'vitest';
import { planItems } from '../../../../renderer/features/config/plan-words.ts';
import type { Plan } from '../../../../shared/model.ts';

const PLAN: Plan = {
  base_revision: null,
  revision: 'a',
  changed: true,
  engines: [],
  routes: [],
  gateway: { action: 'keep', keys: [] },
  in_flight: 0,
  other: [],
};
const engine = (name: string, action: Plan['engines'][number]['action'], running = true) => ({
  name,
  action,
  keys: ['args'],
  running,
});
const titles = (change: Partial<Plan>) =>
  planItems({ ...PLAN, ...change }).map((i) => i.title.replaceAll('\u00a0', ' '));

describe('planItems', () => {
  it('says what restarts, goes, comes, changes, stays and is let finish', () => {
    expect(
      titles({
        engines: [
          engine('kept', 'keep'),
          engine('new', 'add'),
          engine('old', 'remove'),
          engine('tuned', 'update'),
          engine('hot', 'restart'),
          engine('cold', 'restart', false),
        ],
        routes: ['a', 'b'],
        gateway: { action: 'rebind', keys: ['port'] },
        other: ['logs'],
        in_flight: 4,
      }),
    ).toEqual([
      'Restarts hot',
      'Changes cold',
      'Removes old',
      'Adds new',
      'Updates tuned',
      'Changes 2 routes',
      'Moves the gateway',
      'Changes logs',
      'Leaves 1 engine',
      'Lets 4 requests finish',
    ]);
  });

  it('says nothing for nothing', () => expect(titles({})).toEqual([]));
});
