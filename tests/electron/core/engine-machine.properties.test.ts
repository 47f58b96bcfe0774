/**
 * The machine against a simulated world: processes that die, ignore signals and leave children behind, a server of somebody
 * else that comes and goes, answers that arrive late and in any order, sleep. After every single event the promises of the
 * design are checked; at the end the world cooperates and the machine has to arrive where it was told to go.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextWake, step } from '../../../electron/core/engine-machine.ts';
import {
  type EngineEffect,
  type EngineEvent,
  type EngineSettings,
  type EngineState,
  newEngine,
} from '../../../electron/core/engine-state.ts';
import { cause, settings, type Told } from '../../support/engine-life.ts';

interface Process {
  alive: boolean;
  /** Told to go; the exit is on its way. */
  ending: boolean;
  ignoresStop: boolean;
  /** Children that outlive it: 0 none, 1 die with a KILL, 2 can't be killed. */
  leaves: 0 | 1 | 2;
  children: 0 | 1 | 2;
}

/** What is on its way to the machine. */
type Pending =
  | Exclude<EngineEffect, { type: 'notice' | 'signal' }>
  | { type: 'exit'; run: string; code: 'exited' | 'port_busy' | 'out_of_memory' };

const WISHES = new Set(['want-up', 'want-down', 'restart', 'release', 'force', 'settings']);

class World {
  now = 0;
  state: EngineState;
  processes = new Map<string, Process>();
  pending: Pending[] = [];
  /** Who else is on the port. */
  other: 'nobody' | 'same-kind' | 'foreign' = 'nobody';
  otherAnswers: 'ready' | 'bad' = 'ready';
  next: Pick<Process, 'ignoresStop' | 'leaves'> = { ignoresStop: false, leaves: 0 };
  /** Spawns since a person or the config last wanted something, or somebody else's server was adopted. */
  spawns: number[] = [];

  constructor(of: EngineSettings) {
    this.state = newEngine(of, 0);
    this.tell({ type: 'begin' });
  }

  tell(told: Told): void {
    const before = this.state;
    const event = { ...told, at: this.now } as EngineEvent;
    const { state, effects } = step(before, event);
    this.state = state;
    this.#promises(before, event, effects);
    if (WISHES.has(event.type) || state.owner === 'external') this.spawns = [];
    for (const effect of effects) this.#carryOut(effect);
  }

  #promises(before: EngineState, event: EngineEvent, effects: readonly EngineEffect[]): void {
    const { state } = this;
    const said = `${event.type} in ${before.phase.is}`;
    const touching = effects.filter((e) => e.type === 'spawn' || e.type === 'signal');
    const stale =
      ('run' in event && event.run !== (before.run?.id ?? null)) ||
      (event.type === 'identified' && event.ask !== before.asks);
    if (stale) {
      expect(state, `stale ${said}`).toBe(before);
      expect(effects).toEqual([]);
    }
    for (const effect of touching) {
      expect(before.owner, `${effect.type} of an external engine: ${said}`).not.toBe('external');
      expect(state.owner).not.toBe('external');
      expect(effect.run, `an old run is touched: ${said}`).toBe(state.run?.id);
      expect(effect.run).toBe(`${state.settings.name}.${state.runs}`);
      if (effect.type === 'spawn') {
        expect(this.live(), `a second live run: ${said}`).toEqual([]);
        expect(state.settings.mode).not.toBe('external');
        expect(this.processes.has(effect.run), 'a run is spawned twice').toBe(false);
      }
    }
    if (before.phase.is === 'stopped' && before.wanted === 'down' && !WISHES.has(event.type))
      expect(touching, `after stopped: ${said}`).toEqual([]);
    if (state.phase.is === 'stopped') expect(touching, `into stopped: ${said}`).toEqual([]);
    if (state.phase.is === 'stopped' && state.phase.cause?.code !== 'survivors' && state.owner !== 'external')
      expect(this.live(), `stopped, but not gone: ${said}`).toEqual([]);
    const givenUp = before.phase.is === 'failed' && !this.#mayRetry(before);
    if (event.type === 'want-up' && event.by === 'demand' && (before.held || givenUp)) {
      expect(state, `demand woke it: ${said}`).toEqual(before);
      expect(effects).toEqual([]);
    }
    // (A change to somebody else's takes effect once nothing of ours is left.)
    if (before.phase.is === 'failed' && state.phase.is !== 'failed' && before.settings.mode !== 'external') {
      const byWord =
        (event.type === 'want-up' && (event.by !== 'demand' || this.#mayRetry(before))) ||
        (event.type === 'want-down' && ['user', 'quit', 'config'].includes(event.by)) ||
        (event.type === 'restart' && event.by !== 'memory') ||
        (event.type === 'settings' && (event.restart || event.settings.mode !== before.settings.mode));
      expect(byWord, `failed was left: ${said}`).toBe(true);
    }
    if (state.owner === 'external') {
      expect(state.held).toBe(false);
      expect(['stopped', 'loading', 'ready', 'unhealthy']).toContain(state.phase.is);
    }
  }

  /** Whether a request may try it again: an on-demand engine that gave up long enough ago, by the settings of that time. */
  #mayRetry({ phase: p }: EngineState): boolean {
    return p.is === 'failed' && (p.mayRetry || (p.retryAt !== null && this.now >= p.retryAt));
  }

