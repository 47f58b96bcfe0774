import { describe, expect, it } from 'vitest';
import { fixesFor } from '../../../../renderer/features/engines/fixes.ts';

const ways = (...args: Parameters<typeof fixesFor>) => fixesFor(...args).map((fix) => fix.do);

describe('fixesFor', () => {
  it('offers first what can help', () => {
    expect(ways('out_of_memory', true)[0]).toBe('free');
    expect(ways('unknown_argument', true)).toEqual(['config', 'start']);
    expect(ways('exited', true)).toEqual(['start', 'config']);
  });

  it('never offers to start what is not ours', () => {
    expect(ways('unreachable', false)).toEqual(['config']);
  });
});
