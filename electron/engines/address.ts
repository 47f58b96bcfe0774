import type { EngineConfig } from '../../shared/config/schema.ts';

/**
 * The address that a profile's request paths are appended to, without a trailing slash: the server's root, for `openai` the
 * base as configured. Only an external engine has a `url`; any other is at its host and the `port` in use (config's, or the
 * free one picked for this run), and at no address (`null`) before it has one.
 */
export function addressOf(config: Pick<EngineConfig, 'mode' | 'url' | 'host'>, port: number | null): string | null {
  if (config.mode === 'external' && config.url !== null) return config.url.replace(/\/+$/, '');
  return port === null ? null : `http://${hostInUrl(reachable(config.host))}:${port}`;
}

/** A listening address as something that can be connected to: a wildcard means this machine. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '[::]') return '::1';
  return bareHost(host);
}

/** A host as a program takes it as an argument: an IPv6 address without brackets. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** A host as it stands before `:PORT`: an IPv6 address in brackets. */
export function hostInUrl(host: string): string {
  const bare = bareHost(host);
  return bare.includes(':') ? `[${bare}]` : bare;
}
