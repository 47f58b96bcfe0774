import { describe, expect, it } from 'vitest';
import { classify, errorText, oneLineError, retryAfterOf } from '../../../electron/router/engine-error.ts';

const openai = (message: string, more: object = {}) => JSON.stringify({ error: { message, ...more } });

describe('what an engine’s error is about', () => {
  it.each([
    // recorded from llama-server b11669
    [503, '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}', { is: 'loading' }],
    [
      400,
      '{"error":{"code":400,"message":"request (12005 tokens) exceeds the available context size (2048 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":12005,"n_ctx":2048}}',
      { is: 'overflow', limit: 2048 },
    ],
    // documented by OpenAI, vLLM, llama-cpp-python, LiteLLM
    [400, openai('Too long.', { code: 'context_length_exceeded' }), { is: 'overflow', limit: null }],
    [
      400,
      openai("This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."),
      { is: 'overflow', limit: 4096 },
    ],
    [400, openai('Requested tokens (900) exceed context window of 512'), { is: 'overflow', limit: 512 }],
    [400, openai('litellm.ContextWindowExceededError: too long'), { is: 'overflow', limit: null }],
    [500, openai('CUDA out of memory. Tried to allocate 2.00 GiB'), { is: 'memory' }],
    [500, '{"error":"model requires more system memory (9.1 GiB) than is available (3.2 GiB)"}', { is: 'memory' }],
    [400, openai('`messages` is missing'), { is: 'other' }],
    [500, openai('This model’s maximum context length is fine'), { is: 'other' }],
    [503, openai('server busy, please try again'), { is: 'other' }],
    [502, '<html>Bad Gateway</html>', { is: 'other' }],
  ])('%i %s', (status, body, wanted) => {
    expect(classify(status, body)).toEqual(wanted);
  });
});

describe('errorText', () => {
  it.each([
    [openai('boom'), 'boom'],
    ['{"error":"boom"}', 'boom'],
    ['proxy error: Could not establish connection', 'proxy error: Could not establish connection'],
    ['  ', 'no text'],
  ])('%s', (body, wanted) => expect(errorText(body)).toBe(wanted));

  it('is cut where it is long', () => expect(errorText('x'.repeat(1000))).toHaveLength(200));
});

it('makes one line of a JSON error, and of nothing else', () => {
  expect(oneLineError('{\n "error": {"message": "a"}\n}')).toBe('{"error":{"message":"a"}}');
  expect(oneLineError('{"ok":true}')).toBe('');
  expect(oneLineError('no JSON')).toBe('');
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['3', 3],
    ['0.5', 0.5],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('%s', (value, wanted) => expect(retryAfterOf(value, now)).toBe(wanted));
});
