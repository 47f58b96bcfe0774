import { expect, it } from 'vitest';
import { createCapture } from '../../../electron/router/capture.ts';

const ASKED = Buffer.from('{"model":"m"}');

it('keeps nothing when it is off', () => expect(createCapture('off', ASKED)).toBeNull());

it('keeps what the last engine said, and only of failed requests where only those are wanted', () => {
  const capture = createCapture('errors', ASKED);
  capture?.begin();
  capture?.answer(Buffer.from('{"error":"first"}'));
  capture?.begin();
  capture?.answer(Buffer.from('{"error":'));
  capture?.answer(Buffer.from('"second"}'));
  expect(capture?.read('error')).toEqual({ request: '{"model":"m"}', answer: '{"error":"second"}', cut: false });
  expect(capture?.read('cut')).not.toBeNull();
  expect(capture?.read('ok')).toBeNull();
  expect(createCapture('all', ASKED)?.read('ok')).toEqual({ request: '{"model":"m"}', answer: '', cut: false });
});

it('is cut off where either is long, and says so', () => {
  const long = Buffer.alloc(100_000, 'x');
  const capture = createCapture('all', long);
  for (let n = 0; n < 5; n += 1) capture?.answer(long);
  const kept = capture?.read('ok');
  expect([kept?.request.length, kept?.answer.length, kept?.cut]).toEqual([65_536, 65_536, true]);
});
