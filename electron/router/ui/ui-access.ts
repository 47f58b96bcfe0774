/** Who may come in by the page's entrance, which a browser on this machine, or behind a tunnel, uses. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { TOKEN_PROTOCOL_PREFIX } from '../../../shared/contract/ui.ts';
import { type Access, givenKey } from '../access.ts';
import type { Failure } from '../failure.ts';

/**
 * Refuses a foreign name and a foreign page; `null` = accepted. The name has to pass as the gateway's does; the page has to be
 * the one that was loaded from here, whatever port a tunnel gave it.
 */
export function wrongCaller(gateway: Access, headers: IncomingHttpHeaders): Failure | null {
  const { host, origin } = headers;
  if (host === undefined || host === '') {
    return { code: 'host_not_allowed', message: 'The request does not say by which name it came here (Host).' };
  }
  const refused = gateway.host(host);
  if (refused !== null) return refused;
  if (origin === undefined || origin === `http://${host.toLowerCase()}`) return null;
  const message = `The web page at ${origin.slice(0, 200)} may not use Stackyard’s page.`;
  return { code: 'origin_not_allowed', message };
}

/** Refuses a line that isn't asked for by a page of ours with the token of this start; `null` = accepted. */
export function wrongLine(headers: IncomingHttpHeaders, token: string | null): Failure | null {
  if (headers.origin === undefined) {
    return {
      code: 'origin_not_allowed',
      message: 'Only a web page may open this line; programs use the control socket.',
    };
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  const given = offered.find((one) => one.startsWith(TOKEN_PROTOCOL_PREFIX))?.slice(TOKEN_PROTOCOL_PREFIX.length);
  return same(given, token) ? null : WRONG_TOKEN;
}

/** The gateway's rules as they are for the page's own requests: `wrongCaller` was asked, and the token is the only key. */
export const pageAccess = (token: string | null): Access => ({
  host: () => null,
  origin: () => null,
  identify: (headers) => (same(givenKey(headers), token) ? { key: null } : WRONG_TOKEN),
});

const WRONG_TOKEN: Failure = {
  code: 'invalid_api_key',
  message: 'The token is not that of this start. Open the address that `stackyard serve --ui` printed.',
};

/** Takes the same time wherever two tokens differ. */
function same(given: string | null | undefined, token: string | null): boolean {
  if (given == null || token === null) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
