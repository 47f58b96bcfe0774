/** Finding out who sits on an engine's port before anything is started there. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { Cause } from '../../shared/model.ts';
import { addressOf, reachable } from '../engines/address.ts';
import type { EngineProfile } from '../engines/profile.ts';
import { ask } from './ask.ts';
import { diagnosePort, portBusy } from './port-doctor.ts';
import { isListening } from './ports.ts';
import { unitHoldsPort } from './systemd-unit.ts';

export type Identified =
  | { readonly result: 'free' | 'match' }
  | { readonly result: 'foreign'; readonly cause: Cause };

/**
 * Who is on the engine's port (design §3, Adopt): nobody, a server of its own kind that it may use, or something in its way –
 * then with the holder named and a free port offered. A managed engine without a fixed port gets a free one later, so nobody can
 * be in its way. `avoid`: ports that the config gives to others.
 */
export async function identifyPort(
  config: EngineConfig,
  profile: EngineProfile,
  avoid: ReadonlySet<number> = new Set(),
): Promise<Identified> {
  const address = addressOf(config, config.port);
  if (address === null || config.port === null) return { result: 'free' };
  if (!(await isListening(reachable(config.host), config.port, 1_000))) return { result: 'free' };
  // Its own unit runs already: the start will take it as it is.
  if (config.manager === 'systemd' && config.unit !== null && (await unitHoldsPort(config.unit, config.port)))
    return { result: 'free' };
  if (config.mode === 'auto') {
    const answer = await ask(address, profile.probes.identify, { apiKey: config.api_key });
    if (profile.identify(answer)) return { result: 'match' };
  }
  const found = await diagnosePort(config.host, config.port, avoid);
  // It left in the meantime.
  if (found === null) return { result: 'free' };
  return { result: 'foreign', cause: portBusy(found, config.kind) };
}
