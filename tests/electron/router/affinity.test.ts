import { describe, expect, it } from 'vitest';
import { createAffinity, marksOf } from '../../../electron/router/affinity.ts';
import { jsonBody } from '../../../electron/router/request-body.ts';

const LONG = 'A first message of some length, so that the beginning is a beginning at all. '.repeat(3);

function marks(entry: string, ...messages: string[]): string[] {
  const body = jsonBody(
    Buffer.from(JSON.stringify({ model: 'm', messages: messages.map((content) => ({ content })) })),
  );
  if ('problem' in body || body.talk === null) throw new Error('no messages');
  return marksOf(entry, body.bytes, body.talk);
}

describe('affinity', () => {
  it('finds the target that read the beginning of a conversation, also behind other keys and another model name', () => {
    const affinity = createAffinity();
    affinity.remember(marks('m', LONG), 'a/up');
    expect(affinity.find(marks('m', LONG, 'Answer.', 'And then?'))).toBe('a/up');
    const bytes = Buffer.from(
      `{"temperature":1,"messages":[{"content":${JSON.stringify(LONG)}}, {}],"model":"other"}`,
    );
    const body = jsonBody(bytes);
    if ('problem' in body) throw new Error(body.problem);
    expect(affinity.find(marksOf('m', bytes, body.talk ?? 0))).toBe('a/up');
  });

  it('keeps models and conversations apart', () => {
    const affinity = createAffinity();
    affinity.remember(marks('m', LONG), 'a/up');
    expect(affinity.find(marks('other', LONG))).toBeNull();
    expect(affinity.find(marks('m', `Else. ${LONG}`))).toBeNull();
    expect(marks('m', 'hi')).toEqual([]);
  });

  it('goes with the longest beginning that is known, and with who read it last', () => {
    const affinity = createAffinity();
    affinity.remember(marks('m', LONG), 'a/up');
    affinity.remember(marks('m', LONG, LONG, LONG), 'b/up');
    affinity.remember(marks('m', LONG), 'c/up');
    expect(affinity.find(marks('m', LONG, LONG, LONG, 'more'))).toBe('b/up');
    expect(affinity.find(marks('m', LONG))).toBe('c/up');
  });

  it('forgets the least recently used beginnings', () => {
    const affinity = createAffinity();
    affinity.remember(['first'], 'a');
    for (let n = 0; n < 8192; n += 1) affinity.remember([`mark ${n}`], 'b');
    expect(affinity.find(['first'])).toBeNull();
    expect(affinity.find(['mark 0'])).toBe('b');
  });
});
