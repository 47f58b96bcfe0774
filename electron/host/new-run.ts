/** Who runs an engine's process, by its config: the one place where that is decided. */
import type { Cause } from '../../shared/model.ts';
import { EngineProcess } from './engine-process.ts';
import type { EngineRun, RunOptions } from './engine-run.ts';
import { SystemdRun } from './systemd-run.ts';

/** A run that has not begun; or why an engine of this config can't be run. */
export function newRun(options: RunOptions): EngineRun | { readonly cause: Cause } {
  const { manager, unit } = options.config;
  if (manager !== 'systemd') return new EngineProcess(options);
  return unit === null ? { cause: NO_UNIT } : new SystemdRun(options, unit);
}

const NO_UNIT: Cause = {
  code: 'engine_unsupported',
  message: '`manager: systemd` does not say which unit.',
  hint: 'Write `unit:` with the name of the systemd unit.',
};
