import type { Dialect } from '../dialect.ts';
import { type Failure, failureStatus, stackyardPart } from '../failure.ts';
import { eventGap, sseComment } from '../sse.ts';

/** Anthropic's error types by HTTP status. Source: docs.anthropic.com, Errors. */
export function anthropicErrorType(status: number): string {
  switch (status) {
    case 400:
    case 405:
      return 'invalid_request_error';
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
    case 529:
      return 'overloaded_error';
    case 504:
      return 'timeout_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'api_error';
  }
}

/** One named event of a Messages stream. */
export const messageEvent = (data: { readonly type: string } & Record<string, unknown>): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const failed = (failure: Failure, requestId: string) => ({
  type: 'error',
  error: { type: anthropicErrorType(failureStatus(failure)), message: failure.message },
  request_id: requestId,
  stackyard: stackyardPart(failure, requestId),
});

export const anthropicDialect: Dialect = {
  failureBody: (failure, id) => JSON.stringify(failed(failure, id)),
  breakOff: (last, failure, id) => eventGap(last) + messageEvent(failed(failure, id)),
  engineError: (json) => `event: error\ndata: ${json}\n\n`,
  // Clients skip both; the comment is for people who look at the stream.
  waiting: (text) => `${sseComment(`waiting ${text}`).trimEnd()}\n${messageEvent({ type: 'ping' })}`,
  routed: (route) => sseComment(`route=${route}`),
};
