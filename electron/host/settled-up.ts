/** When waiting for an engine to come up is over; the same for everybody who waits. */
import type { EngineUnit } from './engine-unit.ts';
import type { Stack } from './stack.ts';

/** Up, or certain not to come up by itself any more. */
export function settledUp(unit: EngineUnit, stack: Stack): boolean {
  const { phase, wanted } = unit.state;
  if (phase.is === 'ready' || !isOurs(unit)) return true;
  // A failure of before says nothing while a new start still waits for its group or for what it needs.
  return (phase.is === 'failed' || wanted === 'down') && !stack.isWished(unit.name);
}

/** Whether Stackyard may start and stop it. */
export const isOurs = (unit: EngineUnit): boolean =>
  unit.state.owner !== 'external' && unit.config.mode !== 'external';
