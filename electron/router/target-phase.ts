import type { EngineRoute, TargetRoute } from '../../shared/contract/router.ts';
import type { TargetPhase } from '../../shared/model.ts';

/** What a target is doing, as `/ready` and `/v1/models` report it; the same words as in `status`. */
export function targetPhase(engine: EngineRoute | undefined, target: TargetRoute, cooling: boolean): TargetPhase {
  if (!engine) return 'unavailable';
  if (engine.held) return 'held';
  if (engine.phase === 'failed') return 'failed';
  if (cooling) return 'cooling';
  switch (engine.phase) {
    case 'ready':
      return engine.models[target.model] ?? 'ready';
    case 'starting':
    case 'loading':
      return 'loading';
    case 'stopped':
      return engine.owner === 'external' ? 'unavailable' : 'not_loaded';
    default:
      return 'unavailable';
  }
}

/** Best first: what a model with several targets is said to be doing. */
const BEST: readonly TargetPhase[] = [
  'ready',
  'sleeping',
  'loading',
  'not_loaded',
  'cooling',
  'held',
  'failed',
  'unavailable',
];

/** The best of several target phases; `unavailable` when there is none. */
export const bestPhase = (phases: readonly TargetPhase[]): TargetPhase =>
  BEST.find((phase) => phases.includes(phase)) ?? 'unavailable';
