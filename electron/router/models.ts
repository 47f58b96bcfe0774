import type { ModelRoute } from '../../shared/contract/router.ts';
import type { TargetPhase } from '../../shared/model.ts';
import { candidates, type Sight } from './candidates.ts';
import { targetKey } from './live.ts';
import { resolveName } from './resolve.ts';
import { bestPhase, targetPhase } from './target-phase.ts';

export interface Listed {
  readonly id: string;
  readonly origin: 'entry' | 'alias' | 'discovered';
  /** `null` for an alias of an id that no engine has reported yet. */
  readonly entry: ModelRoute | null;
}

/**
 * What `GET /v1/models` lists: entries, then aliases, then (with `list_discovered`) ids that engines report and that are not
 * listed yet. The state of an engine removes nothing.
 */
export function listedModels(sight: Sight): Listed[] {
  const { compiled } = sight;
  const { table } = compiled;
  const listed = new Map<string, Listed>();
  for (const entry of table.models) listed.set(entry.id, { id: entry.id, origin: 'entry', entry });
  for (const id of compiled.aliases.keys()) {
    if (!listed.has(id)) listed.set(id, { id, origin: 'alias', entry: resolveName(compiled, id) });
  }
  if (table.list_discovered) {
    for (const id of compiled.discovered.keys()) {
      const entry = listed.has(id) ? null : resolveName(compiled, id);
      if (entry) listed.set(id, { id, origin: 'discovered', entry });
    }
  }
  return [...listed.values()];
}

/** OpenAI's model object; ours beside it. `created` is when the router began, in seconds: engines don't tell. */
export function modelObject(sight: Sight, model: Listed, created: number): Record<string, unknown> {
  const { entry } = model;
  return {
    id: model.id,
    object: 'model',
    created,
    owned_by: model.origin === 'discovered' ? (entry?.targets[0]?.engine ?? 'stackyard') : 'stackyard',
    stackyard: {
      origin: model.origin,
      alias_of: model.origin === 'alias' ? (sight.compiled.aliases.get(model.id) ?? null) : null,
      targets: (entry?.targets ?? []).map((target) => ({
        engine: target.engine,
        model: target.model,
        phase: entry && phaseOf(sight, entry, target),
      })),
    },
  };
}

/** The listed model of that name, or whatever else the name resolves to (but not `default_model`); `null` when nothing. */
export function findModel(sight: Sight, name: string): Listed | null {
  const listed = listedModels(sight).find((model) => model.id === name);
  if (listed) return listed;
  const entry = resolveName(sight.compiled, name);
  return entry ? { id: name, origin: 'discovered', entry } : null;
}

/** The body of `/ready`: ready when at least one model has a target that answers, or that a request may wake. */
export function readiness(sight: Sight): {
  readonly status: 'ready' | 'not_ready';
  readonly models: Record<string, TargetPhase>;
} {
  const models: Record<string, TargetPhase> = {};
  let ready = false;
  for (const { id, entry } of listedModels(sight)) {
    if (!entry) {
      models[id] = 'unavailable';
      continue;
    }
    models[id] = bestPhase(entry.targets.map((target) => phaseOf(sight, entry, target)));
    ready ||= candidates(sight, entry, anyProtocol(sight, entry)).candidates.some(
      ({ tier, engine }) =>
        tier <= 2 ||
        (tier >= 4 && entry.wake !== 'never') ||
        // What a request woke stays as good as it was asleep.
        (engine.start === 'on-demand' && (engine.phase === 'starting' || engine.phase === 'loading')),
    );
  }
  return { status: ready ? 'ready' : 'not_ready', models };
}

/** What each of a listed model's targets is doing. */
export const phasesOf = (sight: Sight, { entry }: Listed): TargetPhase[] =>
  entry?.targets.map((target) => phaseOf(sight, entry, target)) ?? [];

function phaseOf(sight: Sight, entry: ModelRoute, target: ModelRoute['targets'][number]): TargetPhase {
  const rests = entry.targets.length > 1 && sight.cooldowns.until(targetKey(target), sight.now) !== null;
  return targetPhase(sight.compiled.engines.get(target.engine), target, rests);
}

/** Readiness asks no protocol in particular: whatever the entry's first engine speaks. */
function anyProtocol(sight: Sight, entry: ModelRoute) {
  const engine = sight.compiled.engines.get(entry.targets[0]?.engine ?? '');
  return engine?.speaks ?? (['chat'] as const);
}
