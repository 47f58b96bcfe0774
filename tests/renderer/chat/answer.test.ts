import { describe, expect, it } from 'vitest';
import { apply, begun, ended, tokensPerSecond } from '../../../renderer/chat/answer.ts';
import type { ChatEvent } from '../../../renderer/chat/stream-events.ts';

const ANSWER = begun('m');
const grown = (...events: (readonly [at: number, event: ChatEvent])[]) =>
  events.reduce((now, [at, event]) => apply(now, event, at), ANSWER);
const delta = (content: string, reasoning = ''): ChatEvent => ({ type: 'delta', content, reasoning });

describe('apply', () => {
  it('shows what is waited for until text comes', () => {
    const parked = grown([5, { type: 'waiting', engine: 'llama', phase: 'loading', progress: 0.4 }]);
    expect(parked.parked).toEqual({ engine: 'llama', phase: 'loading', progress: 0.4 });
    expect(apply(parked, delta('Hi'), 9)).toMatchObject({ parked: null, state: 'streaming', content: 'Hi' });
  });

  it('measures the first sign of text once, and how long it thought', () => {
    const { metrics, reasoning } = grown(
      [40, delta('', 'Hm')],
      [90, delta('', 'm')],
      [140, delta('So')],
      [200, delta('.')],
    );
    expect(reasoning).toBe('Hmm');
    expect(metrics).toMatchObject({ firstToken: 40, thought: 100 });
  });

  it('counts pieces as an estimate until the engine tells', () => {
    const two = grown([1, delta('a')], [2, delta('b')]);
    expect(two.metrics).toMatchObject({ tokens: 2, estimated: true });
    const told = apply(two, { type: 'usage', prompt: 7, completion: 41 }, 3);
    expect(told.metrics).toMatchObject({ promptTokens: 7, tokens: 41, estimated: false });
  });

  it('puts the pieces of several calls together', () => {
    const piece = (index: number, name: string, args: string): ChatEvent => ({
      type: 'tool',
      index,
      name,
      arguments: args,
    });
    const { tools, metrics } = grown(
      [3, piece(0, 'look', '')],
      [4, piece(0, '', '{"a"')],
      [5, piece(0, '', ':1}')],
      [6, piece(1, 'go', '{}')],
    );
    expect(tools).toEqual([
      { name: 'look', arguments: '{"a":1}' },
      { name: 'go', arguments: '{}' },
    ]);
    expect(metrics.firstToken).toBe(3);
  });

  it('stays failed, and keeps the text that came before', () => {
    const failed = grown(
      [1, delta('half')],
      [2, { type: 'error', failure: { code: null, message: 'gone', hint: null } }],
    );
    expect(apply(failed, { type: 'done' }, 3)).toMatchObject({ state: 'failed', content: 'half' });
  });
});

describe('ended', () => {
  it('stops what is coming and leaves what has ended', () => {
    expect(ended(ANSWER).state).toBe('stopped');
    const done = grown([1, delta('a')], [2, { type: 'done' }]);
    expect(ended(done)).toBe(done);
  });
});

describe('tokensPerSecond', () => {
  const metrics = { tokens: 101, firstToken: 200, total: 1200 };
  it('counts from the first token on', () => expect(tokensPerSecond(metrics)).toBe(100));
  it('says nothing when too little was measured', () => {
    expect(tokensPerSecond({ ...metrics, tokens: 1 })).toBeNull();
    expect(tokensPerSecond({ ...metrics, total: 201 })).toBeNull();
    expect(tokensPerSecond({ ...metrics, firstToken: null })).toBeNull();
  });
});
