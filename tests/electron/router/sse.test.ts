import { describe, expect, it } from 'vitest';
import { eventGap, startsWithError } from '../../../electron/router/sse.ts';

const starts = (text: string) => startsWithError(Buffer.from(text));

describe('startsWithError', () => {
  it('sees an error in the first event', () => {
    expect(starts('data: {"error":{"message":"x"}}\n\n')).toBe(true);
    expect(starts(': hi\n\nevent: error\r\ndata:{"error":"x"}\r\n\r\n')).toBe(true);
  });
  it('is not fooled by text, by null, by later events, or by half an event', () => {
    expect(starts('data: {"choices":[{"delta":{"content":"\\"error\\""}}]}\n\n')).toBe(false);
    expect(starts('data: {"choices":[],"error":null}\n\n')).toBe(false);
    expect(starts('data: {"choices":[]}\n\ndata: {"error":{}}\n\n')).toBe(false);
    expect(starts('data: {"error":{"mess')).toBe(false);
    expect(starts('data: [DONE]\n\n')).toBe(false);
    expect(starts('{"error":{}}')).toBe(false);
  });
});

describe('eventGap', () => {
  it('ends whatever line or event was begun', () => {
    const gap = (text: string) => eventGap(Buffer.from(text));
    expect(eventGap(null)).toBe('');
    expect(gap('')).toBe('');
    expect(gap('data: x\n\n')).toBe('');
    expect(gap('data: x\r\n\r\n')).toBe('');
    expect(gap('data: x\n')).toBe('\n');
    expect(gap('data: x')).toBe('\n\n');
  });
});
