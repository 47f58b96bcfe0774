/** What can be done about a cause, best first. Pure. */
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Cause } from '../../../shared/model.ts';

export interface Fix {
  readonly do: 'config' | 'start' | 'free' | 'port';
  /** Only with `config`: the key of the engine whose line is meant. */
  readonly key: string | null;
  readonly title: string;
  readonly text: string;
}

const fix = (does: Fix['do'], title: string, text: string, key: string | null = null): Fix => ({
  do: does,
  key,
  title,
  text,
});

const CONFIG = fix('config', 'Edit its config', 'Model, port and arguments, with a plan first.');
const START = fix('start', 'Start again', 'Tries once more with the same settings.');
const FREE = fix('free', 'Free GPU memory', 'Unloads models and stops idle engines.');
const ARGUMENTS = fix('config', 'Edit its arguments', 'Opens the config at that line.', 'args');
const MODEL = fix('config', 'Choose another model', 'Opens the config at that line.', 'model');
const COMMAND = fix('config', 'Set its command', 'Names the program to run, at its line of the config.', 'command');
const PORT = fix('config', 'Choose another port', 'Opens the config at that line.', 'port');
const UNIT = fix('config', 'Set its unit', 'Opens the config at that line.', 'unit');
const OWN_CONFIG = fix('config', 'Set its config file', 'Opens Stackyard’s config at that line.', 'config');
const TOKEN = fix('config', 'Set a token', 'In the engine’s environment, at its line of the config.', 'env');

/** Where in the config a cause is cured; the same settings would only repeat it. */
const BY_CONFIG: Partial<Record<ErrorCode, Fix>> = {
  command_not_found: COMMAND,
  library_missing: COMMAND,
  python_wrong: COMMAND,
  cpu_unsupported: COMMAND,
  unknown_argument: ARGUMENTS,
  invalid_argument: ARGUMENTS,
  cuda_missing: ARGUMENTS,
  model_file_missing: MODEL,
  model_file_broken: MODEL,
  model_unsupported: MODEL,
  model_repo_missing: MODEL,
  model_repo_gated: TOKEN,
  engine_config_invalid: OWN_CONFIG,
  port_busy: PORT,
  unit_missing: UNIT,
  systemd_unavailable: CONFIG,
  secret_unavailable: CONFIG,
  engine_unsupported: CONFIG,
  ready_timeout: CONFIG,
  permission_denied: CONFIG,
  spawn_failed: CONFIG,
};

/** The ways out of a cause; an engine that isn't ours can't be started from here. */
export function fixesFor({ code, port }: Pick<Cause, 'code' | 'port'>, ours: boolean): readonly Fix[] {
  const start = ours ? [START] : [];
  // Before its first start nobody knows whose an engine is, but its port can be changed.
  if (port != null && port.free !== null) return [toPort(port.free), PORT, ...start];
  if (!ours) return [CONFIG];
  if (code === 'out_of_memory') return [FREE, ARGUMENTS, START];
  const cure = BY_CONFIG[code];
  return cure === undefined ? [START, CONFIG] : [cure, START];
}

const toPort = (port: number): Fix =>
  fix('port', `Use port ${port}`, 'Writes it into the config and starts the engine there.');
