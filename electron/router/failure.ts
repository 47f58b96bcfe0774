import { ERRORS, type ErrorCode, openaiErrorType } from '../../shared/errors.ts';

/** What one target was tried or skipped for. `reason` is a code of `errors.ts`; `message` says more. */
export interface AttemptNote {
  readonly target: string;
  readonly reason: ErrorCode;
  readonly message: string;
}

/** An answer that the gateway itself makes because it can't give a better one. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly near?: readonly string[];
  readonly attempts?: readonly AttemptNote[];
  /** Seconds, at least 1; sent as Retry-After. */
  readonly retryAfter?: number;
}

/** The HTTP status of a failure. */
export const failureStatus = (failure: Failure): number => ERRORS[failure.code].status ?? 500;

/** OpenAI's error envelope with our own object beside it (contract: HTTP), as one line of JSON. */
export function failureBody(failure: Failure, requestId: string): string {
  return JSON.stringify({
    error: {
      message: failure.message,
      type: openaiErrorType(failureStatus(failure)),
      param: null,
      code: failure.code,
    },
    stackyard: stackyardPart(failure, requestId),
  });
}

/** Our own object, which stands beside the error in every family's envelope. */
export const stackyardPart = (failure: Failure, requestId: string) => ({
  request_id: requestId,
  source: 'gateway',
  near: failure.near ?? [],
  attempts: failure.attempts ?? [],
});
