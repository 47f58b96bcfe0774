import { describe, expect, it } from 'vitest';
import { type Ask, choose } from '../../../electron/router/choose.ts';
import { createCooldowns } from '../../../electron/router/cooldown.ts';
import { createLive } from '../../../electron/router/live.ts';
import { compileTable } from '../../../electron/router/resolve.ts';
import { type Credits, taken } from '../../../electron/router/strategy.ts';
import type { EngineRoute, ModelRoute } from '../../../shared/contract/router.ts';
import { engine, model, table, target } from '../../fixtures/upstream/routing-table.ts';

const URL = 'http://127.0.0.1:1';
const asleep = { phase: 'stopped' } as const;

/** A world of engines, and one request that asks for the first of the models. */
function world(engines: Record<string, Partial<EngineRoute>>, models: readonly ModelRoute[]) {
  const live = createLive();
  const cooldowns = createCooldowns();
  const credits: Credits = new Map();
  const now = 1_000;
  const compile = (set: Record<string, Partial<EngineRoute>>) =>
    compileTable(
      table({ engines: Object.entries(set).map(([name, over]) => engine(name, URL, over)), models }),
      () => {},
    );
  let compiled = compile(engines);
  const ask: Ask = {
    protocols: ['chat'],
    prefers: null,
    banned: new Set(),
    outgrown: null,
    entries: models,
    floor: 0,
    failed: new Set(),
    terms: null,
    started: new Map(),
    switched: null,
    expired: false,
  };
  return {
    live,
    cooldowns,
    ask,
    become: (changed: Record<string, Partial<EngineRoute>>) => {
      compiled = compile(
        Object.fromEntries(Object.entries(engines).map(([n, over]) => [n, { ...over, ...changed[n] }])),
      );
    },
    look: () => choose({ compiled, live, cooldowns, now }, ask, credits),
    /** `grant NAME`, `wait NAME` or the codes of all skips. */
    say(): string {
      const choice = this.look();
      if (choice.kind === 'grant') {
        taken(choice.entry, choice.among, choice.candidate, credits);
        return `grant ${choice.candidate.engine.name}`;
      }
      if (choice.kind === 'wait') return `wait ${choice.engine}`;
      return choice.skips.map((skip) => `${skip.target.engine}:${skip.code}`).join(' ');
    },
  };
}
const abc = (over: Partial<ModelRoute> = {}) => [model('m', [target('a'), target('b'), target('c')], over)];

describe('tiers', () => {
  it('prefers ready, then busy, then coming, then startable, then a switch', () => {
    const five = [
      model(
        'm',
        ['e', 'd', 'c', 'b', 'a'].map((name) => target(name)),
      ),
    ];
    const w = world(
      {
        a: {},
        b: { max_concurrent: 1 },
        c: { phase: 'loading' },
        d: asleep,
        e: { ...asleep, free_to_start: false, group: 'g' },
      },
      five,
    );
    w.live.begin(target('b'));
    expect(w.say()).toBe('grant a');
    w.become({ a: { held: true } });
    expect(w.say()).toBe('wait b');
    w.become({ a: { held: true }, b: { phase: 'failed' } });
    expect(w.say()).toBe('wait c');
    w.become({ a: { held: true }, b: { phase: 'failed' }, c: { ...asleep, start: 'manual' } });
    expect(w.say()).toBe('wait d');
    w.ask.started = new Map();
    w.become({
      a: { held: true },
      b: { phase: 'failed' },
      c: { ...asleep, start: 'manual' },
      d: { ...asleep, group_holder: 'x' },
    });
    expect(w.say()).toBe('wait e');
    expect(w.ask.switched).toBe('e');
  });

  it('counts slots of the target as well as of the engine', () => {
    const w = world({ a: {} }, [model('m', [target('a', 'up', { max_concurrent: 1 })])]);
    w.live.begin(target('a', 'other'));
    expect(w.say()).toBe('grant a');
    w.live.begin(target('a'));
    expect(w.say()).toBe('wait a');
    w.live.end(target('a'));
    expect(w.say()).toBe('grant a');
  });

  it('names why each target is left out', () => {
    const w = world(
      {
        a: { held: true },
        b: { phase: 'failed', cause: { code: 'secret_unavailable', message: 'no secret', hint: null } },
        c: { speaks: ['embeddings'] },
        d: { ...asleep, start: 'manual' },
        e: { ...asleep, owner: 'external' },
        f: { models: { up: 'failed' } },
        g: { ...asleep, group_holder: 'x' },
      },
      [
        model(
          'm',
          ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => target(name)),
        ),
      ],
    );
    expect(w.say()).toBe(
      'a:engine_held b:secret_unavailable c:not_supported_by_engine d:engine_stopped e:engine_stopped f:engine_failed g:group_held h:engine_failed',
    );
  });

  it('grants nothing to an engine that drains; asks an on-demand one back', () => {
    const w = world({ a: { phase: 'draining', group: 'g', free_to_start: false } }, [model('m', [target('a')])]);
    expect(w.say()).toBe('wait a');
    expect(w.ask.switched).toBe('a');
    w.become({ a: { phase: 'draining', start: 'with-app', group: null } });
    w.ask.switched = null;
    expect(w.say()).toBe('wait a');
    expect(w.ask.switched).toBeNull();
  });
});

