import type { RequestBody } from './request-body.ts';
import type { ScanProblem } from './scan.ts';
import type { Way } from './way.ts';

/** A path at which models are asked. */
export interface Endpoint {
  /** In order of preference. */
  readonly ways: readonly Way[];
  /** Makes a body of the bytes that came, or says what is wrong with them. */
  readonly read: (bytes: Buffer, contentType: string | undefined) => RequestBody | ScanProblem;
  /** The same name as this protocol may also write it; `null` when there is only one way. */
  readonly otherName?: (name: string) => string | null;
  /** Whether its streams may begin before a target answers: those of server-sent events, where comments are allowed. */
  readonly early: boolean;
}
