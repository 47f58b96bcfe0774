import { expect, it } from 'vitest';
import { connectionTrouble } from '../../shared/connection-words.ts';

it.each([
  [{ code: 'ECONNREFUSED', address: '127.0.0.1', port: 9 }, 'nothing listens at 127.0.0.1:9'],
  [{ code: 'ECONNREFUSED', errors: [{ address: '::1', port: 9 }] }, 'nothing listens at ::1:9'],
  [{ code: 'ECONNREFUSED' }, 'nothing listens at its address'],
  [{ code: 'ENOTFOUND', hostname: 'gpu-box' }, 'nobody knows the name gpu-box'],
  [{ code: 'EHOSTUNREACH', address: '10.0.0.1', port: 80 }, 'no way leads to 10.0.0.1:80'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'no connection came about in time'],
  [{ code: 'HPE_INVALID_CONSTANT' }, null],
  [null, null],
])('%o', (error, words) => {
  expect(connectionTrouble(error)).toBe(words);
});