describe('wake', () => {
  it('never leaves sleeping engines asleep', () => {
    expect(world({ a: asleep, b: asleep, c: { phase: 'loading' } }, abc({ wake: 'never' })).say()).toBe('wait c');
    const w = world({ a: asleep }, [model('m', [target('a')], { wake: 'never' })]);
    expect(w.say()).toBe('a:engine_stopped');
  });
  it('always keeps to file order under `priority` alone', () => {
    expect(world({ a: asleep, b: {}, c: {} }, abc({ wake: 'always' })).say()).toBe('wait a');
    expect(world({ a: asleep, b: {}, c: {} }, abc({ wake: 'always', strategy: 'least-busy' })).say()).toBe('grant b');
  });
  it('starts one engine per entry, and keeps to it', () => {
    const w = world({ a: asleep, b: asleep, c: asleep }, abc());
    expect(w.say()).toBe('wait a');
    w.become({ a: { phase: 'starting' }, b: { phase: 'starting' } });
    expect(w.say()).toBe('wait a');
    w.become({ a: { phase: 'failed' } });
    expect(w.say()).toBe('a:engine_failed b:engine_stopped c:engine_stopped');
    w.become({ a: { phase: 'failed' }, c: { phase: 'ready' } });
    expect(w.say()).toBe('grant c');
  });
});

describe('strategies', () => {
  const grants = (w: ReturnType<typeof world>, count: number) =>
    Array.from({ length: count }, () => w.say().slice(6)).join('');
  it('weighted shares smoothly', () => {
    const targets = [target('a', 'up', { weight: 5 }), target('b'), target('c')];
    const w = world({ a: {}, b: {}, c: {} }, [model('m', targets, { strategy: 'weighted' })]);
    expect(grants(w, 14)).toBe('aabacaaaabacaa');
  });
  it.each([
    [[1, 1]],
    [[5, 1, 1]],
    [[7, 2, 1]],
    [[3, 2]],
    [[10, 0, 1]],
    [[1, 1, 1, 1]],
    [[100, 1]],
    [[0.5, 0.25, 0.25]],
  ])('weighted %j gives each its exact share of 1,000 draws, never far from it in between', (weights) => {
    const names = weights.map((_, i) => `e${i}`);
    const targets = weights.map((weight, i) => target(`e${i}`, 'up', { weight }));
    const w = world(Object.fromEntries(names.map((name) => [name, {}])), [
      model('m', targets, { strategy: 'weighted' }),
    ]);
    const sum = weights.reduce((a, b) => a + b, 0);
    const counts = new Map(names.map((name) => [name, 0]));
    for (let draw = 1; draw <= 1_000; draw += 1) {
      const name = w.say().slice(6);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      for (const [i, weight] of weights.entries()) {
        const share = (draw * weight) / sum;
        expect(Math.abs((counts.get(`e${i}`) ?? 0) - share)).toBeLessThan(names.length);
      }
    }
    const whole = Math.floor(1_000 / sum) * sum;
    for (const [i, weight] of weights.entries()) {
      expect(Math.abs((counts.get(`e${i}`) ?? 0) - (1_000 * weight) / sum)).toBeLessThan(whole === 1_000 ? 1e-9 : 1);
    }
  });
  it('least-busy takes the emptiest engine', () => {
    const w = world({ a: {}, b: {}, c: {} }, abc({ strategy: 'least-busy' }));
    w.live.begin(target('a'));
    w.live.begin(target('b', 'other'));
    expect(w.say()).toBe('grant c');
  });
  it('lowest-latency measures everyone, then takes the fastest', () => {
    const w = world({ a: {}, b: {}, c: {} }, abc({ strategy: 'lowest-latency' }));
    w.live.firstByte(target('a'), 50);
    expect(w.say()).toBe('grant b');
    w.live.firstByte(target('b'), 20);
    w.live.firstByte(target('c'), 90);
    expect(w.say()).toBe('grant b');
    for (let i = 0; i < 9; i += 1) w.live.firstByte(target('b'), 500);
    expect(w.say()).toBe('grant a');
  });
  it('usage takes who gave the fewest tokens of late', () => {
    const w = world({ a: {}, b: {}, c: {} }, abc({ strategy: 'usage' }));
    w.live.tokens(target('a'), 100, 1_000);
    w.live.tokens(target('b'), 10, 1_000);
    w.live.tokens(target('c'), 20, 1_000);
    expect(w.say()).toBe('grant b');
    w.live.tokens(target('b'), 30, 1_000);
    expect(w.say()).toBe('grant c');
  });
});

