import { type Failure, failureBody } from './failure.ts';
import { eventGap, sseComment, sseData } from './sse.ts';

/** How one family of clients expects to hear what the gateway itself has to say. */
export interface Dialect {
  /** The body of an error answer, one line of JSON. */
  failureBody(failure: Failure, requestId: string): string;
  /** What ends a stream that went wrong, given the last bytes that were written to it (`null` = none). */
  breakOff(last: Buffer | null, failure: Failure, requestId: string): string;
  /** An engine's own error, which came too late to be a status: one line of JSON, as the event that ends the stream. */
  engineError(json: string): string;
  /** Keeps a stream alive whose headers left before a target answered. */
  waiting(text: string): string;
  /** Tells in such a stream which target answers now. */
  routed(route: string): string;
}

export const openaiDialect: Dialect = {
  failureBody,
  breakOff: (last, failure, id) => eventGap(last) + sseData(failureBody(failure, id)),
  engineError: sseData,
  waiting: (text) => sseComment(`waiting ${text}`),
  routed: (route) => sseComment(`route=${route}`),
};
