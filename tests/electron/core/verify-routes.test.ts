import { describe, expect, it } from 'vitest';
import { planVerify, type VerifyFacts, type VerifyWish } from '../../../electron/core/verify-routes.ts';
import type { EngineView, ModelView, TargetPhase } from '../../../shared/model.ts';

const engine = (name: string, over: Partial<EngineView> = {}): EngineView =>
  ({
    ...{ name, kind: 'llama.cpp', owner: 'managed', phase: 'ready', held: false, start: 'on-demand', cause: null },
    ...{ url: `http://127.0.0.1:1/${name}`, ...over },
  }) as EngineView;

const model = (
  id: string,
  targets: readonly [string, string, TargetPhase?][],
  over: Partial<ModelView> = {},
): ModelView => ({
  ...{ id, origin: 'entry', alias_of: null, ...over },
  targets: targets.map(([engine, name, phase = 'ready']) => ({ engine, model: name, phase, progress: null })),
});

const facts = (over: Partial<VerifyFacts>): VerifyFacts => ({
  engines: [],
  models: [],
  fallbacks: {},
  litellm: {},
  ...over,
});
const ALL: VerifyWish = { models: [], via: null, wake: false };

/** `engine a: ask`, `stackyard target a/x: skipped engine_stopped`. */
const say = (known: VerifyFacts, wish: Partial<VerifyWish> = {}) =>
  planVerify(known, { ...ALL, ...wish }).plans.map(({ id, ways }) => [
    id,
    ...ways.map(({ via, engine, what, aim, known: k }) => {
      const words = [
        via,
        engine,
        via === 'stackyard' ? what : null,
        what === 'route' ? null : via === 'stackyard' ? aim : null,
      ];
      return `${words.filter((w) => w !== null).join(' ')}: ${k === null ? 'ask' : `${k.verdict} ${k.cause.code}`}`;
    }),
  ]);

describe('the ways of a model', () => {
  it('are each target directly, the gateway, each of several targets through it, and each fallback', () => {
    const known = facts({
      engines: [engine('a'), engine('b')],
      models: [
        model('m', [
          ['a', 'x'],
          ['b', 'y'],
        ]),
        model('spare', [['b', 'y']]),
      ],
      fallbacks: { m: ['spare'] },
    });
    expect(say(known, { models: ['m'] })).toEqual([
      [
        'm',
        'engine a: ask',
        'engine b: ask',
        'stackyard route: ask',
        'stackyard target a/x: ask',
        'stackyard target b/y: ask',
        'stackyard fallback spare: ask',
      ],
    ]);
    const [plan] = planVerify(known, { ...ALL, models: ['m'] }).plans;
    expect(plan?.ways.at(-1)).toMatchObject({ refuse: 1, expects: ['b/y'] });
    expect(plan).toMatchObject({ balanced: true, engines: new Set(['a', 'b']) });
  });

  it('include a LiteLLM that serves the name, and one that is the target itself only once', () => {
    const known = facts({
      engines: [engine('a'), engine('lite', { kind: 'litellm' })],
      models: [model('m', [['a', 'x']]), model('n', [['lite', 'n']], { origin: 'discovered' })],
      litellm: { lite: ['m', 'n'] },
    });
    expect(say(known)).toEqual([
      ['m', 'engine a: ask', 'litellm lite: ask', 'stackyard route: ask'],
      ['n', 'litellm lite: ask', 'stackyard route: ask'],
    ]);
  });

  it('are only those of `via`', () => {
    const known = facts({ engines: [engine('a')], models: [model('m', [['a', 'x']])] });
    expect(say(known, { via: 'engine' })).toEqual([['m', 'engine a: ask']]);
    expect(say(known, { via: 'litellm' })).toEqual([['m']]);
  });

  it('of an alias are the gateway alone', () => {
    const known = facts({
      engines: [engine('a')],
      models: [model('short', [['a', 'x']], { origin: 'alias', alias_of: 'm' })],
    });
    expect(say(known)).toEqual([['short', 'stackyard route: ask']]);
  });

  it('exist for ENGINE/MODEL too, and a name that leads nowhere is told', () => {
    const known = facts({ engines: [engine('a')], models: [] });
    const { plans, unknown } = planVerify(known, { ...ALL, models: ['a/x', 'b/x', 'a/', 'nothing'] });
    expect(plans.map(({ id }) => id)).toEqual(['a/x']);
    expect(unknown).toEqual(['b/x', 'a/', 'nothing']);
  });
});

