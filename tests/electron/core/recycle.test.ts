import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MOST,
  NO_RECYCLE,
  type RecycleSight,
  type RecycleState,
  WINDOW,
  weigh,
} from '../../../electron/core/recycle.ts';

const GIB = 1024 ** 3;
const seen = (change: Partial<RecycleSight> = {}): RecycleSight => ({
  limit: 4 * GIB,
  memory: GIB,
  run: 'llama.1',
  in_flight: 0,
  waiting: 0,
  ...change,
});
const look = (before: RecycleState, change: Partial<RecycleSight>, at = 0) => weigh(before, seen(change), at);
const small = look(NO_RECYCLE, {}).state;

describe('an engine that grew beyond its limit', () => {
  it('is started anew once nobody uses it', () => {
    expect(look(small, { memory: 5 * GIB, in_flight: 1 }).recycle).toBe(false);
    expect(look(small, { memory: 5 * GIB, waiting: 1 }).recycle).toBe(false);
    expect(look(small, { memory: 5 * GIB }).recycle).toBe(true);
  });
  it('stays while its memory, its limit or its run is not known', () => {
    for (const unknown of [{ memory: null }, { limit: null }, { run: null }])
      expect(look(small, { memory: 5 * GIB, ...unknown }).recycle).toBe(false);
  });
});

describe('one that is too big from its start', () => {
  it('stays, and a person is told once', () => {
    const first = look(NO_RECYCLE, { memory: 5 * GIB });
    expect(first).toMatchObject({ recycle: false, tell: 'needs-more' });
    const again = look(first.state, { memory: 6 * GIB }, 1);
    expect(again).toMatchObject({ recycle: false, tell: null });
    expect(look(again.state, { memory: 5 * GIB, run: 'llama.2' }, 2)).toMatchObject({ recycle: false, tell: null });
  });
  it('is judged anew under another limit', () => {
    const first = look(NO_RECYCLE, { memory: 5 * GIB });
    expect(look(first.state, { memory: 9 * GIB, limit: 8 * GIB }, 1)).toMatchObject({ recycle: true });
  });
});

it('one that grows back again and again is left alone for a while, and a person is told', () => {
  let state = small;
  for (let n = 1; n <= MOST; n++) {
    const grown = look(state, { memory: 5 * GIB, run: `llama.${n}` }, n);
    expect(grown.recycle).toBe(true);
    state = look(grown.state, { run: `llama.${n + 1}` }, n).state;
  }
  const left = look(state, { memory: 5 * GIB, run: `llama.${MOST + 1}` }, MOST + 1);
  expect(left).toMatchObject({ recycle: false, tell: 'too-often' });
  expect(look(left.state, { memory: 5 * GIB, run: `llama.${MOST + 1}` }, WINDOW + 1).recycle).toBe(true);
});

it('never touches a busy one, is bounded, and says each thing once for a limit', () => {
  const steps = fc.array(
    fc.record({
      wait: fc.constantFrom(0, 2_000, 2_000, 60_000, 400_000),
      memory: fc.constantFrom(null, GIB, 3 * GIB, 5 * GIB, 9 * GIB),
      limit: fc.constantFrom(4 * GIB, 4 * GIB, 4 * GIB, 8 * GIB, null),
      in_flight: fc.constantFrom(0, 0, 2),
      waiting: fc.constantFrom(0, 0, 1),
      up: fc.constantFrom(true, true, true, false),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(steps, (course) => {
      let state = NO_RECYCLE;
      let at = 0;
      let run = 1;
      let limitBefore: number | null = null;
      let told: string[] = [];
      let firstOfRun = true;
      let tooBig = false;
      const times: number[] = [];
      for (const { wait, up, ...rest } of course) {
        at += wait;
        const sight: RecycleSight = { ...rest, run: up ? `llama.${run}` : null };
        if (rest.limit !== limitBefore) {
          told = [];
          tooBig = false;
        }
        limitBefore = rest.limit;
        const measured = up && rest.memory !== null && rest.limit !== null;
        if (measured && firstOfRun) {
          firstOfRun = false;
          tooBig = (rest.memory ?? 0) > (rest.limit ?? 0);
        }
        const judged = weigh(state, sight, at);
        state = judged.state;
        if (judged.tell !== null) {
          expect(told).not.toContain(judged.tell);
          told.push(judged.tell);
        }
        if (!judged.recycle) continue;
        expect(measured && rest.in_flight + rest.waiting === 0 && !tooBig).toBe(true);
        expect(rest.memory ?? 0).toBeGreaterThan(rest.limit ?? 0);
        times.push(at);
        expect(times.filter((time) => at - time < WINDOW).length).toBeLessThanOrEqual(MOST);
        run += 1;
        firstOfRun = true;
      }
    }),
    { numRuns: 1_000 },
  );
});
