import type { EngineRoute, ModelRoute, TargetRoute } from '../../shared/contract/router.ts';
import type { Protocol } from '../../shared/model.ts';
import type { RequestBody } from './request-body.ts';

/**
 * One way in which an engine can be asked for what a client wants: in the client's own protocol, or in another one into which
 * the gateway translates. An endpoint lists its ways in order of preference.
 */
export interface Way {
  /** What the engine must speak. */
  readonly protocol: Protocol;
  /** Where it is asked; `null` while the engine has no address. */
  address(engine: EngineRoute): Address | null;
  /** The body for a target. Throws a SyntaxError when the client's isn't valid JSON and had to be parsed. */
  body(request: RequestBody, entry: ModelRoute, target: TargetRoute): Buffer[];
  /** A translator for one answer; `null` = its bytes pass untouched. */
  readonly translation: ((request: RequestBody) => Translation) | null;
}

/** An address of an engine's, without a query. */
export interface Address {
  readonly origin: string;
  readonly path: string;
}

/** Turns one answer of an engine into what the client's protocol expects. */
export interface Translation {
  readonly contentType: string;
  /** Parts of the request that have no counterpart and were left out; told in `x-stackyard-dropped`. */
  readonly dropped: readonly string[];
  /** A piece of the engine's stream; gives what can be said to the client by now, often nothing. */
  chunk(chunk: Buffer): string;
  /** The engine's stream is complete: what is left to say. */
  end(): string;
  /** The engine's answer in one piece. Throws when it is not what the protocol promises. */
  whole(body: Buffer): string;
  /** An engine's error answer in the client's envelope, one line of JSON. */
  error(status: number, text: string): string;
  /** How the engine's stream went wrong, once that was told to the client: what it did, in a few words; `null` = it did not. */
  readonly failure: string | null;
}

/** How a stream may go wrong although its connection did not. */
export const ENDED_IN_ERROR = 'ended its stream with an error';
export const UNFINISHED = 'ended its stream in the middle of the answer';

/** The client's own bytes to a path below the engine's OpenAI base. */
export function passThrough(protocol: Protocol, suffix: string): Way {
  return {
    protocol,
    address: (engine) => below(engine.base_url, suffix),
    body: (request, entry, target) => request.forTarget(entry, target),
    translation: null,
  };
}

/** Base → suffix → address: taking a URL apart costs more than all of routing. Bounded, since engines may get new ports. */
const known = new Map<string, Map<string, Address>>();
const MOST_BASES = 256;

/** `suffix` (beginning with `/`) behind a base address; `null` while there is none. */
export function below(base: string | null, suffix: string): Address | null {
  if (base === null) return null;
  let addresses = known.get(base);
  if (!addresses) {
    if (known.size >= MOST_BASES) known.clear();
    addresses = new Map();
    known.set(base, addresses);
  }
  let address = addresses.get(suffix);
  if (!address) {
    const url = new URL(base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${suffix}`;
    address = { origin: url.origin, path: url.pathname };
    addresses.set(suffix, address);
  }
  return address;
}
