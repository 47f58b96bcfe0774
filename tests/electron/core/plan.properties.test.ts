/**
 * What a plan says is what taking it up does, for any two configs. What taking up does is found here without the plan: what each
 * engine would be started as, or where it would be asked, before and after, and what the router's table would hold.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EngineFacts } from '../../../electron/core/engine-facts.ts';
import { engineSettings } from '../../../electron/core/engine-settings.ts';
import { planChange, type Revised } from '../../../electron/core/plan.ts';
import { routingTable } from '../../../electron/core/table.ts';
import { addressOf } from '../../../electron/engines/address.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import type { Config, EngineConfig } from '../../../shared/config/schema.ts';

type Keys = Record<string, unknown>;

/** Values for keys of an engine that its process is told of by argument, variable or folder, and such that it is not. */
const TOLD: Readonly<Record<string, readonly unknown[]>> = {
  mode: ['managed', 'auto', 'external'],
  manager: ['process', 'systemd'],
  host: ['127.0.0.1', '127.0.0.2', '::1'],
  api_key: ['quite-secret', 'more-secret'],
  command: ['tool', '~/bin/tool'],
  args: [[], ['-t', '4'], ['4', '-t'], ['-t', '8']],
  env: [{}, { A: '1', B: '2' }, { B: '2', A: '1' }, { A: '2' }, { every: 'x' }],
  cwd: ['/tmp', '/srv'],
};
const UNTOLD: Readonly<Record<string, readonly unknown[]>> = {
  start: ['with-app', 'on-demand', 'manual'],
  idle_stop: ['5m', '1h', null],
  ready_timeout: ['1m', '60s', '10m'],
  stop_timeout: ['10s', '3s'],
  restart: [null, { max: 1 }, { max: 5, backoff: '2s' }, { backoff: '2s' }],
  health: [null, { every: '5s' }, { failures: 1 }, { every: '10s' }],
  max_memory: ['8GiB', '8192MiB', null],
  max_concurrent: [1, 2, null],
  group: ['gpu0', 'gpu1', null],
};
/** What names the model of a kind; ports are the engine's own, so that two never meet. */
const OF_KIND: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  'llama.cpp': { model: ['/m/a.gguf', '/m/b.gguf'], preset: [null, null, '/m/p.ini'] },
  vllm: { model: ['org/one', 'org/two'] },
  ollama: {},
};

const some = (values: Readonly<Record<string, readonly unknown[]>>): fc.Arbitrary<Keys> =>
  fc.record(Object.fromEntries(Object.entries(values).map(([key, list]) => [key, fc.constantFrom(...list)])), {
    requiredKeys: [],
  });

const engineOf = (port: number): fc.Arbitrary<Keys> =>
  fc.constantFrom(...Object.keys(OF_KIND)).chain((kind) =>
    fc
      .tuple(
        fc.record({ kind: fc.constant(kind), port: fc.constantFrom(port, port + 1) }),
        fc.record(
          Object.fromEntries(Object.entries(OF_KIND[kind] ?? {}).map(([k, list]) => [k, fc.constantFrom(...list)])),
        ),
        some(TOLD),
        some(UNTOLD),
      )
      .map(([base, own, told, untold]): Keys => {
        const keys: Keys = { ...base, ...own, ...told, ...untold };
        if (keys.manager === 'systemd') keys.unit = 'tool.service';
        if (keys.preset != null) delete keys.model;
        return keys;
      }),
  );

/** One key set, so that each alone must be seen to matter or not; or a few of those that no process is told. */
const changeOf = (port: number): fc.Arbitrary<Keys> =>
  fc.oneof(
    fc.constantFrom(
      ...Object.entries({ ...TOLD, ...UNTOLD, port: [port + 7] }).flatMap(([key, values]) =>
        values.map((value): Keys => ({ [key]: value })),
      ),
    ),
    some(UNTOLD),
  );