  #carryOut(effect: EngineEffect): void {
    if (effect.type === 'notice') return;
    if (effect.type === 'signal') return this.#signal(effect.run, effect.how);
    if (effect.type === 'spawn') {
      this.processes.set(effect.run, { alive: true, ending: false, children: 0, ...this.next });
      this.spawns.push(this.now);
      const { restart } = this.state.settings;
      if (restart !== null) {
        const recent = this.spawns.filter((t) => this.now - t <= restart.window);
        // Twice as many as restarts, and the first: each may lose its port once without having been at fault.
        expect(recent.length, 'restarts are not bounded').toBeLessThanOrEqual(2 * (restart.max + 1));
      } else expect(this.spawns.length).toBeLessThanOrEqual(2);
    }
    this.pending.push(effect);
  }

  #signal(run: string, how: 'stop' | 'kill'): void {
    const process = this.processes.get(run);
    if (!process) throw new Error(`signal for ${run}, which was never spawned`);
    if (how === 'kill' && process.children === 1) process.children = 0;
    if (!process.alive || process.ending || (how === 'stop' && process.ignoresStop)) return;
    process.ending = true;
    this.pending.push({ type: 'exit', run, code: 'exited' });
  }

  /** Runs of which something is left. */
  live(): string[] {
    return [...this.processes].filter(([, p]) => p.alive || p.children > 0).map(([id]) => id);
  }

  crash(code: 'exited' | 'port_busy' | 'out_of_memory'): void {
    for (const [run, process] of this.processes) {
      const spawning = this.pending.some((p) => p.type === 'spawn' && p.run === run);
      if (!process.alive || process.ending || spawning) continue;
      process.ending = true;
      this.pending.push({ type: 'exit', run, code });
    }
  }

  /** Answers one thing that is on its way; `mood` decides what a process says of itself. */
  answer(pick: number, mood: 'well' | 'loading' | 'silent' | 'bad'): void {
    const [item] = this.pending.splice(pick % Math.max(1, this.pending.length), 1);
    if (item) this.#deliver(item, mood);
  }

  #deliver(item: Pending, mood: 'well' | 'loading' | 'silent' | 'bad'): void {
    switch (item.type) {
      case 'identify': {
        const { ask } = item;
        if (this.other === 'foreign')
          return this.tell({ type: 'identified', ask, result: 'foreign', cause: cause('port_busy') });
        return this.tell({ type: 'identified', ask, result: this.other === 'nobody' ? 'free' : 'match' });
      }
      case 'spawn': {
        if (mood !== 'bad') return this.tell({ type: 'spawned', run: item.run });
        const process = this.processes.get(item.run);
        if (process) process.alive = false;
        this.pending = this.pending.filter((p) => !(p.type === 'exit' && p.run === item.run));
        return this.tell({ type: 'spawn-failed', run: item.run, cause: cause('spawn_failed') });
      }
      case 'exit': {
        if (this.pending.some((p) => p.type === 'spawn' && p.run === item.run)) {
          this.pending.push(item);
          return;
        }
        const process = this.processes.get(item.run);
        if (process) Object.assign(process, { alive: false, children: process.leaves });
        return this.tell({ type: 'exited', run: item.run, cause: cause(item.code) });
      }
      case 'verify': {
        const process = this.processes.get(item.run);
        const left = process !== undefined && (process.alive || process.children > 0);
        return this.tell({ type: 'verified', run: item.run, survivors: left ? cause('survivors') : null });
      }
      case 'probe': {
        const { run } = item;
        const there = run === null ? this.other === 'same-kind' : this.processes.get(run)?.alive === true;
        const healthy = run === null ? this.otherAnswers : 'ready';
        const state = !there ? 'silent' : mood === 'well' ? healthy : mood;
        return this.tell({ type: 'probed', run, state, progress: null, cause: null });
      }
    }
  }

  /** Lets time pass, with the ticks that the machine asks for; no two wakes may be at the same moment for ever. */
  pass(ms: number): void {
    const end = this.now + ms;
    let atOnce = 0;
    for (let wake = nextWake(this.state); wake !== null && wake <= end; wake = nextWake(this.state)) {
      atOnce = wake > this.now ? 0 : atOnce + 1;
      expect(atOnce, `a busy loop in ${this.state.phase.is}`).toBeLessThan(5);
      this.now = Math.max(this.now, wake);
      this.tell({ type: 'tick' });
    }
    this.now = end;
  }

  /** Everything answers and dies as it should until `done`; gives whether that came about. */
  cooperate(done: () => boolean): boolean {
    for (let round = 0; round < 600 && !done(); round++) {
      while (this.pending.length > 0 && !done()) this.answer(0, 'well');
      if (!done()) this.pass(round < 300 ? 100 : 1_000);
    }
    return done();
  }

  /** From here on nothing resists. */
  behave(): void {
    this.other = 'nobody';
    this.next = { ignoresStop: false, leaves: 0 };
    for (const process of this.processes.values()) {
      process.leaves = 0;
      process.children = 0;
    }
  }
}

