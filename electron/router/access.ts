import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { ClientKey, RoutingTable } from '../../shared/contract/router.ts';
import type { Failure } from './failure.ts';

/** Who may talk to the gateway; built once per table. */
export interface Access {
  /** Refuses a `Host` that a rebinding page could bring; `null` = accepted. */
  host(header: string | undefined): Failure | null;
  /** Refuses a web page that isn't named; `null` = accepted, also without an `Origin` (no browser). */
  origin(header: string | undefined): Failure | null;
  /** Whose request it is. Without configured keys everybody but a page of ours may come without one. */
  identify(headers: IncomingHttpHeaders, wallClock: number): Identity | Failure;
}

export interface Identity {
  /** `null` when no key is needed, and for our own window. */
  readonly key: ClientKey | null;
}

/** Names of this machine that containers use. */
const LOCAL_NAMES = new Set(['localhost', 'host.docker.internal', 'host.containers.internal']);

export function createAccess(rules: RoutingTable['access']): Access {
  const hosts = new Set([...rules.machine_names, ...rules.allowed_hosts].map((name) => name.toLowerCase()));
  const origins = new Set(rules.cors_origins);
  const keys = rules.keys.map((key) => ({ key, form: form(key.key) }));
  const app = rules.app_token === null ? null : form(rules.app_token);
  // Clients keep saying the same: the last one that was accepted need not be taken apart again.
  let accepted: string | null = null;
  return {
    host(header) {
      if (header === undefined || header === '' || header === accepted) return null;
      const name = hostName(header);
      const local = isIP(name) !== 0 || LOCAL_NAMES.has(name) || name.endsWith('.localhost');
      if (local || hosts.has(name) || hosts.has(header.toLowerCase())) {
        accepted = header;
        return null;
      }
      return {
        code: 'host_not_allowed',
        message: `The Host header "${name.slice(0, 100)}" is not accepted. Add the name to gateway.allowed_hosts.`,
      };
    },
    origin(header) {
      if (header === undefined) return null;
      if (origins.has(header) || origins.has('*')) return null;
      if (app !== null && header === rules.app_origin) return null;
      return {
        code: 'origin_not_allowed',
        message: `The web page at ${header.slice(0, 200)} may not call the gateway. Add its origin to gateway.cors_origins.`,
      };
    },
    identify(headers, wallClock) {
      const given = givenKey(headers);
      const mine = given === null ? null : form(given);
      if (app !== null && mine !== null && timingSafeEqual(mine, app)) return { key: null };
      const ours = rules.app_origin !== null && headers.origin === rules.app_origin && !origins.has(headers.origin);
      if (ours) return refusal('Stackyard’s own window must send its token.');
      if (keys.length === 0) return { key: null };
      if (mine === null) return refusal('This gateway needs an API key: send `Authorization: Bearer KEY`.');
      // Every key is compared, also after a match, so that the time taken tells nothing.
      let found: ClientKey | null = null;
      for (const { key, form: theirs } of keys) if (timingSafeEqual(mine, theirs)) found ??= key;
      if (!found) return refusal('The API key is not known to this gateway.');
      if (found.expires !== null && Date.parse(found.expires) <= wallClock) {
        return refusal(`The API key "${found.name}" has expired.`);
      }
      return { key: found };
    },
  };
}

/** Whether a key may use a model, by the name asked for or the entry it stands for. */
export function mayUse(key: ClientKey | null, ...names: readonly (string | null)[]): boolean {
  return key === null || key.models.some((allowed) => allowed === '*' || names.includes(allowed));
}

/** Of a `Host` header, or of the host of a URL: lower case, no port, no brackets, no trailing dot. */
export function hostName(header: string): string {
  const text = header.trim().toLowerCase();
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')));
  const colon = text.lastIndexOf(':');
  const name = colon >= 0 && text.indexOf(':') === colon ? text.slice(0, colon) : text;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Secrets are compared in forms of one length; a hash for each request would be the dearest part of telling who asks. */
const FORM = 64;

/** A secret as so many bytes: itself behind its length, or the digest of one that is longer. */
function form(text: string): Buffer {
  const bytes = Buffer.alloc(FORM);
  const length = Buffer.byteLength(text);
  if (length < FORM - 1) bytes.write(text, 1);
  else hash('sha256', text, 'buffer').copy(bytes, 1);
  bytes[0] = Math.min(length, FORM - 1);
  return bytes;
}

const refusal = (message: string): Failure => ({ code: 'invalid_api_key', message });

/** OpenAI clients send a Bearer token, Anthropic's `x-api-key`, Azure's `api-key`. */
export function givenKey(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  if (authorization !== undefined && /^bearer\s+\S/i.test(authorization)) return authorization.slice(7).trim();
  for (const name of ['x-api-key', 'api-key']) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