/** Every strategy × every pair of neighbouring tiers × every `wake`: the better tier wins, but for the one exception. */
describe('tiers × strategies × wake', () => {
  const TIERS: readonly (readonly [string, Partial<EngineRoute>])[] = [
    ['ready', {}],
    ['busy', { max_concurrent: 0 }],
    ['coming', { phase: 'loading' }],
    ['startable', asleep],
    ['switch', { ...asleep, group: 'g', free_to_start: false }],
  ];
  const rows = (['priority', 'weighted', 'least-busy', 'lowest-latency', 'usage'] as const).flatMap((strategy) =>
    (['if-none-ready', 'always', 'never'] as const).flatMap((wake) =>
      TIERS.flatMap((better, i) => TIERS.slice(i + 1).map((worse) => ({ strategy, wake, better, worse }))),
    ),
  );
  it.each(rows)('$strategy, $wake: $better.0 before $worse.0, in whatever order they stand', (row) => {
    const { strategy, wake, better, worse } = row;
    const sleeps = (tier: string) => tier === 'startable' || tier === 'switch';
    const said = (tier: string, name: string) =>
      wake === 'never' && sleeps(tier) ? null : `${tier === 'ready' ? 'grant' : 'wait'} ${name}`;
    for (const file of [
      { a: worse, b: better },
      { a: better, b: worse },
    ]) {
      const w = world({ a: file.a[1], b: file.b[1] }, [model('m', [target('a'), target('b')], { strategy, wake })]);
      const first = file.a === better ? 'a' : 'b';
      const other = first === 'a' ? 'b' : 'a';
      const byFile = strategy === 'priority' && wake === 'always';
      const expected = byFile ? said(file.a[0], 'a') : (said(better[0], first) ?? said(worse[0], other));
      expect(w.say()).toBe(expected ?? 'a:engine_stopped b:engine_stopped');
    }
  });
});

describe('what one request may cause', () => {
  const group = { ...asleep, group: 'g', free_to_start: false };
  it('is one switch in all, also over fallbacks, which may cause none', () => {
    const models = [model('m', [target('a'), target('b')]), model('f', [target('c')])];
    const w = world({ a: group, b: group, c: group }, models);
    expect(w.say()).toBe('wait a');
    expect(w.ask.switched).toBe('a');
    w.become({ a: { phase: 'failed' } });
    expect(w.say()).toBe('a:engine_failed b:engine_stopped c:group_held');
  });
  it('is one start for each entry: the entry’s, then the fallback’s', () => {
    const models = [model('m', [target('a')]), model('f', [target('b'), target('c')])];
    const w = world({ a: asleep, b: asleep, c: asleep }, models);
    expect(w.say()).toBe('wait a');
    w.become({ a: { phase: 'failed' } });
    expect(w.say()).toBe('wait b');
    w.become({ a: { phase: 'failed' }, b: { phase: 'failed' } });
    expect(w.say()).toBe('a:engine_failed b:engine_failed c:engine_stopped');
  });
  it('ends with its time: what is ready counts, whatever entry it is of, and nothing is started any more', () => {
    const models = [model('m', [target('a'), target('b')]), model('f', [target('c')])];
    const w = world({ a: { phase: 'loading' }, b: asleep, c: asleep }, models);
    expect(w.say()).toBe('wait a');
    w.ask.expired = true;
    expect(w.say()).toBe('a:wait_timeout b:wait_timeout c:wait_timeout');
    w.become({ c: { phase: 'ready' } });
    expect(w.say()).toBe('grant c');
  });
});

