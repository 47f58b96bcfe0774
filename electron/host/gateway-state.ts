/** The gateway as people see it, from what the router reports. */
import type { Config } from '../../shared/config/schema.ts';
import type { RouterReport } from '../../shared/contract/router.ts';
import { ERRORS } from '../../shared/errors.ts';
import type { Cause, GatewayView } from '../../shared/model.ts';
import { reachable } from '../engines/address.ts';

/** `http://HOST:PORT` where clients on this machine reach it; `null` while it does not listen. */
export function gatewayUrl(report: RouterReport | null): string | null {
  if (report === null || report.listening === null) return null;
  const host = reachable(report.listening.host);
  return `http://${host.includes(':') ? `[${host}]` : host}:${report.listening.port}`;
}

export interface GatewayInput {
  readonly config: Config | null;
  readonly report: RouterReport | null;
  /** Set when the router is not started any more. */
  readonly cause: Cause | null;
  /** Who has the port that is taken; `null` = unknown. */
  readonly holder: string | null;
  readonly keys: boolean;
}

/** `stopped` without a config, `starting` until it listens, `failed` with who holds the port or why the router is gone. */
export function gatewayView({ config, report, cause, holder, keys }: GatewayInput): GatewayView {
  const common = { in_flight: report?.in_flight ?? 0, waiting: report?.waiting ?? 0, keys };
  const url = gatewayUrl(report) ?? wantedUrl(config);
  if (config === null) return { ...common, url: null, phase: 'stopped', cause: null };
  if (cause !== null) return { ...common, url, phase: 'failed', cause };
  const error = report?.bind_error ?? null;
  if (error !== null) {
    const { host, port } = config.gateway;
    const taken = `Port ${port} of ${host} is taken by ${holder ?? 'another program'}.`;
    const message = error.code === 'gateway_port_in_use' ? taken : error.message;
    return { ...common, url, phase: 'failed', cause: { code: error.code, message, hint: ERRORS[error.code].hint } };
  }
  return { ...common, url, phase: report?.listening ? 'ready' : 'starting', cause: null };
}

/** Whether two configs ask for the same address. */
export function sameListen(a: Config, b: Config): boolean {
  return a.gateway.host === b.gateway.host && a.gateway.port === b.gateway.port;
}

export function wantedUrl(config: Config | null): string | null {
  if (config === null || config.gateway.port === 0) return null;
  return `http://${reachable(config.gateway.host)}:${config.gateway.port}`;
}
