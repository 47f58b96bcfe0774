import type { ModelRoute, TargetRoute } from '../../shared/contract/router.ts';
import { changesParams, withModel, withParams } from './rewrite.ts';
import { type Scan, type ScanProblem, scan } from './scan.ts';

/** What is known of a request's body, and how it is made into the body that one target gets. */
export interface RequestBody {
  readonly bytes: Buffer;
  /** The model asked for; `null` when the body names none. */
  readonly model: string | null;
  readonly stream: boolean;
  /** Where the conversation begins in the bytes; `null` when that is not known. */
  readonly talk: number | null;
  /** The same body with the target's model name and the entry's `params`. Throws a SyntaxError when it can't be parsed and has to be. */
  forTarget(entry: ModelRoute, target: TargetRoute): Buffer[];
}

/** A JSON body, looked through but not parsed. `streams`: whether one that does not say so asks for a stream. */
export function jsonBody(bytes: Buffer, streams = false): RequestBody | ScanProblem {
  const found = scan(bytes);
  return 'problem' in found ? found : scanned(bytes, found, streams);
}

const scanned = (bytes: Buffer, found: Scan, streams: boolean): RequestBody => ({
  bytes,
  model: found.model,
  stream: found.stream ?? streams,
  talk: found.talk,
  forTarget: ({ params }, { model }) =>
    changesParams(params) ? withParams(bytes, params, model) : withModel(bytes, found, model),
});