const modes = fc.constantFrom<EngineSettings['mode'][]>('managed', 'auto', 'external');

const anySettings: fc.Arbitrary<EngineSettings> = fc
  .record({
    mode: fc.oneof({ weight: 4, arbitrary: fc.constant<'managed'>('managed') }, { weight: 3, arbitrary: modes }),
    readyTimeout: fc.constantFrom(null, 2_000, 60_000),
    restart: fc.option(fc.record({ max: fc.nat(3), window: fc.constantFrom(5_000, 600_000) }), { freq: 4 }),
    retryFailed: fc.constantFrom(null, 10_000, 300_000),
    health: fc.option(fc.record({ every: fc.constantFrom(1_000, 10_000), failures: fc.integer({ min: 1, max: 3 }) })),
  })
  .map(({ restart, ...rest }) =>
    settings({ ...rest, restart: restart && { ...restart, backoff: 500, backoffMax: 4_000 } }),
  );

type Move = (world: World) => void;
const tells = (arbitrary: fc.Arbitrary<Told>): fc.Arbitrary<Move> =>
  arbitrary.map((told) => Object.assign((w: World) => w.tell(told), { toString: () => JSON.stringify(told) }));
const does = (name: string, move: Move): Move => Object.assign(move, { toString: () => name });

const wishes: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ type: fc.constant<'want-up'>('want-up'), by: fc.constantFrom('user', 'app', 'demand') }),
  fc.record({
    type: fc.constant<'want-down'>('want-down'),
    by: fc.constantFrom('user', 'quit', 'demand', 'idle', 'memory', 'config'),
    hold: fc.boolean(),
  }),
  fc.record({ type: fc.constant<'restart'>('restart'), by: fc.constantFrom('user', 'config', 'memory') }),
  fc.constantFrom<Told[]>({ type: 'release' }, { type: 'force' }),
);

const news: fc.Arbitrary<Told> = fc.oneof(
  fc.constantFrom<Told[]>({ type: 'heard' }, { type: 'drained' }, { type: 'woke' }, { type: 'tick' }),
  fc.record({ type: fc.constant<'flight'>('flight'), inFlight: fc.nat(1) }),
);

/** Answers to questions of long ago, or to none at all. */
const lies: fc.Arbitrary<Told> = fc.oneof(
  fc.record({ type: fc.constant<'output'>('output'), run: fc.constant('llama.0') }),
  fc.record({
    type: fc.constant<'exited'>('exited'),
    run: fc.constant('llama.0'),
    cause: fc.constant(cause('exited')),
  }),
  fc.record({
    type: fc.constant<'identified'>('identified'),
    ask: fc.constant(-1),
    result: fc.constant<'free'>('free'),
  }),
);

const moods = fc.constantFrom<('well' | 'loading' | 'silent' | 'bad')[]>('well', 'well', 'loading', 'silent', 'bad');

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: tells(wishes) },
  { weight: 3, arbitrary: tells(news) },
  { weight: 1, arbitrary: tells(lies) },
  {
    weight: 14,
    arbitrary: fc
      .tuple(fc.nat(5), moods)
      .map(([pick, mood]) => does(`answer ${pick} ${mood}`, (w) => w.answer(pick, mood))),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(0, 50, 150, 1_000, 11_000, 31_000, 130_000)
      .map((ms) => does(`pass ${ms}`, (w) => w.pass(ms))),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<('exited' | 'port_busy' | 'out_of_memory')[]>('exited', 'exited', 'port_busy', 'out_of_memory')
      .map((code) => does(`crash ${code}`, (w) => w.crash(code))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.boolean(), fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2)).map(([ignoresStop, leaves]) =>
      does(`next ignores ${ignoresStop} leaves ${leaves}`, (w) => {
        w.next = { ignoresStop, leaves };
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom<World['other'][]>('nobody', 'same-kind', 'foreign'),
        fc.constantFrom<('ready' | 'bad')[]>('ready', 'bad'),
      )
      .map(([other, answers]) =>
        does(`other ${other} ${answers}`, (w) => {
          w.other = other;
          w.otherAnswers = answers;
        }),
      ),
  },
  { weight: 1, arbitrary: fc.constant(does('vacated', (w) => w.tell({ type: 'vacated' }))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anySettings, fc.boolean())
      .map(([to, restart]) =>
        does(`settings ${JSON.stringify(to)} ${restart}`, (w) => w.tell({ type: 'settings', settings: to, restart })),
      ),
  },
);

