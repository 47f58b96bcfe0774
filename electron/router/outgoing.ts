import type { ModelRoute } from '../../shared/contract/router.ts';
import type { Candidate } from './candidates.ts';
import type { Failure } from './failure.ts';
import { lower, upstreamHeaders } from './headers.ts';
import type { RequestBody } from './request-body.ts';
import type { Turn } from './turn.ts';
import type { UpstreamRequest } from './upstream.ts';
import { unreadable } from './usable-ways.ts';
import type { Way } from './way.ts';

export interface Incoming {
  readonly turn: Turn;
  readonly body: RequestBody;
  readonly way: Way;
}

/** The client's request as one target gets it. */
export function outgoing(
  { turn, body, way }: Incoming,
  entry: ModelRoute,
  { engine, target }: Candidate,
  fresh: boolean,
): UpstreamRequest | Failure {
  const address = way.address(engine);
  if (address === null) return { code: 'internal', message: `${engine.name} has no address.` };
  let slices: Buffer[];
  try {
    slices = way.body(body, entry, target);
  } catch (error) {
    return unreadable(error);
  }
  return {
    origin: address.origin,
    method: turn.req.method === 'DELETE' ? 'DELETE' : 'POST',
    path: turn.query === '' ? address.path : `${address.path}${turn.query}`,
    headers: named(upstreamHeaders(turn.req.rawHeaders, engine.api_key)),
    body: slices,
    connect: entry.timeouts.connect,
    fresh,
  };
}

/** JSON is called JSON, whatever the client called it: vLLM and llama-cpp-python refuse what `curl -d` says, others don't look. */
function named(headers: string[]): string[] {
  for (let at = 0; at < headers.length; at += 2) {
    if (lower(headers[at] as string) !== 'content-type') continue;
    if (!/^\s*(?:multipart\/|application\/(?:[\w.-]+\+)?json\b)/i.test(headers[at + 1] ?? ''))
      headers[at + 1] = 'application/json';
    return headers;
  }
  headers.push('content-type', 'application/json');
  return headers;
}
