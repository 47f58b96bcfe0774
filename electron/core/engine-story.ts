import type { LogLevel } from '../../shared/model.ts';
import type { EngineState } from './engine-state.ts';

/** The supervisor's own line in the engine's log when a phase begins: what it did and why; `null` when there is none to tell. */
export function engineStory(before: EngineState, after: EngineState): { text: string; level: LogLevel } | null {
  const p = after.phase;
  if (after.owner === 'external' && before.owner === 'external') return null;
  switch (p.is) {
    case 'ready':
      return { text: 'Ready.', level: 'info' };
    case 'draining':
      return { text: 'Draining: no new requests.', level: 'info' };
    case 'stopping':
      return p.cause === null ? { text: 'Stopping.', level: 'info' } : null;
    case 'stopped':
      return before.phase.is === 'stopping' ? { text: 'Stopped and verified.', level: 'info' } : null;
    case 'unhealthy':
      return { text: `Unhealthy: ${p.cause.message}`, level: 'warn' };
    case 'backoff':
      return { text: `${p.cause.message} It will be started again.`, level: 'error' };
    case 'failed':
      return { text: `${p.cause.message} Gave up.`, level: 'error' };
    default:
      return null;
  }
}
