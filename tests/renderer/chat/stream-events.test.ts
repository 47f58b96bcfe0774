import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatEvents, failureOf } from '../../../renderer/chat/stream-events.ts';

const data = (body: unknown) => chatEvents({ type: 'event', event: 'message', data: JSON.stringify(body) });
const comment = (text: string) => chatEvents({ type: 'comment', text });

describe('chatEvents', () => {
  it('reads what the gateway says while a request is parked, with and without progress', () => {
    expect(comment('stackyard waiting engine=llama phase=loading progress=0.43')).toEqual([
      { type: 'waiting', engine: 'llama', phase: 'loading', progress: 0.43 },
    ]);
    expect(comment('stackyard waiting engine=llama phase=starting')).toEqual([
      { type: 'waiting', engine: 'llama', phase: 'starting', progress: null },
    ]);
  });

  it('reads the route, percent-encoded or not; other comments mean nothing', () => {
    expect(comment('stackyard route=llama/caf%C3%A9')).toEqual([{ type: 'route', route: 'llama/café' }]);
    expect(comment('stackyard route=llama/50%')).toEqual([{ type: 'route', route: 'llama/50%' }]);
    expect(comment('keep-alive')).toEqual([]);
  });

  it('reads text, reasoning, finish, usage and the end', () => {
    expect(data({ choices: [{ delta: { role: 'assistant', content: null } }] })).toEqual([]);
    expect(data({ choices: [{ delta: { content: 'a', reasoning_content: 'b' } }] })).toEqual([
      { type: 'delta', content: 'a', reasoning: 'b' },
    ]);
    expect(data({ choices: [{ delta: {}, finish_reason: 'length' }] })).toEqual([
      { type: 'finish', reason: 'length' },
    ]);
    expect(data({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 41 } })).toEqual([
      { type: 'usage', prompt: 3, completion: 41 },
    ]);
    expect(chatEvents({ type: 'event', event: 'message', data: '[DONE]' })).toEqual([{ type: 'done' }]);
  });

  it('takes an error in the stream as a failure', () => {
    expect(data({ error: { message: 'gone', code: 'upstream_error' } })).toMatchObject([
      { type: 'error', failure: { code: 'upstream_error', message: 'gone' } },
    ]);
  });

  it('throws on nothing', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void data(body)));
    fc.assert(
      fc.property(
        fc.string(),
        (text) => void [...chatEvents({ type: 'event', event: '', data: text }), ...comment(text)],
      ),
    );
  });
});

describe('failureOf', () => {
  it('keeps near names and the reason of every target', () => {
    const body = {
      error: { message: 'No model “lama”.', code: 'model_not_found' },
      stackyard: { near: ['llama'], attempts: [{ target: 'a/b', reason: 'held' }] },
    };
    expect(failureOf(body)).toEqual({
      code: 'model_not_found',
      message: 'No model “lama”.',
      hint: 'Did you mean llama?',
      attempts: ['a/b: held'],
    });
  });

  it('has words for an error without any', () => {
    expect(failureOf({ error: {} }).message).not.toBe('');
  });
});
