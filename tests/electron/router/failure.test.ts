import { expect, it } from 'vitest';
import { failureBody, failureStatus } from '../../../electron/router/failure.ts';

it('is OpenAI’s envelope with ours beside it, by the table of errors', () => {
  const failure = { code: 'queue_full', message: 'Full.', retryAfter: 5 } as const;
  expect(failureStatus(failure)).toBe(429);
  expect(JSON.parse(failureBody(failure, 'id'))).toEqual({
    error: { message: 'Full.', type: 'rate_limit_error', param: null, code: 'queue_full' },
    stackyard: { request_id: 'id', source: 'gateway', near: [], attempts: [] },
  });
});

it('answers 500 for codes that were never meant for HTTP', () => {
  expect(failureStatus({ code: 'exited', message: '' })).toBe(500);
});
