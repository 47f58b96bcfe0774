/** What to say, and what to offer, when somebody else has a port: who it is, what answers there, and a port that is free. */
import { holderWords } from '../../shared/foreign-owner-words.ts';
import type { BusyPort, Cause, EngineKind } from '../../shared/model.ts';
import { reachable } from '../engines/address.ts';
import { PROFILES } from '../engines/profiles.ts';
import { kindOnPort } from './detect-servers.ts';
import { ownerOfPort } from './foreign-owner.ts';
import { portIsFree } from './port-use.ts';
import { isListening } from './ports.ts';

export interface PortDiagnosis extends BusyPort {
  /** Which kind of engine answers there; `null` when none that is known does. */
  readonly kind: EngineKind | null;
}

/**
 * Looks at a port of this machine; `null` when a server could listen there now. `avoid` are ports that are spoken for though
 * nobody listens yet, those of the config. Asks servers over HTTP and the system for its processes: for a busy port, not for a
 * hot path. Never throws.
 */
export async function diagnosePort(
  host: string,
  port: number,
  avoid: ReadonlySet<number> = new Set(),
): Promise<PortDiagnosis | null> {
  const at = reachable(host);
  // A server that listens on one address only leaves the port bindable on others, and would still take our requests.
  if (!(await isListening(at, port)) && (await portIsFree(host, port))) return null;
  const [holder, kind, free] = await Promise.all([
    ownerOfPort(port),
    kindOnPort(at, port, 1_000),
    freePortNear(host, port, avoid),
  ]);
  return { port, holder, kind, free };
}

/**
 * The cause `port_busy` in words, with the port's data for the crash card and the window's button; `wanted` is the kind of the
 * engine that was to be there.
 */
export function portBusy({ kind, ...port }: PortDiagnosis, wanted: EngineKind): Cause {
  const title = kind === null ? null : PROFILES[kind].title;
  const who = holderWords(port.holder);
  const message =
    title === null
      ? `Port ${port.port} is taken by ${who}.`
      : `Port ${port.port} is taken by a server that Stackyard did not start (${title}): ${who}.`;
  const ways = [
    ...(port.free === null ? [] : [`Set \`port: ${port.free}\``]),
    ...(kind === wanted ? ['use that server with `mode: external`'] : []),
    'stop its holder',
  ];
  return { code: 'port_busy', message, hint: `${capital(ways.join(', or '))}.`, port };
}

/** A cause that the engine's own log told as `port_busy`, with the holder named if it is still there; any other as it is. */
export async function namedHolder(
  cause: Cause,
  at: { readonly host: string; readonly port: number | null; readonly kind: EngineKind },
  avoid: ReadonlySet<number>,
): Promise<Cause> {
  if (cause.code !== 'port_busy' || at.port === null) return cause;
  const found = await diagnosePort(at.host, at.port, avoid);
  return found === null ? cause : portBusy(found, at.kind);
}

/** Of well-known services that a developer's machine may start later, besides the engines' own usual ports. */
const USUAL = new Set([
  1234, 3000, 3306, 4000, 5000, 5173, 5432, 6333, 6379, 7860, 8188, 8443, 8888, 9000, 9090, 9200,
]);
const SEARCHED = 200;

/**
 * The first port above this one that is free and nobody's usual one; `null` when there is none among the next two hundred.
 * Ports below 1024 are never offered: they take rights.
 */
export async function freePortNear(
  host: string,
  port: number,
  avoid: ReadonlySet<number> = new Set(),
): Promise<number | null> {
  const engines = new Set(Object.values(PROFILES).map((profile) => profile.usualPort));
  const from = Math.max(port, 1023) + 1;
  for (let next = from; next < Math.min(from + SEARCHED, 65_536); next++) {
    if (USUAL.has(next) || engines.has(next) || avoid.has(next)) continue;
    if ((await portIsFree(host, next)) && !(await isListening(reachable(host), next, 200))) return next;
  }
  return null;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
