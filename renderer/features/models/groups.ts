/** Which models stand in which group of the list. Pure. */
import type { EngineView, ModelView, TargetView } from '../../../shared/model.ts';

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

/** What a person can do with one target: `start` brings its engine up for it. `null` when there is nothing to do, or not by us. */
export function targetAct(target: TargetView, engine: EngineView | undefined): 'load' | 'start' | 'unload' | null {
  if (engine === undefined) return null;
  const up = engine.phase === 'ready';
  if (target.phase === 'ready') return up && engine.loads_models ? 'unload' : null;
  if (up) return engine.loads_models && LOADS.has(target.phase) ? 'load' : null;
  const startable = engine.owner !== 'external' && (engine.phase === 'stopped' || engine.phase === 'failed');
  return startable ? 'start' : null;
}

const LOADS: ReadonlySet<TargetView['phase']> = new Set(['not_loaded', 'sleeping', 'failed']);

/** The target that can be loaded or unloaded by itself, and which of the two; `null` when none can. */
export function loadable(
  model: ModelView,
  engines: readonly EngineView[],
): { readonly target: TargetView; readonly act: 'load' | 'unload' } | null {
  for (const target of model.targets) {
    const engine = engines.find((e) => e.name === target.engine);
    if (!engine?.loads_models || engine.phase !== 'ready') continue;
    if (target.phase === 'ready') return { target, act: 'unload' };
    if (target.phase === 'not_loaded' || target.phase === 'sleeping') return { target, act: 'load' };
    if (target.phase === 'failed') return { target, act: 'load' };
  }
  return null;
}
