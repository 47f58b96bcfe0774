import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heed, NO_NOTICE, NOTICE_EVERY, type Notice, type NoticeState } from '../../../electron/core/notices.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { cause } from '../../support/engine-life.ts';

const notice = (kind: Notice['kind'], code: ErrorCode = 'exited'): Notice => ({
  engine: 'llama',
  kind,
  cause: kind === 'recovered' ? null : cause(code),
});

/** Feeds notices at their seconds, ticks when asked, up to `until`; gives what was told and when, in seconds. */
function told(events: [seconds: number, notice: Notice][], until = 600): [number, string][] {
  let state: NoticeState = NO_NOTICE;
  let wakeAt: number | null = null;
  const said: [number, string][] = [];
  const take = (at: number, event: Notice | null) => {
    const result = heed(state, event === null ? { type: 'tick', at } : { type: 'notice', at, notice: event });
    state = result.state;
    wakeAt = result.wakeAt;
    if (result.tell) said.push([at / 1000, result.tell.kind]);
  };
  const wake = (end: number) => {
    while (wakeAt !== null && wakeAt <= end) take(wakeAt, null);
  };
  for (const [seconds, event] of events) {
    wake(seconds * 1000);
    take(seconds * 1000, event);
  }
  wake(until * 1000);
  return said;
}

describe('heed', () => {
  it.each([
    ['a failure at once', [[5, notice('failed')]], [[5, 'failed']]],
    ['a crash at once', [[5, notice('crashed')]], [[5, 'crashed']]],
    ['no recovery to somebody who heard of no trouble', [[5, notice('recovered')]], []],
    [
      'a quick recovery when the minute is over',
      [
        [0, notice('crashed')],
        [3, notice('recovered')],
      ],
      [
        [0, 'crashed'],
        [60, 'recovered'],
      ],
    ],
    [
      'only how it ended',
      [
        [0, notice('crashed')],
        [3, notice('recovered')],
        [9, notice('failed')],
      ],
      [
        [0, 'crashed'],
        [60, 'failed'],
      ],
    ],
    [
      'nothing when all is as it was told',
      [
        [0, notice('crashed')],
        [3, notice('recovered')],
        [9, notice('crashed')],
      ],
      [[0, 'crashed']],
    ],
    [
      'another cause',
      [
        [0, notice('failed')],
        [90, notice('failed', 'out_of_memory')],
      ],
      [
        [0, 'failed'],
        [90, 'failed'],
      ],
    ],
    [
      'a new crash after a recovery',
      [
        [0, notice('crashed')],
        [100, notice('recovered')],
        [200, notice('crashed')],
      ],
      [
        [0, 'crashed'],
        [100, 'recovered'],
        [200, 'crashed'],
      ],
    ],
  ] as [string, [number, Notice][], [number, string][]][])('tells %s', (_, events, expected) => {
    expect(told(events)).toEqual(expected);
  });

  it('never tells twice within a minute, and in the end the person knows how it is', () => {
    const kinds = fc.constantFrom<Notice['kind'][]>('crashed', 'failed', 'recovered');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), kinds), { minLength: 1 }), (steps) => {
        let seconds = 0;
        const events = steps.map(([wait, kind]): [number, Notice] => {
          seconds += wait;
          return [seconds, notice(kind)];
        });
        const said = told(events, seconds + 61);
        for (const [i, [at]] of said.entries()) {
          const before = said[i - 1];
          if (before) expect(at - before[0]).toBeGreaterThanOrEqual(NOTICE_EVERY / 1000);
        }
        const last = events.at(-1)?.[1].kind;
        expect(said.at(-1)?.[1] ?? 'recovered').toBe(last);
      }),
    );
  });
});
