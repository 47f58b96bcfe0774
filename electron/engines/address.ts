import type { EngineConfig } from '../../shared/config/schema.ts';

/**
 * The address that a profile's request paths are appended to, without a trailing slash: the server's root, for `openai` the
 * base as configured. `port` is the one in use (config's, the kind's usual one, or the free one picked for this run);
 * `null` when there is none yet and no `url` says more.
 */
export function addressOf(config: Pick<EngineConfig, 'mode' | 'url' | 'host'>, port: number | null): string | null {
  if (config.url !== null && config.mode !== 'managed') return config.url.replace(/\/+$/, '');
  return port === null ? null : `http://${hostInUrl(reachable(config.host))}:${port}`;
}

/** The port that the config fixes, by `port` or in `url`; `null` when any free one will do. */
export function configuredPort(config: Pick<EngineConfig, 'url' | 'port'>): number | null {
  if (config.port !== null) return config.port;
  const match = config.url === null ? null : /^https?:\/\/[^/]*?:(\d+)(?:\/|$)/.exec(config.url);
  return match ? Number(match[1]) : null;
}

/** A listening address as something that can be connected to: a wildcard means this machine. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '[::]') return '::1';
  return host.replace(/^\[(.*)\]$/, '$1');
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
