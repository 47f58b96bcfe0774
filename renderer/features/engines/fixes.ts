/** What can be done about a cause, best first. Pure. */
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Cause } from '../../../shared/model.ts';

export interface Fix {
  readonly do: 'config' | 'start' | 'free' | 'port';
  readonly title: string;
  readonly text: string;
}

const CONFIG: Fix = { do: 'config', title: 'Edit its config', text: 'Model, port and arguments, with a plan first.' };
const START: Fix = { do: 'start', title: 'Start again', text: 'Tries once more with the same settings.' };
const FREE: Fix = { do: 'free', title: 'Free GPU memory', text: 'Unloads models and stops idle engines.' };

const toPort = (port: number): Fix => ({
  do: 'port',
  title: `Use port ${port}`,
  text: 'Writes it into the config and starts the engine there.',
});

/** Causes that the same settings would only repeat. */
const BY_CONFIG: readonly ErrorCode[] = [
  'command_not_found',
  'unknown_argument',
  'model_file_missing',
  'model_file_broken',
  'port_busy',
  'secret_unavailable',
  'engine_unsupported',
  'ready_timeout',
  'permission_denied',
  'spawn_failed',
];

/** The ways out of a cause; an engine that isn't ours can't be started from here. */
export function fixesFor({ code, port }: Pick<Cause, 'code' | 'port'>, ours: boolean): readonly Fix[] {
  // Before its first start nobody knows whose an engine is, but its port can be changed.
  if (port != null && port.free !== null) return [toPort(port.free), CONFIG, ...(ours ? [START] : [])];
  if (!ours) return [CONFIG];
  if (code === 'out_of_memory') return [FREE, CONFIG];
  return BY_CONFIG.includes(code) ? [CONFIG, START] : [START, CONFIG];
}
