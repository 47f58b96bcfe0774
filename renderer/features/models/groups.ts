/** Which models stand in which group of the list. Pure. */
import type { ModelView } from '../../../shared/model.ts';

export type GroupName = 'memory' | 'routes' | 'disk';
export type Show = 'all' | 'memory' | 'routes' | 'problems';

export interface Group {
  readonly name: GroupName;
  readonly models: readonly ModelView[];
}

const inMemory = (model: ModelView): boolean =>
  model.targets.some((t) => t.phase === 'ready' || t.phase === 'loading');

/** What needs a look: a failed or cooling target and none that is ready. */
export const isProblem = (model: ModelView): boolean =>
  model.targets.some((t) => t.phase === 'failed' || t.phase === 'cooling') &&
  !model.targets.some((t) => t.phase === 'ready');

export function groupOf(model: ModelView): GroupName {
  if (model.origin !== 'discovered') return 'routes';
  return inMemory(model) ? 'memory' : 'disk';
}

/** How many each choice would show. */
export function counts(models: readonly ModelView[]): Readonly<Record<Show, number>> {
  return {
    all: models.length,
    memory: models.filter((m) => groupOf(m) === 'memory').length,
    routes: models.filter((m) => groupOf(m) === 'routes').length,
    problems: models.filter(isProblem).length,
  };
}

/**
 * The models that pass the choice and the filter text (id, target or engine), in their groups, in the order they came.
 * `placed` pins models to a group whatever their state: rows must not jump away under the pointer.
 */
export function grouped(
  models: readonly ModelView[],
  show: Show,
  text: string,
  placed: ReadonlyMap<string, GroupName> = new Map(),
): readonly Group[] {
  const needle = text.trim().toLowerCase();
  const lists: Record<GroupName, ModelView[]> = { memory: [], routes: [], disk: [] };
  for (const model of models) {
    const group = placed.get(model.id) ?? groupOf(model);
    if (show === 'problems' && !isProblem(model)) continue;
    if ((show === 'memory' || show === 'routes') && group !== show) continue;
    if (needle !== '' && !matches(model, needle)) continue;
    lists[group].push(model);
  }
  return (['memory', 'routes', 'disk'] as const)
    .map((name) => ({ name, models: lists[name] }))
    .filter((group) => group.models.length > 0);
}

const matches = (model: ModelView, needle: string): boolean =>
  model.id.toLowerCase().includes(needle) ||
  model.targets.some((t) => t.engine.includes(needle) || t.model.toLowerCase().includes(needle));

/** A group by the names of its models: the same whatever becomes of a model that stays where it is. */
export interface NamedGroup {
  readonly name: GroupName;
  readonly ids: readonly string[];
}

export const named = (groups: readonly Group[]): readonly NamedGroup[] =>
  groups.map(({ name, models }) => ({ name, ids: models.map(({ id }) => id) }));
