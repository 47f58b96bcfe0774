/** Asking an engine's server a profile's questions, and finding out who sits on a port before anything is started there. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { addressOf, reachable } from '../engines/address.ts';
import type { Answer, EngineProfile, RequestSpec } from '../engines/profile.ts';
import { probe } from './http-probe.ts';
import { isListening, portHolder } from './ports.ts';

/** Sends one of a profile's requests. Never throws; a missing answer has `status: null`. */
export async function ask(
  address: string,
  spec: RequestSpec,
  headers: Readonly<Record<string, string>>,
  timeoutMs = 5_000,
): Promise<Answer> {
  const answer = await probe(`${address}${spec.path}`, {
    method: spec.method,
    headers,
    timeoutMs,
    ...(spec.body === undefined ? {} : { body: spec.body }),
  });
  if (answer.ok) {
    const plain = Object.entries(answer.headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')]);
    return { status: answer.status, headers: Object.fromEntries(plain), body: answer.body, json: answer.json };
  }
  const known = ['refused', 'timeout', 'reset', 'invalid', 'unreachable'] as const;
  const code = known.find((c) => c === answer.code) ?? 'unreachable';
  return { status: null, code, message: answer.message };
}

export type Identified =
  | { readonly result: 'free' | 'match' }
  | { readonly result: 'foreign'; readonly cause: Cause };

/**
 * Who is on the engine's port (design §3, Adopt): nobody, a server of its own kind that it may use, or something in its way –
 * then with the holder named. A managed engine without a fixed port gets a free one later, so nobody can be in its way.
 */
export async function identifyPort(
  config: EngineConfig,
  profile: EngineProfile,
  headers: Readonly<Record<string, string>>,
): Promise<Identified> {
  const address = addressOf(config, config.port);
  if (address === null || config.port === null) return { result: 'free' };
  if (!(await isListening(reachable(config.host), config.port, 1_000))) return { result: 'free' };
  const answer = await ask(address, profile.probes.identify, headers, 2_000);
  const match = profile.identify(answer);
  if (match && config.mode === 'auto') return { result: 'match' };
  const holder = await portHolder(config.port);
  const who = holder?.name ? `${holder.name}${holder.pid === null ? '' : ` (pid ${holder.pid})`}` : 'another program';
  const message = match
    ? `Port ${config.port} is taken by a ${profile.title} that Stackyard did not start: ${who}.`
    : `Port ${config.port} is taken by ${who}.`;
  const hint = match
    ? 'Use it with `mode: external`, or stop it, or give this engine another port.'
    : 'Stop it, or give this engine another port.';
  return { result: 'foreign', cause: { code: match ? 'port_in_use' : 'foreign_server', message, hint } };
}
