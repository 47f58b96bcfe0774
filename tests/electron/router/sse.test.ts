import { describe, expect, it } from 'vitest';
import { endsWithError, eventGap, startsWithError } from '../../../electron/router/sse.ts';

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

describe('errors in JSON lines, and at the end', () => {
  it('are seen line by line', () => {
    expect(startsWithError(Buffer.from('{"error":"x"}\n'), true)).toBe(true);
    expect(startsWithError(Buffer.from('{"message":{"content":"\\"error\\""}}\n{"error":"x"}\n'), true)).toBe(false);
  });
  it('are those of the last event, with or without [DONE]', () => {
    const ends = (text: string, lines = false) => endsWithError(Buffer.from(text), lines);
    expect(ends('data: {"choices":[]}\n\ndata: {"error":{"message":"x"}}\n\n')).toBe(true);
    expect(ends('data: {"error":{"message":"x"}}\n\ndata: [DONE]\n\n')).toBe(true);
    expect(ends('data: {"error":{"message":"x"}}\n\ndata: {"choices":[]}\n\n')).toBe(false);
    expect(ends('{"done":false}\n{"error":"x"}\n', true)).toBe(true);
    expect(ends('data: {"choices":[{"delta":{"content":"\\"error\\""}}]}\n\n')).toBe(false);
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
