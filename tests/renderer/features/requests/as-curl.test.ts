import { expect, it } from 'vitest';
import { asCurl } from '../../../../renderer/features/requests/as-curl.ts';
import { record } from '../../../support/request-record.ts';

it('asks the same again from a shell, quotes and key included', () => {
  const captured = { request: `{"model":"m","messages":[{"content":"it's"}]}`, answer: '', cut: false };
  const client = { key: 'team', program: null, address: null };
  expect(asCurl('http://127.0.0.1:4000', record({ captured, client }))).toBe(
    `curl http://127.0.0.1:4000/v1/chat/completions \\
  --no-buffer \\
  -H 'content-type: application/json' \\
  -H "authorization: Bearer $STACKYARD_API_KEY" \\
  -d '{"model":"m","messages":[{"content":"it'\\''s"}]}'`,
  );
});
