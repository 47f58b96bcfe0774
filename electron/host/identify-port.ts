/** Finding out who sits on an engine's port before anything is started there. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { addressOf, reachable } from '../engines/address.ts';
import type { EngineProfile } from '../engines/profile.ts';
import { ask } from './ask.ts';
import { isListening, portHolder } from './ports.ts';

export type Identified =
  | { readonly result: 'free' | 'match' }
  | { readonly result: 'foreign'; readonly cause: Cause };

/**
 * Who is on the engine's port (design §3, Adopt): nobody, a server of its own kind that it may use, or something in its way –
 * then with the holder named. A managed engine without a fixed port gets a free one later, so nobody can be in its way.
 */
export async function identifyPort(config: EngineConfig, profile: EngineProfile): Promise<Identified> {
  const address = addressOf(config, config.port);
  if (address === null || config.port === null) return { result: 'free' };
  if (!(await isListening(reachable(config.host), config.port, 1_000))) return { result: 'free' };
  const answer = await ask(address, profile.probes.identify, { apiKey: config.api_key });
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