describe('without asking', () => {
  const one = (over: Partial<EngineView>, phase?: TargetPhase, wake = false) =>
    say(facts({ engines: [engine('a', over)], models: [model('m', [['a', 'x', phase ?? 'ready']])] }), {
      wake,
    })[0]?.slice(1);
  const both = (words: string) => [`engine a: ${words}`, `stackyard route: ${words}`];

  it.each<[string, Partial<EngineView>, TargetPhase | undefined, string, string]>([
    ['ready', {}, 'ready', 'ask', 'ask'],
    ['cooling', {}, 'cooling', 'ask', 'ask'],
    ['not in its list', {}, 'unavailable', 'ask', 'ask'],
    ['stopped', { phase: 'stopped' }, 'not_loaded', 'skipped engine_stopped', 'ask'],
    ['not in memory', {}, 'not_loaded', 'skipped engine_stopped', 'ask'],
    ['asleep', {}, 'sleeping', 'skipped engine_stopped', 'ask'],
    ['starting', { phase: 'starting' }, 'loading', 'skipped engine_stopped', 'ask'],
    [
      'held by a person',
      { phase: 'stopped', held: true },
      'held',
      'skipped engine_stopped',
      'skipped engine_stopped',
    ],
    [
      'manual',
      { phase: 'stopped', start: 'manual' },
      'not_loaded',
      'skipped engine_stopped',
      'skipped engine_stopped',
    ],
    ['failed', { phase: 'failed' }, 'failed', 'failed engine_failed', 'failed engine_failed'],
    ['between two tries', { phase: 'backoff' }, 'unavailable', 'failed engine_failed', 'failed engine_failed'],
  ])('an engine that is %s: known, and with `wake`', (_, over, phase, plain, woken) => {
    expect(one(over, phase)).toEqual(both(plain));
    expect(one(over, phase, true)).toEqual(both(woken));
  });

  it('a server elsewhere that seems gone is asked itself, since it may only refuse our key', () => {
    const ways = ['engine a: ask', 'stackyard route: failed unreachable'];
    expect(one({ phase: 'stopped', owner: 'external' }, 'unavailable')).toEqual(ways);
  });

  it('a route is asked while one target may answer, and fails rather than rests when none may', () => {
    const targets: [string, string][] = [
      ['up', 'x'],
      ['down', 'x'],
      ['broken', 'x'],
    ];
    const engines = [engine('up'), engine('down', { phase: 'stopped' }), engine('broken', { phase: 'failed' })];
    const gateway = (some: [string, string][]) =>
      say(facts({ engines, models: [model('m', some)] }), { via: 'stackyard' })[0]?.[1];
    expect(gateway(targets)).toBe('stackyard route: ask');
    expect(gateway(targets.slice(1))).toBe('stackyard route: failed engine_failed');
    expect(gateway(targets.slice(1, 2))).toBe('stackyard route: skipped engine_stopped');
    expect(gateway([])).toBe('stackyard route: failed model_not_found');
    expect(gateway([['gone', 'x']])).toBe('stackyard route: failed unknown_engine');
  });

  it('a LiteLLM is not asked for what would wake the engine behind it', () => {
    const known = facts({
      engines: [engine('a', { phase: 'stopped' }), engine('lite', { kind: 'litellm' })],
      models: [model('m', [['a', 'x', 'not_loaded']])],
      litellm: { lite: ['m'] },
    });
    expect(say(known)[0]).toContain('litellm lite: skipped engine_stopped');
    expect(say(known, { wake: true })[0]).toContain('litellm lite: ask');
  });

  it.each<[string, Partial<EngineView>, string, string]>([
    ['refused for its file', { phase: 'failed' }, 'failed engine_failed', 'failed engine_failed'],
    ['stopped', { phase: 'stopped' }, 'skipped engine_stopped', 'ask'],
    ['held', { phase: 'stopped', held: true }, 'skipped engine_stopped', 'skipped engine_stopped'],
    ['gone elsewhere', { phase: 'stopped', owner: 'external' }, 'failed unreachable', 'failed unreachable'],
  ])('a LiteLLM that is %s is told of, for the names of its file, and with `wake`', (_, over, plain, woken) => {
    const known = facts({
      engines: [engine('a'), engine('lite', { kind: 'litellm', ...over })],
      models: [model('m', [['a', 'x']]), model('other', [['a', 'x']])],
      litellm: { lite: ['m'] },
    });
    expect(say(known)[0]).toEqual(['m', 'engine a: ask', `litellm lite: ${plain}`, 'stackyard route: ask']);
    expect(say(known, { wake: true })[0]).toContain(`litellm lite: ${woken}`);
    expect(say(known)[1]).toEqual(['other', 'engine a: ask', 'stackyard route: ask']);
  });
});
