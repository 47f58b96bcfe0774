import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideGroup, type GroupMember, MIN_HOLD, PATIENCE } from '../../../electron/core/groups.ts';
import { simulate } from './group-simulation.ts';

const member = (name: string, fields: Partial<GroupMember> = {}): GroupMember => ({
  name,
  phase: 'stopped',
  owner: 'managed',
  pinned: false,
  startable: true,
  in_flight: 0,
  waiting: 0,
  oldest_ms: null,
  asked_ms: null,
  ready_since: null,
  lingering: false,
  ...fields,
});
const waits = (name: string, oldest_ms: number, fields: Partial<GroupMember> = {}) =>
  member(name, { waiting: 1, oldest_ms, ...fields });
const ready = (name: string, ready_since: number, fields: Partial<GroupMember> = {}) =>
  member(name, { phase: 'ready', ready_since, ...fields });
const AT = 1_000_000;
const decide = (...members: GroupMember[]) => decideGroup({ at: AT, members });

describe('a free group', () => {
  it('stays free while nobody waits', () => {
    expect(decide(member('a'), member('b'))).toEqual({
      holder: null,
      next: null,
      start: null,
      drain: [],
      blocked_by: null,
      check_at: null,
    });
  });
  it('goes to the oldest waiter, then to the first in the file', () => {
    expect(decide(waits('a', 10), waits('b', 20)).start).toBe('b');
    expect(decide(waits('a', 10), waits('b', 10)).start).toBe('a');
  });
  it('goes to what a person asked for like to a waiter', () => {
    expect(decide(waits('a', 10), member('b', { asked_ms: 11 })).start).toBe('b');
  });
  it('passes by who may not be started', () => {
    expect(decide(waits('a', 99, { startable: false }), waits('b', 1)).start).toBe('b');
    expect(decide(waits('a', 99, { owner: 'external' })).start).toBeNull();
    expect(decide(waits('a', 99, { phase: 'failed' })).start).toBe('a');
  });
});

describe('a held group', () => {
  it('starts nobody, in whatever phase its holder is', () => {
    for (const phase of ['starting', 'loading', 'ready', 'unhealthy', 'draining', 'stopping', 'backoff'] as const) {
      expect(decide(member('a', { phase }), waits('b', 9e9)).start).toBeNull();
    }
  });
  it('is kept for 30 s, and by who has work', () => {
    const fresh = decide(ready('a', AT - 1_000), waits('b', 5));
    expect(fresh).toMatchObject({ holder: 'a', drain: [], check_at: AT - 1_000 + MIN_HOLD });
    const busy = decide(ready('a', 0, { in_flight: 1 }), waits('b', 5));
    expect(busy).toMatchObject({ drain: [], check_at: AT + PATIENCE - 5 });
    expect(decide(ready('a', AT - MIN_HOLD), waits('b', 5)).drain).toEqual(['a']);
  });
  it('is left once the waiter is 2 min old, not in the holder’s first 30 s', () => {
    expect(decide(ready('a', 0, { in_flight: 3, waiting: 1, oldest_ms: 7 }), waits('b', PATIENCE)).drain).toEqual([
      'a',
    ]);
    expect(decide(ready('a', AT - 1, { in_flight: 3 }), waits('b', PATIENCE)).drain).toEqual([]);
  });
  it('serves first what was parked before the holder became ready', () => {
    const parked = ready('a', AT - 200_000, { waiting: 2, oldest_ms: 200_001 });
    expect(decide(parked, waits('b', PATIENCE))).toMatchObject({ drain: [], check_at: null });
    const later = ready('a', AT - 200_000, { waiting: 2, oldest_ms: 199_999 });
    expect(decide(later, waits('b', PATIENCE)).drain).toEqual(['a']);
  });
  it('is not left half-way through a start somebody waits for', () => {
    expect(decide(waits('a', 5, { phase: 'loading' }), waits('b', 9e9)).drain).toEqual([]);
    expect(decide(member('a', { phase: 'loading' }), waits('b', 1)).drain).toEqual([]);
    expect(decide(member('a', { phase: 'loading' }), waits('b', PATIENCE)).drain).toEqual(['a']);
  });
  it('is left at once by a holder that only waits to be restarted', () => {
    expect(decide(member('a', { phase: 'backoff' }), waits('b', 1)).drain).toEqual(['a']);
  });
  it('is not left for somebody who may not start', () => {
    expect(decide(ready('a', 0), waits('b', 9e9, { startable: false })).drain).toEqual([]);
  });
});

describe('a holder that stays', () => {
  it('is never stopped, and named to the others', () => {
    for (const fields of [{ owner: 'external' }, { pinned: true }] as const) {
      const decision = decide(ready('a', 0, fields), waits('b', 9e9));
      expect(decision).toMatchObject({ start: null, drain: [], blocked_by: 'a', check_at: null });
    }
  });
  it('makes ours go when both are alive', () => {
    const decision = decide(ready('ours', 0, { in_flight: 1 }), ready('theirs', 0, { owner: 'external' }));
    expect(decision).toMatchObject({ holder: 'theirs', drain: ['ours'], blocked_by: 'theirs' });
  });
  it('is also what is left of one that could not be stopped', () => {
    const decision = decide(member('a', { phase: 'failed', lingering: true }), waits('b', 9e9));
    expect(decision).toMatchObject({ holder: 'a', start: null, drain: [], blocked_by: 'a' });
  });
  it('blocks no more once it is gone', () => {
    expect(decide(member('a', { pinned: true }), waits('b', 1)).start).toBe('b');
  });
});

