import type { Config, EngineConfig } from '../../shared/config/schema.ts';
import type { Plan } from '../../shared/model.ts';

/** A config with the revision of its text. */
export interface Revised {
  readonly config: Config;
  readonly revision: string;
}

/** Keys that a running process can't be told: a change means another run. All others take effect at once. */
const NEEDS_RESTART: ReadonlySet<string> = new Set([
  ...['kind', 'mode', 'manager', 'unit', 'url', 'host', 'port', 'api_key'],
  ...['command', 'args', 'env', 'cwd', 'model', 'models_dir', 'preset', 'config'],
]);

/**
 * What changing from one config to another would do, with the least disturbance. `running` names the engines that run now,
 * `inFlight` counts requests. A change of comments or order alone is no change.
 */
export function planChange(
  before: Revised | null,
  after: Revised,
  running: ReadonlySet<string>,
  inFlight: number,
): Plan {
  const engines = engineSteps(before?.config.engines ?? {}, after.config.engines, running);
  const gateway = gatewayStep(before?.config ?? null, after.config);
  const routes = changedRoutes(before?.config ?? null, after.config);
  const other = OTHER.filter((key) => !before || !same(before.config[key], after.config[key]));
  const disturbs =
    gateway.action === 'rebind' || engines.some((one) => one.running && ['restart', 'remove'].includes(one.action));
  return {
    base_revision: before?.revision ?? null,
    revision: after.revision,
    changed:
      engines.some((one) => one.action !== 'keep') ||
      gateway.action !== 'keep' ||
      routes.length > 0 ||
      other.length > 0,
    engines,
    routes,
    gateway,
    in_flight: disturbs ? inFlight : 0,
    other,
  };
}

const OTHER = ['routing', 'verify', 'gpu', 'logs', 'app'] as const;

function engineSteps(
  before: Config['engines'],
  after: Config['engines'],
  running: ReadonlySet<string>,
): Plan['engines'] {
  const kept = Object.entries(after).map(([name, engine]) => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const base = { name, running: running.has(name) };
    if (!old) return { ...base, action: 'add' as const, keys: [] };
    const keys = differences(old, engine);
    return { ...base, action: engineAction(old, engine, keys), keys };
  });
  const gone = Object.keys(before)
    .filter((name) => !Object.hasOwn(after, name))
    .map((name) => ({ name, running: running.has(name), action: 'remove' as const, keys: [] }));
  return [...kept, ...gone];
}

function engineAction(old: EngineConfig, engine: EngineConfig, keys: readonly string[]) {
  if (keys.length === 0) return 'keep' as const;
  // somebody else's process has nothing to restart: only where it is looked for changes
  const external = old.mode === 'external' && engine.mode === 'external';
  const restart = keys.some((key) => NEEDS_RESTART.has(key.split('.')[0] ?? key));
  return restart && !external ? ('restart' as const) : ('update' as const);
}

function gatewayStep(before: Config | null, after: Config): Plan['gateway'] {
  if (!before) return { action: 'rebind', keys: ['host', 'port'] };
  const keys = differences(before.gateway, after.gateway);
  const rebind = keys.includes('host') || keys.includes('port');
  return { action: keys.length === 0 ? 'keep' : rebind ? 'rebind' : 'update', keys };
}

/** Names whose meaning changes: model entries, then aliases, then patterns (by their `match`). */
function changedRoutes(before: Config | null, after: Config): readonly string[] {
  const changed = (old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>) =>
    [...new Set([...Object.keys(now), ...Object.keys(old)])].filter((name) => !same(own(old, name), own(now, name)));
  const patterns = [...after.patterns.keys(), ...(before?.patterns.keys() ?? [])].flatMap((i) => {
    const [old, now] = [before?.patterns[i], after.patterns[i]];
    return same(old, now) ? [] : [old?.match, now?.match].filter((match) => match !== undefined);
  });
  return [
    ...new Set([
      ...changed(before?.models ?? {}, after.models),
      ...changed(before?.aliases ?? {}, after.aliases),
      ...patterns,
    ]),
  ];
}

const own = (map: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(map, name) ? map[name] : undefined;

/** The keys in which two groups of keys differ; of settings below a key, `health.every`. */
function differences(old: object, now: object): readonly string[] {
  const [a, b] = [old as Record<string, unknown>, now as Record<string, unknown>];
  return Object.keys(b).flatMap((key) => {
    if (same(a[key], b[key])) return [];
    // names of variables are the user's, not keys of the config
    if (key === 'env' || !isMap(a[key]) || !isMap(b[key])) return [key];
    return differences(a[key], b[key]).map((below) => `${key}.${below}`);
  });
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Equal in content; the order of keys does not count, that of lists does. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}
