import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Idleness, type IdleSight, idleness, NOT_IDLE } from '../../../electron/core/idle-stop.ts';
import { ENGINE_PHASES } from '../../../shared/model.ts';

const idle: IdleSight = {
  idle_stop: 60_000,
  phase: 'ready',
  owner: 'managed',
  pinned: false,
  needed: false,
  in_flight: 0,
  waiting: 0,
  used_at: null,
};
const looked = (sight: Partial<IdleSight>, before: Idleness = NOT_IDLE) =>
  idleness(before, { ...idle, ...sight }, 1_000_000);

describe('an engine that nobody uses', () => {
  it('is stopped so long after it became ready, when it was never used', () => {
    expect(looked({})).toEqual({ since: 1_000_000, stop_at: 1_060_000 });
  });
  it('is stopped so long after its last use', () => {
    const begun = { since: 900_000, stop_at: 960_000 };
    expect(looked({ used_at: 990_000 }, begun).stop_at).toBe(1_050_000);
    expect(looked({ used_at: 1 }, begun).stop_at).toBe(960_000);
  });
});

it.each([
  ['is external', { owner: 'external' }],
  ['belongs to nobody yet', { owner: null }],
  ['is pinned', { pinned: true }],
  ['is needed by one that is up', { needed: true }],
  ['answers', { in_flight: 1 }],
  ['is waited for', { waiting: 1 }],
  ['has no idle_stop', { idle_stop: null }],
  ['is only loading', { phase: 'loading' }],
] as [string, Partial<IdleSight>][])('one that %s has no time at which it is stopped', (_, sight) => {
  expect(looked(sight, { since: 0, stop_at: 1 })).toEqual(NOT_IDLE);
});

describe('over any course of events', () => {
  const sights = fc.record<IdleSight>({
    idle_stop: fc.constantFrom(60_000, 60_000, 60_000, null),
    phase: fc.oneof(
      { weight: 6, arbitrary: fc.constant('ready' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...ENGINE_PHASES) },
    ),
    owner: fc.constantFrom('managed', 'managed', 'managed', 'systemd', 'external', null),
    pinned: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    needed: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    in_flight: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3)),
    waiting: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3)),
    used_at: fc.constant(null),
  });
  const steps = fc.array(
    fc.record({
      wait: fc.nat(90_000),
      sight: sights,
      used: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { maxLength: 40 },
  );
  const mayStop = (s: IdleSight) =>
    s.phase === 'ready' &&
    (s.owner === 'managed' || s.owner === 'systemd') &&
    !s.pinned &&
    !s.needed &&
    s.in_flight + s.waiting === 0 &&
    s.idle_stop !== null;

  it('is stopped only after idle_stop without a pause in its idleness, and then it is', () => {
    fc.assert(
      fc.property(steps, (course) => {
        let at = 0;
        let state = NOT_IDLE;
        let used: number | null = null;
        /** The last moment at which something spoke against a stop. */
        let against = 0;
        let before = false;
        for (const { wait, sight, used: uses } of course) {
          at += wait;
          if (uses) used = at;
          state = idleness(state, { ...sight, used_at: used }, at);
          if (!mayStop(sight) || uses || !before) against = at;
          before = mayStop(sight);
          const due = state.stop_at !== null && state.stop_at <= at;
          expect(due).toBe(before && at - against >= 60_000);
          if (state.stop_at !== null) expect(state.stop_at).toBe(against + 60_000);
          // A level: asked again it says the same.
          expect(idleness(state, { ...sight, used_at: used }, at)).toEqual(state);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
