import { hostname } from 'node:os';

/** Names by which a network knows this machine: its own, and the one that multicast DNS gives it. */
export function machineNames(): readonly string[] {
  const name = hostname().toLowerCase();
  return [name, `${name.split('.')[0]}.local`];
}