const histories = fc.record({ first: anySettings, moves: fc.array(moves, { maxLength: 80, size: 'max' }) });

function lived(history: { first: EngineSettings; moves: readonly Move[] }): World {
  const world = new World(history.first);
  for (const move of history.moves) move(world);
  return world;
}

const runs = { numRuns: 1_500 };

describe('whatever happens', () => {
  it('a wish for it to be down ends in stopped, with nothing left', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const world = lived(history);
        world.behave();
        if (world.state.settings.mode === 'external')
          world.tell({ type: 'settings', settings: settings(), restart: true });
        world.tell({ type: 'want-down', by: 'user', hold: true });
        const there = world.cooperate(() => world.state.phase.is === 'stopped' && world.state.run === null);
        expect(there, JSON.stringify(world.state)).toBe(true);
        expect(world.live()).toEqual([]);
        // And it stays so: nothing but a new wish brings it back.
        world.pass(700_000);
        while (world.pending.length > 0) world.answer(0, 'well');
        world.tell({ type: 'want-up', by: 'demand' });
        expect(world.state.phase.is).toBe('stopped');
      }),
      runs,
    );
  });

  it('a wish for it to be up ends in ready', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const world = lived(history);
        world.behave();
        const to = settings({ mode: history.first.mode === 'auto' ? 'auto' : 'managed' });
        world.tell({ type: 'settings', settings: to, restart: true });
        world.tell({ type: 'drained' });
        world.tell({ type: 'want-up', by: 'user' });
        const there = world.cooperate(() => {
          if (world.state.phase.is === 'draining') world.tell({ type: 'drained' });
          // It may once be told of a misfortune from before the world behaved.
          if (world.state.phase.is === 'failed') world.tell({ type: 'want-up', by: 'user' });
          return world.state.phase.is === 'ready' && world.state.owner === 'managed';
        });
        expect(there, JSON.stringify(world.state)).toBe(true);
        expect(world.live()).toEqual([world.state.run?.id]);
      }),
      runs,
    );
  });

  it('an engine that gave up is tried again by a request once it rested, not before, and once each time', () => {
    fc.assert(
      fc.property(anySettings, fc.array(fc.nat(400_000), { minLength: 1, maxLength: 20 }), (of, pauses) => {
        // A window so long that no end is forgotten: every further try is a single one.
        const restart = of.restart && { ...of.restart, window: 3_600_000_000 };
        const world = new World({ ...of, mode: 'managed', restart });
        const fail = () => {
          for (let i = 0; i < 200 && world.state.phase.is !== 'failed'; i++) {
            world.crash('exited');
            while (world.pending.length > 0) world.answer(0, 'well');
            if (world.state.phase.is === 'backoff') world.pass(4_000);
          }
          while (world.pending.length > 0) world.answer(0, 'well');
        };
        world.tell({ type: 'want-up', by: 'user' });
        fail();
        for (const pause of pauses) {
          const runs = world.state.runs;
          const due = world.state.since + (of.retryFailed ?? Number.POSITIVE_INFINITY);
          world.pass(pause);
          world.tell({ type: 'want-up', by: 'demand' });
          const tried = world.state.phase.is !== 'failed';
          expect(tried).toBe(world.now >= due);
          fail();
          expect(world.state.runs - runs).toBe(tried ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('an engine that always dies is given up, and stays so', () => {
    fc.assert(
      fc.property(anySettings, (of) => {
        const world = new World({ ...of, mode: 'managed' });
        world.tell({ type: 'want-up', by: 'user' });
        for (let i = 0; i < 200 && world.state.phase.is !== 'failed'; i++) {
          world.crash('exited');
          while (world.pending.length > 0) world.answer(0, 'well');
          if (world.state.phase.is === 'backoff') world.pass(4_000);
        }
        // A window shorter than the waits in it lets old ends go: then it is tried for ever, but slowly.
        const patient = of.restart !== null && of.restart.window < 5_001 && of.restart.max > 1;
        if (!patient) expect(world.state.phase.is).toBe('failed');
        world.tell({ type: 'want-up', by: 'demand' });
        if (!patient) expect(world.state.phase.is).toBe('failed');
      }),
      { numRuns: 300 },
    );
  });
});
