import type { ModelRoute } from '../../shared/contract/router.ts';
import type { Candidate } from './candidates.ts';
import type { Failure } from './failure.ts';
import { upstreamHeaders } from './headers.ts';
import { changesParams, withModel, withParams } from './rewrite.ts';
import type { Scan } from './scan.ts';
import type { Turn } from './turn.ts';
import type { UpstreamRequest } from './upstream.ts';

export interface Incoming {
  readonly turn: Turn;
  readonly scan: Scan;
  readonly body: Buffer;
  /** Appended to the engine's base URL, e.g. `/chat/completions`. */
  readonly suffix: string;
}

/** The client's request as one target gets it. */
export function outgoing(
  { turn, scan, body, suffix }: Incoming,
  entry: ModelRoute,
  { engine, target }: Candidate,
  fresh: boolean,
): UpstreamRequest | Failure {
  if (engine.base_url === null) return { code: 'internal', message: `${engine.name} has no address.` };
  let slices: Buffer[];
  try {
    slices = changesParams(entry.params)
      ? withParams(body, entry.params, target.model)
      : withModel(body, scan, target.model);
  } catch (error) {
    return { code: 'invalid_request', message: `The body is not valid JSON: ${(error as Error).message}` };
  }
  const base = new URL(engine.base_url);
  return {
    origin: base.origin,
    path: `${base.pathname.replace(/\/$/, '')}${suffix}${turn.query}`,
    headers: upstreamHeaders(turn.req.rawHeaders, engine.api_key),
    body: slices,
    connect: engine.request_timeouts.connect,
    fresh,
  };
}
