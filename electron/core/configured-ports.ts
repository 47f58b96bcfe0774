import type { Config } from '../../shared/config/schema.ts';

/** The ports that a config names, the gateway's and those of engines. */
export function configuredPorts(config: Config | null): ReadonlySet<number> {
  if (config === null) return new Set();
  const ports = [config.gateway.port, ...Object.values(config.engines).map((engine) => engine.port)];
  return new Set(ports.filter((port) => typeof port === 'number'));
}
