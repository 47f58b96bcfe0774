import * as v from 'valibot';
import { type EngineConfig, fileSchema, finishConfig } from '../../shared/config/schema.ts';

/** One engine of a config file with its defaults filled in, as the rooms get it. */
export function engineConfig(written: Record<string, unknown>): EngineConfig {
  const config = finishConfig(v.parse(fileSchema, { version: 1, engines: { engine: written } }));
  const { engine } = config.engines;
  if (!engine) throw new Error('The schema dropped the engine.');
  return engine;
}
