import { describe, expect, it } from 'vitest';
import { type Answer, apply, type Chat, requestFor, tokensPerSecond } from '../../../renderer/chat/chat-store.ts';

const ANSWER: Answer = {
  model: 'm',
  content: '',
  reasoning: '',
  state: 'waiting',
  parked: null,
  failure: null,
  metrics: { firstToken: null, total: null, tokens: null, estimated: false, route: null, finish: null },
};

describe('apply', () => {
  it('shows what is waited for until text comes', () => {
    const parked = apply(ANSWER, { type: 'waiting', engine: 'llama', phase: 'loading', progress: 0.4 });
    expect(parked.parked).toEqual({ engine: 'llama', phase: 'loading', progress: 0.4 });
    const streaming = apply(parked, { type: 'delta', content: 'Hi', reasoning: '' });
    expect(streaming).toMatchObject({ parked: null, state: 'streaming', content: 'Hi' });
  });

  it('counts pieces as an estimate until the engine tells', () => {
    const two = ['a', 'b'].reduce((at, content) => apply(at, { type: 'delta', content, reasoning: '' }), ANSWER);
    expect(two.metrics).toMatchObject({ tokens: 2, estimated: true });
    expect(apply(two, { type: 'usage', prompt: 1, completion: 41 }).metrics).toMatchObject({
      tokens: 41,
      estimated: false,
    });
  });

  it('stays failed, and keeps the text that came before', () => {
    const some = apply(ANSWER, { type: 'delta', content: 'half', reasoning: '' });
    const failed = apply(some, { type: 'error', failure: { code: null, message: 'gone', hint: null } });
    expect(apply(failed, { type: 'done' })).toMatchObject({ state: 'failed', content: 'half' });
  });
});

describe('requestFor', () => {
  it('sends the system prompt and the turns, leaving out a question that got no answer', () => {
    const chat: Chat = { model: 'm', settings: { system: 'Be brief.', temperature: 0, maxTokens: 8 }, turns: [] };
    const turns = [
      { id: 1, ask: 'one', answer: { ...ANSWER, content: 'first' } },
      { id: 2, ask: 'failed', answer: ANSWER },
      { id: 3, ask: 'three', answer: ANSWER },
    ];
    expect(requestFor(chat, 'm', turns)).toEqual({
      model: 'm',
      temperature: 0,
      max_tokens: 8,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'first' },
        { role: 'user', content: 'three' },
      ],
    });
  });
});

describe('tokensPerSecond', () => {
  const metrics = { ...ANSWER.metrics, tokens: 101, firstToken: 200, total: 1200 };
  it('counts from the first token on', () => expect(tokensPerSecond(metrics)).toBe(100));
  it('says nothing when too little was measured', () => {
    expect(tokensPerSecond({ ...metrics, tokens: 1 })).toBeNull();
    expect(tokensPerSecond({ ...metrics, total: 201 })).toBeNull();
    expect(tokensPerSecond({ ...metrics, firstToken: null })).toBeNull();
  });
});
