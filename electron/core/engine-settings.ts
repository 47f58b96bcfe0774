import type { EngineConfig } from '../../shared/config/schema.ts';
import type { EngineSettings } from './engine-state.ts';

/** An on-demand engine that gave up is tried again by a request after this long (design §3), ms. */
export const RETRY_FAILED = 300_000;

/** The part of an engine's config that its machine decides by. */
export function engineSettings(name: string, config: EngineConfig): EngineSettings {
  return {
    name,
    mode: config.mode,
    runner: config.manager === 'systemd' ? 'systemd' : 'managed',
    readyTimeout: config.ready_timeout,
    stopTimeout: config.stop_timeout,
    restart: {
      max: config.restart.max,
      window: config.restart.window,
      backoff: config.restart.backoff,
      backoffMax: config.restart.backoff_max,
    },
    health: config.health.every === null ? null : { every: config.health.every, failures: config.health.failures },
    retryFailed: config.start === 'on-demand' ? RETRY_FAILED : null,
  };
}
