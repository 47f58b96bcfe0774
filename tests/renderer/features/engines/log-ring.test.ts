import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, indexOfSeq, prepend, RING_LIMIT } from '../../../../renderer/features/engines/log-ring.ts';
import { logLines } from '../../support/recorded.ts';

const seqs = (lines: readonly { readonly seq: number }[]) => lines.map((l) => l.seq);

describe('log ring', () => {
  it('takes each line once, in order, however pieces overlap', () => {
    const ring = append(append([], logLines(5)), logLines(5, 3));
    expect(seqs(ring)).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    expect(append(ring, logLines(2))).toBe(ring);
  });

  it('lets the oldest go when full, and takes older ones only while there is room', () => {
    const full = append(append([], logLines(RING_LIMIT)), logLines(10, RING_LIMIT));
    expect(full).toHaveLength(RING_LIMIT);
    expect(full.at(-1)?.seq).toBe((RING_LIMIT + 9) * 100);
    expect(prepend(full, logLines(5))).toBe(full);
    expect(seqs(prepend(logLines(2, 5), logLines(6)))).toEqual([0, 100, 200, 300, 400, 500, 600]);
  });

  it('finds a line by its seq', () => {
    const lines = logLines(50);
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 6000 }), (seq) => {
        const found = lines.findIndex((l) => l.seq >= seq);
        expect(indexOfSeq(lines, seq)).toBe(found < 0 ? lines.length : found);
      }),
    );
  });
});