describe('two of ours in a group that a config change joined', () => {
  it('are brought down to one', () => {
    expect(decide(ready('a', 0), ready('b', 0, { in_flight: 1 }))).toMatchObject({ holder: 'a', drain: ['b'] });
  });
});

describe('over any course of events', () => {
  // A stream keeps a member busy without a pause; that is what makes patience run out.
  const stream = fc
    .record({
      member: fc.nat({ max: 3 }),
      from: fc.integer({ min: 0, max: 300 }),
      length: fc.integer({ min: 1, max: 600 }),
      every: fc.integer({ min: 2, max: 40 }),
      seconds: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ member, from, length, every, seconds }) =>
      Array.from({ length: Math.ceil(length / every) }, (_, index) => ({
        at: from + index * every,
        member,
        seconds,
      })),
    );
  const course = fc.record({
    members: fc.array(fc.record({ load: fc.integer({ min: 1, max: 40 }), external: fc.constant(false) }), {
      minLength: 2,
      maxLength: 4,
    }),
    requests: fc.array(stream, { maxLength: 6 }).map((streams) => streams.flat()),
    crashes: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }),
  });

  it('never are two alive, nobody is cut off, and everybody is served in time', () => {
    fc.assert(
      fc.property(course, (given) => {
        const run = simulate(given);
        expect(run.mostAlive).toBeLessThanOrEqual(1);
        expect(run.cut).toBe(0);
        expect(run.served).toBe(given.requests.length);
        // Patience, then at most one turn of every member: its load, its 30 s, its longest request, its stop.
        const turn = 40 + MIN_HOLD / 1_000 + 40 + 5;
        const restarts = given.crashes.length * (40 + 5);
        const bound = PATIENCE / 1_000 + (given.members.length + 1) * turn + restarts;
        expect(run.longestWait).toBeLessThanOrEqual(bound);
        // Each switch serves somebody, and a holder keeps its 30 s unless it died.
        expect(run.switches).toBeLessThanOrEqual(given.requests.length);
        expect(run.switches).toBeLessThanOrEqual(1 + run.seconds / (MIN_HOLD / 1_000) + given.crashes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('never starts one beside somebody else’s', () => {
    const withExternal = course.map((given) => ({
      ...given,
      members: [{ load: 1, external: true }, ...given.members],
      crashes: [],
    }));
    fc.assert(
      fc.property(withExternal, fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 5 }), (given, toggles) => {
        const run = simulate({ ...given, toggles });
        expect(run.startedBesideExternal).toBe(0);
        expect(run.cut).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves a pinned one alone, waits for what lingers, passes by who gave up, and every request ends', () => {
    const troubled = fc.record({
      members: fc.array(
        fc.record({
          load: fc.integer({ min: 1, max: 40 }),
          external: fc.constant(false),
          pinned: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
          dies: fc.constantFrom(1, 2, 9),
          lingers: fc.constantFrom(0, 0, 3, 60, 100_000),
        }),
        { minLength: 2, maxLength: 4 },
      ),
      requests: fc.array(stream, { maxLength: 6 }).map((streams) => streams.flat()),
      crashes: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }),
      maxWait: fc.constant(300),
    });
    fc.assert(
      fc.property(troubled, (given) => {
        const run = simulate(given);
        expect(run.mostAlive).toBeLessThanOrEqual(1);
        expect(run.cut).toBe(0);
        expect(run.pinnedDrained).toBe(0);
        expect(run.longestWait).toBeLessThanOrEqual(300);
        expect(run.served + run.refused + run.timedOut).toBe(given.requests.length);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer twice, and a wake-up that is still ahead', () => {
    const any = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      phase: fc.constantFrom(
        'stopped',
        'starting',
        'loading',
        'ready',
        'unhealthy',
        'draining',
        'stopping',
        'failed',
      ),
      owner: fc.constantFrom('managed', 'external', null),
      pinned: fc.boolean(),
      startable: fc.boolean(),
      in_flight: fc.nat(3),
      waiting: fc.nat(3),
      oldest_ms: fc.nat(300_000),
      asked_ms: fc.option(fc.nat(300_000)),
      ready_since: fc.option(fc.integer({ min: AT - 300_000, max: AT })),
      lingering: fc.boolean(),
    }) as fc.Arbitrary<GroupMember>;
    fc.assert(
      fc.property(fc.uniqueArray(any, { selector: (one) => one.name }), (members) => {
        const decision = decideGroup({ at: AT, members });
        expect(decideGroup({ at: AT, members })).toEqual(decision);
        if (decision.check_at !== null) expect(decision.check_at).toBeGreaterThan(AT);
        if (decision.start !== null) expect(decision.holder).toBeNull();
        const of = (name: string) => members.find((one) => one.name === name);
        for (const name of decision.drain)
          expect(of(name)).toMatchObject({ owner: expect.not.stringMatching('external') });
        for (const name of decision.drain) expect(of(name)?.pinned).toBe(false);
      }),
    );
  });
});
