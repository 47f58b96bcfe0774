/** Who runs an engine's process, by its config: the one place where that is decided. */
import type { Cause } from '../../shared/model.ts';
import { EngineProcess } from './engine-process.ts';
import type { EngineRun, RunOptions } from './engine-run.ts';

/** A run that has not begun; or why an engine of this config can't be run. */
export function newRun(options: RunOptions): EngineRun | { readonly cause: Cause } {
  // Starting a unit's program ourselves would run it twice.
  if (options.config.manager === 'systemd') return { cause: NO_UNITS };
  return new EngineProcess(options);
}

const NO_UNITS: Cause = {
  code: 'engine_unsupported',
  message: 'Engines with `manager: systemd` can’t be run yet.',
  hint: 'Use `manager: process`, or start the unit yourself and use `mode: external`.',
};