const NAMES = ['one', 'two', 'three'] as const;
const models: fc.Arbitrary<Keys> = fc.dictionary(
  fc.constantFrom('m', 'n', 'constructor'),
  fc.record(
    {
      targets: fc.constantFrom([{ engine: 'one', model: 'x' }], [{ engine: 'one', model: 'y', weight: 2 }]),
      strategy: fc.constantFrom('priority', 'weighted'),
      wake: fc.constantFrom('never', 'always'),
      params: fc.constantFrom({ set: { a: 1, b: 2 } }, { set: { b: 2, a: 1 } }, { drop: ['x'] }),
      timeouts: fc.constantFrom({ idle: '1m' }, { idle: '60s' }),
    },
    { requiredKeys: ['targets'] },
  ),
  { maxKeys: 3 },
);
const others: fc.Arbitrary<Keys> = fc.record(
  {
    gateway: fc.record(
      {
        host: fc.constantFrom('127.0.0.1', '::1'),
        port: fc.constantFrom(4000, 4001),
        max_body: fc.constantFrom('1MiB', '1024KiB', '2MiB'),
        list_discovered: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    aliases: fc.dictionary(fc.constantFrom('p', 'q'), fc.constantFrom('one/x', 'one/y')),
    patterns: fc.array(
      fc.record(
        { match: fc.constantFrom('^a', '^b'), engine: fc.constant('one') },
        { requiredKeys: ['match', 'engine'] },
      ),
      { maxLength: 2 },
    ),
    routing: fc.record(
      {
        retries: fc.constantFrom(1, 2),
        cooldown: fc.constantFrom('30s', null),
        timeouts: fc.constantFrom({ idle: '2m' }, { idle: '1m' }),
      },
      { requiredKeys: [] },
    ),
    verify: fc.constantFrom({}, { every: '1h' }),
    gpu: fc.constantFrom(null, { warn_celsius: 80 }),
    logs: fc.constantFrom({ files: 5 }, { files: 3 }),
    app: fc.constantFrom({ theme: 'dark' }, { on_file_change: 'ask' }),
  },
  { requiredKeys: [] },
);

/** A config, and another made from it: engines kept, changed key by key, made anew, added or gone; the rest perhaps. */
const pair = fc
  .tuple(
    fc.tuple(...NAMES.map((_, i) => engineOf(8000 + 10 * i))),
    fc.tuple(
      ...NAMES.map((_, i) =>
        fc.tuple(
          fc.constantFrom('keep', 'keep', 'change', 'change', 'change', 'anew', 'add', 'remove'),
          changeOf(8000 + 10 * i),
          engineOf(8000 + 10 * i),
        ),
      ),
    ),
    fc.tuple(models, models, fc.boolean()),
    fc.tuple(others, others, fc.boolean()),
    fc.boolean(),
  )
  .map(([engines, changes, [models1, models2, sameModels], [rest1, rest2, sameRest], turned]) => {
    const before: [string, Keys][] = [];
    const after: [string, Keys][] = [];
    NAMES.forEach((name, i) => {
      const [engine, [what, change, other]] = [engines[i], changes[i]] as [Keys, [string, Keys, Keys]];
      // the one that models lead to stays
      const way = name === 'one' && (what === 'add' || what === 'remove') ? 'change' : what;
      if (way !== 'add') before.push([name, engine]);
      if (way === 'keep' || way === 'add') after.push([name, engine]);
      if (way === 'change') {
        const keys: Keys = { ...engine, ...change };
        if (keys.manager === 'systemd') keys.unit = 'tool.service';
        else delete keys.unit;
        after.push([name, keys]);
      }
      if (way === 'anew') after.push([name, other]);
    });
    if (turned) after.reverse();
    const text = (list: readonly (readonly [string, Keys])[], routes: Keys, rest: Keys) =>
      JSON.stringify({ version: 1, engines: Object.fromEntries(list), models: routes, ...rest });
    return [
      text(before, models1, rest1),
      text(after, sameModels ? models1 : models2, sameRest ? rest1 : rest2),
    ] as const;
  });

/** What its process would be told, or for one that is another's where it is asked. The text of it: order in a list counts. */
function run(engine: EngineConfig): unknown {
  const { kind, mode, manager, unit, host, port, cwd } = engine;
  const address = addressOf(engine, port);
  if (mode === 'external') return { kind, mode, address };
  const at = { host, port: port ?? 0, platform: 'linux', home: '/home/ada' } as const;
  if (manager === 'systemd') return { kind, mode, unit, address };
  const made = PROFILES[kind].launch(engine, at);
  // variables have no order
  return { kind, mode, address, cwd, made };
}

/** The router's table over a config, with engines that never ran. */
function table(config: Config) {
  const facts = (engine: EngineConfig) =>
    ({
      config: engine,
      state: { phase: { is: 'stopped' }, owner: null, held: false, since: 0, run: null },
      speaks: PROFILES[engine.kind].speaks(engine),
      baseUrl: null,
      rootUrl: null,
      apiKey: engine.api_key,
      models: null,
      maxConcurrent: engine.max_concurrent,
      block: null,
      yielding: false,
      pinned: false,
      wished: false,
      inFlight: 0,
      waiting: 0,
    }) as unknown as EngineFacts;
  return routingTable({
    revision: 1,
    config,
    listen: { host: config.gateway.host, port: config.gateway.port },
    engines: Object.entries(config.engines).map(([name, engine]) => [name, facts(engine)] as const),
    keys: [],
    appToken: null,
    appOrigin: null,
    machineNames: [],
  });
}

const equal = (a: unknown, b: unknown) => isDeepStrictEqual(a, b);
const pick = (map: Readonly<Record<string, unknown>>, name: string) =>
  Object.hasOwn(map, name) ? map[name] : undefined;
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** Names that mean something else in the one table than in the other. */
function differingRoutes(before: Config, after: Config): readonly string[] {
  const [a, b] = [table(before), table(after)];
  const entries = (t: typeof a) =>
    Object.fromEntries([
      ...t.models.map((m) => [`m ${m.id}`, m]),
      ...Object.entries(t.aliases).map(([k, v]) => [`a ${k}`, v]),
    ]);
  const [x, y] = [entries(a), entries(b)];
  const named = [...Object.keys(x), ...Object.keys(y)].filter((key) => !equal(pick(x, key), pick(y, key)));
  const places = [...a.patterns, ...b.patterns].map((_, i) => i).filter((i) => !equal(a.patterns[i], b.patterns[i]));
  const patterns = places.flatMap((i) => [a.patterns[i]?.match, b.patterns[i]?.match]).filter((m) => m !== undefined);
  return sorted([...named.map((key) => key.slice(2)), ...patterns]);
}

function verify(before: Revised, after: Revised): Set<string> {
  const seen = new Set<string>();
  const running = new Set(['one', 'three']);
  const plan = planChange(before, after, running, 3);
  const [a, b] = [before.config, after.config];

  expect(sorted(plan.engines.map((e) => e.name))).toEqual(
    sorted([...Object.keys(a.engines), ...Object.keys(b.engines)]),
  );
  for (const { name, action, keys } of plan.engines) {
    seen.add(action);
    const [old, now] = [a.engines[name], b.engines[name]];
    if (old === undefined || now === undefined) {
      expect(action).toBe(old === undefined ? 'add' : 'remove');
      continue;
    }
    const another = !equal(run(old), run(now));
    // what it would be started as differs: it is said, and it is ended for it, unless it is another's
    if (another)
      expect([name, action]).toEqual([
        name,
        old.mode === 'external' && now.mode === 'external' ? 'update' : 'restart',
      ]);
    if (action === 'update' && old.mode !== 'external') expect(run(now)).toEqual(run(old));
    // no process is ended for what it is never told
    if (keys.every((key) => Object.hasOwn(UNTOLD, key.split('.')[0] ?? key))) expect(action).not.toBe('restart');
    if (action === 'keep') {
      expect(now).toEqual(old);
      expect(engineSettings(name, now)).toEqual(engineSettings(name, old));
    }
    expect(action === 'keep').toBe(keys.length === 0);
  }

  expect(sorted(plan.routes)).toEqual(differingRoutes(a, b));
  if (plan.routes.length > 0) seen.add('routes');
  const [t, u] = [table(a), table(b)];
  expect(plan.gateway.action === 'rebind').toBe(!equal(t.listen, u.listen));
  if (!equal(t.limits, u.limits) || t.list_discovered !== u.list_discovered)
    expect(plan.gateway.action).not.toBe('keep');
  expect(plan.other.includes('routing')).toBe(!equal(t.routing, u.routing));
  seen.add(plan.gateway.action);
  // nothing said means nothing done, and nothing done is not said
  expect(plan.changed).toBe(!equal(a, b));
  const ended = plan.engines.some(
    ({ name, action }) => running.has(name) && (action === 'restart' || action === 'remove'),
  );
  expect(plan.in_flight).toBe(ended || plan.gateway.action === 'rebind' ? 3 : 0);
  return seen;
}

it('says of every engine, route and port what taking it up would do to it', () => {
  const seen = new Map<string, number>();
  let used = 0;
  fc.assert(
    fc.property(pair, ([first, second]) => {
      const [before, after] = [parseConfig(first).config, parseConfig(second).config];
      if (before === null || after === null) return;
      used++;
      for (const what of verify({ config: before, revision: 'a' }, { config: after, revision: 'b' }))
        seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
    { numRuns: 800 },
  );
  // of what the generator is for, each comes up often
  expect(used).toBeGreaterThan(200);
  for (const what of ['keep', 'update', 'restart', 'add', 'remove', 'rebind', 'routes'])
    expect(seen.get(what) ?? 0, what).toBeGreaterThan(20);
  // 800 pairs of configs are much for a machine that runs everything else too.
}, 120_000);
