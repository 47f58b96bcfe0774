/** When waiting for an engine to come up is over; the same for everybody who waits. */
import type { EngineUnit } from './engine-unit.ts';
import type { Stack } from './stack.ts';

/** Up, or certain not to come up by itself any more. */
export function settledUp(unit: EngineUnit, stack: Stack): boolean {
  const { phase, wanted } = unit.state;
  if (phase.is === 'ready') return true;
  if (!isOurs(unit)) return isAnswered(unit);
  // A failure of before says nothing while a new start still waits for its group or for what it needs.
  return (phase.is === 'failed' || wanted === 'down') && !stack.isWished(unit.name);
}

/** Of somebody else's: the looks at it have said that it is not usable, and it is not about to be. */
function isAnswered(unit: EngineUnit): boolean {
  const { phase } = unit.state;
  if (phase.is === 'stopped') return phase.cause !== null;
  // A silent one has its grace; then it is gone, or ours to start.
  if (phase.is === 'unhealthy') return phase.cause.code !== 'unreachable';
  return phase.is === 'failed';
}

/** Whether Stackyard may start and stop it. */
export const isOurs = (unit: EngineUnit): boolean =>
  unit.state.owner !== 'external' && unit.config.mode !== 'external';
