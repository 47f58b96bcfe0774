import type { IncomingMessage } from 'node:http';
import type { Failure } from './failure.ts';

/**
 * More header fields than any client sends. Node drops what exceeds 2,000 without a word, and then the rules here and an engine
 * behind would see different requests.
 */
const MOST_FIELDS = 256;

/**
 * What Node's parser lets pass and two readers could understand differently: the raw material of request smuggling. `null` when
 * the request is plain. Sources: RFC 9112 §3.2 (Host), §6.1 (transfer codings), §2.3 (version).
 */
export function malformed(req: IncomingMessage): Failure | null {
  const bad = (message: string): Failure => ({ code: 'invalid_request', message });
  const { headers, rawHeaders, httpVersionMajor, httpVersionMinor, url = '' } = req;
  if (httpVersionMajor !== 1) return bad(`HTTP/${req.httpVersion} is not spoken here, HTTP/1.1 is.`);
  if (rawHeaders.length > MOST_FIELDS * 2) return bad(`The request has more than ${MOST_FIELDS} header fields.`);
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) return bad('The request has more than one Host.');
  if (hosts === 0 && httpVersionMinor > 0) return bad('The request has no Host.');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersionMinor === 0)) {
    return bad('The only transfer coding that is understood here is `chunked`, in HTTP/1.1.');
  }
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return bad(`"Expect: ${expect.slice(0, 50)}" can't be met.`);
  }
  return url.includes('#') ? bad('The address has a fragment; those stay with the client.') : null;
}