describe('failures, cooling and fallbacks', () => {
  it('takes a target that failed this request after the others of its tier', () => {
    const w = world({ a: {}, b: {}, c: asleep }, abc());
    w.ask.failed = new Set(w.ask.failed).add('a/up');
    expect(w.say()).toBe('grant b');
    w.ask.failed = new Set(w.ask.failed).add('b/up');
    expect(w.say()).toBe('grant a');
  });
  it('leaves cooling targets out, but never the only one', () => {
    const w = world({ a: {}, b: {}, c: {} }, [...abc(), model('lone', [target('a')])]);
    w.cooldowns.fail('a/up', 0, 0, 30_000, 'It broke.');
    expect(w.say()).toBe('grant b');
    w.ask.floor = 1;
    expect(w.say()).toBe('grant a');
  });
  it('takes fallbacks before waiting for a cooling target, and waits when there are none', () => {
    const models = [model('m', [target('a'), target('b')]), model('f', [target('c')])];
    const w = world({ a: {}, b: {}, c: {} }, models);
    w.cooldowns.fail('a/up', 0, 0, 30_000, 'It broke.');
    w.cooldowns.fail('b/up', 0, 0, 20_000, 'It broke.');
    expect(w.say()).toBe('grant c');
    w.become({ c: { held: true } });
    expect(w.look()).toMatchObject({ kind: 'wait', engine: 'b', again: 20_000, why: 'cooling' });
    w.ask.expired = true;
    expect(w.say()).toBe('a:cooling b:cooling c:engine_held');
  });
  it('does not fall back merely because the first entry is loading', () => {
    const models = [model('m', [target('a')]), model('f', [target('b')])];
    const w = world({ a: asleep, b: {} }, models);
    expect(w.say()).toBe('wait a');
    w.become({ a: { phase: 'loading' } });
    expect(w.say()).toBe('wait a');
    w.ask.expired = true;
    expect(w.say()).toBe('grant b');
    w.ask.expired = false;
    w.become({ a: { phase: 'failed' } });
    expect(w.say()).toBe('grant b');
  });
  it('lets a fallback start an engine, but not switch a group', () => {
    const models = [model('m', [target('a')]), model('f', [target('b'), target('c')])];
    const w = world({ a: { held: true }, b: { ...asleep, free_to_start: false }, c: asleep }, models);
    expect(w.say()).toBe('wait c');
    w.become({ c: { held: true } });
    expect(w.say()).toBe('a:engine_held c:engine_held b:group_held');
  });
  it('has one that failed tried again once that is allowed, after those that can answer', () => {
    const w = world({ a: { phase: 'failed' }, b: { held: true } }, [model('m', [target('a'), target('b')])]);
    expect(w.say()).toBe('a:engine_failed b:engine_held');
    w.become({ a: { may_retry: true } });
    expect(w.say()).toBe('wait a');
    expect(
      world({ a: { phase: 'failed', may_retry: true }, b: {} }, [model('m', [target('a'), target('b')])]).say(),
    ).toBe('grant b');
    const manual = world({ a: { phase: 'failed', may_retry: true, start: 'manual' } }, [model('m', [target('a')])]);
    expect(manual.say()).toBe('a:engine_stopped');
  });
  it('does not wait for an engine that needs what can’t come up', () => {
    const block = { code: 'engine_failed', message: 'a needs z, which failed.' } as const;
    const w = world({ a: { ...asleep, block }, b: asleep }, [model('m', [target('a'), target('b')])]);
    expect(w.say()).toBe('wait b');
    w.become({ b: { held: true } });
    expect(w.look()).toMatchObject({ skips: [{ message: block.message }, {}] });
    expect(w.say()).toBe('a:engine_failed b:engine_held');
  });
  it('waits a moment for an engine that says "Loading model" though it looked ready', () => {
    const w = world({ a: {} }, [model('m', [target('a')])]);
    w.live.setLoading('a', 1_500);
    expect(w.look()).toMatchObject({ kind: 'wait', engine: 'a', again: 1_500 });
    w.live.setLoading('a', 1_000);
    expect(w.say()).toBe('grant a');
  });
});
