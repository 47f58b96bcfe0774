import { expect, it } from 'vitest';
import { errorText, oneLineError, saysLoading } from '../../../electron/router/engine-error.ts';

it('finds the message of an engine’s error, or the beginning of what it sent', () => {
  expect(errorText('{"error":{"message":"too long"}}')).toBe('too long');
  expect(errorText('proxy error: Could not establish connection')).toBe(
    'proxy error: Could not establish connection',
  );
  expect(errorText('{"error":"plain"}')).toBe('{"error":"plain"}');
  expect(errorText('x'.repeat(500))).toHaveLength(200);
  expect(errorText(' ')).toBe('no text');
});

it('makes one line of an error document, and of nothing else', () => {
  expect(oneLineError('{\n "error": {\n "message": "a\\nb" } }')).toBe('{"error":{"message":"a\\nb"}}');
  for (const text of ['null', '[]', '{"ok":1}', 'text']) expect(oneLineError(text)).toBe('');
});

it('knows llama-server’s words for a model that is being read', () => {
  expect(saysLoading('{"error":{"message":"Loading model","type":"unavailable_error","code":503}}')).toBe(true);
  expect(saysLoading('{"error":{"message":"no slot","type":"unavailable_error"}}')).toBe(false);
});
