/** What belongs to a failed proof: the log lines that speak of it, and where the config says what was asked. */
import type { Config } from '../../shared/config/schema.ts';
import type { Cause, LogLine } from '../../shared/model.ts';
import { keyOf, type ModelPlan, type WayPlan } from './verify-routes.ts';

const MOST = 8;
/** Words of trouble, or the status of an answer; a part of a time or of an amount is none. */
const COMPLAINT =
  /\b(err(or)?|fail(ed|ure)?|exception|traceback|panic|fatal|invalid|refused|denied|unauthori[sz]ed|not found|unknown|out of memory|cannot|can['’]t|unable)\b|(?<![\d.])[45]\d\d(?![\d.])/i;

/** The last few lines that complain of something; oldest first. */
export function complaints(lines: readonly LogLine[]): readonly LogLine[] {
  const loud = lines.filter(({ level, text }) => level === 'error' || level === 'warn' || COMPLAINT.test(text));
  return loud.slice(-MOST);
}

/** The engine whose log tells more of it. */
export function blamedEngine(plan: ModelPlan, way: WayPlan, answeredBy: string | null): string | null {
  if (way.engine !== null) return way.engine;
  const [first] = plan.engines;
  const key = answeredBy ?? way.expects?.[0] ?? null;
  return [...plan.engines].find((engine) => key?.startsWith(`${engine}/`)) ?? first ?? null;
}

/** Where the config says it; the nearest key above is meant where that is not written. */
export function configPath(
  config: Config,
  plan: ModelPlan,
  way: WayPlan,
  cause: Cause,
  engine: string | null,
): readonly (string | number)[] {
  const entry = config.models[plan.id];
  const ofEngine = engine === null ? ['gateway'] : ['engines', engine];
  if (way.what === 'fallback' && entry !== undefined) return ['models', plan.id, 'fallbacks', way.refuse - 1];
  if (cause.code === 'engine_config_invalid' && engine !== null) return ['engines', engine, 'config'];
  if (way.known !== null || ABOUT_ENGINE.has(cause.code)) return ofEngine;
  if (cause.code === 'invalid_api_key')
    return engine === null ? ['gateway', 'api_keys'] : ['engines', engine, 'api_key'];
  if (plan.origin === 'alias') return ['aliases', plan.id];
  if (way.via === 'litellm' && way.what === 'route') return ofEngine;
  if (entry === undefined) return ofEngine;
  const aim = way.aim ?? (entry.targets.length === 1 && entry.targets[0] ? keyOf(entry.targets[0]) : null);
  const index = entry.targets.findIndex((target) => keyOf(target) === aim);
  return index < 0 ? ['models', plan.id] : ['models', plan.id, 'targets', index, 'model'];
}

const ABOUT_ENGINE: ReadonlySet<Cause['code']> = new Set([
  'unreachable',
  'upstream_timeout',
  'engine_failed',
  'engine_stopped',
  'out_of_memory',
  'not_supported_by_engine',
  'ready_timeout',
]);
