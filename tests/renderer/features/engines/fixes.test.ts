import { describe, expect, it } from 'vitest';
import { fixesFor } from '../../../../renderer/features/engines/fixes.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';

const ways = (code: ErrorCode, ours: boolean) => fixesFor({ code }, ours).map((fix) => fix.do);

describe('fixesFor', () => {
  it('offers first what can help', () => {
    expect(ways('out_of_memory', true)[0]).toBe('free');
    expect(fixesFor({ code: 'unknown_argument' }, true).map((fix) => fix.key)).toEqual(['args', null]);
    expect(fixesFor({ code: 'model_file_broken' }, true)[0]).toMatchObject({ do: 'config', key: 'model' });
    expect(ways('unknown_argument', true)).toEqual(['config', 'start']);
    expect(ways('exited', true)).toEqual(['start', 'config']);
  });

  it('never offers to start what is not ours', () => {
    expect(ways('unreachable', false)).toEqual(['config']);
  });

  it('offers the free port first, also before it is known whose the engine is', () => {
    const busy = (free: number | null) => ({ code: 'port_busy', port: { port: 8080, holder: null, free } }) as const;
    expect(fixesFor(busy(8081), true).map((fix) => fix.title)).toEqual([
      'Use port 8081',
      'Choose another port',
      'Start again',
    ]);
    expect(fixesFor(busy(8081), false).map((fix) => fix.do)).toEqual(['port', 'config']);
    expect(fixesFor(busy(null), true).map((fix) => fix.do)).toEqual(['config', 'start']);
  });
});
