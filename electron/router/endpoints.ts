import { type Dialect, openaiDialect } from './dialect.ts';
import { jsonBody, type RequestBody } from './request-body.ts';
import type { ScanProblem } from './scan.ts';
import { passThrough, type Way } from './way.ts';

/** A path at which models are asked. */
export interface Endpoint {
  /** In order of preference. */
  readonly ways: readonly Way[];
  /** Makes a body of the bytes that came, or says what is wrong with them. */
  readonly read: (bytes: Buffer, contentType: string | undefined) => RequestBody | ScanProblem;
  /** Whether its streams may begin before a target answers: those of server-sent events, where comments are allowed. */
  readonly early: boolean;
}

const passed = (protocol: Parameters<typeof passThrough>[0], suffix: string, early: boolean): Endpoint => ({
  ways: [passThrough(protocol, suffix)],
  read: jsonBody,
  early,
});

/** Model endpoints by path; all take POST. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/chat/completions', passed('chat', '/chat/completions', true)],
  ['/v1/completions', passed('completions', '/completions', true)],
  ['/v1/embeddings', passed('embeddings', '/embeddings', false)],
  ['/v1/responses', passed('responses', '/responses', true)],
  ['/v1/rerank', passed('rerank', '/rerank', false)],
]);

/** In whose words the gateway answers at a path. */
export function dialectOf(_path: string): Dialect {
  return openaiDialect;
}
