/** Settings of a LiteLLM config that are not about one model. */
import { type Fields, isFields } from './fields.ts';
import type { ImportedEngine } from './litellm-import-engines.ts';
import type { Notes } from './litellm-import-notes.ts';
import { MAX_DURATION_MS } from './scalars.ts';

/** Keys of `gateway`: its key, and a port that none of the servers has. */
export function importGateway(file: Fields, engines: readonly ImportedEngine[], notes: Notes): Fields {
  const general = isFields(file.general_settings) ? file.general_settings : {};
  const written = general.master_key;
  const variable = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(String(written))?.[1];
  const plain = variable === undefined && typeof written === 'string' && written !== '';
  if (plain) {
    const why = 'The key stands in plain text and is not copied: put it into secrets.yaml as `master-key`.';
    notes.leave(['general_settings', 'master_key'], why);
  }
  const key = variable !== undefined ? `\${env:${variable}}` : plain ? `\${secret:master-key}` : null;
  const used = new Set(engines.map((one) => one.port));
  let port = 4000;
  while (used.has(port)) port += 1;
  return {
    ...(port === 4000 ? {} : { port }),
    ...(key === null ? {} : { api_keys: [{ name: 'master', key }] }),
  };
}

/** Keys of `routing`; whatever else the settings hold is noted. */
export function importRouting(file: Fields, notes: Notes): Fields {
  const router = isFields(file.router_settings) ? file.router_settings : {};
  const package_ = isFields(file.litellm_settings) ? file.litellm_settings : {};
  const retries = router.num_retries ?? package_.num_retries;
  const fails = router.allowed_fails ?? package_.allowed_fails;
  const timeout = router.timeout ?? package_.request_timeout;
  const cooldown = router.cooldown_time;
  const limit = firstByte(timeout);
  const pause = duration(cooldown);
  for (const section of ['router_settings', 'litellm_settings', 'general_settings'] as const)
    for (const key of isFields(file[section]) ? Object.keys(file[section]) : [])
      if (!CARRIED[section].has(key)) notes.leave([section, key], why(section, key));
  for (const key of Object.keys(file))
    if (!SECTIONS.has(key)) notes.leave([key], 'This part of LiteLLM has no counterpart.');
  return {
    ...(whole(retries, 0, 100) ? { retries: Number(retries) } : {}),
    // It cools a target down at the failure *after* so many, we at the last of so many.
    ...(whole(fails, 0, 1_000_000) ? { allowed_fails: Number(fails) + 1 } : {}),
    ...(router.disable_cooldowns === true ? { cooldown: null } : pause === null ? {} : { cooldown: pause }),
    ...(limit === null ? {} : { timeouts: { first_byte: limit } }),
  };
}

const SECTIONS = new Set(['model_list', 'router_settings', 'litellm_settings', 'general_settings']);
const FALLBACKS = ['fallbacks', 'context_window_fallbacks', 'default_fallbacks'];
const CARRIED: Readonly<Record<'router_settings' | 'litellm_settings' | 'general_settings', ReadonlySet<string>>> = {
  router_settings: new Set([
    ...FALLBACKS,
    ...['routing_strategy', 'num_retries', 'allowed_fails', 'cooldown_time', 'disable_cooldowns', 'timeout'],
    'model_group_alias',
  ]),
  litellm_settings: new Set([...FALLBACKS, 'num_retries', 'allowed_fails', 'request_timeout']),
  general_settings: new Set(['master_key']),
};

function why(section: string, key: string): string {
  if (key === 'drop_params')
    return 'Requests reach an engine as they are; fields to leave out are named at the model (`params.drop`).';
  if (key === 'content_policy_fallbacks') return 'Here a refusal by a model is an answer like any other.';
  if (/callback|alerting|json_logs|verbose/.test(key))
    return 'Requests are seen on the Requests page and at `/metrics`.';
  if (/^cache|redis/.test(key)) return 'Answers are not cached, and the state needs no Redis.';
  if (/database|store_model/.test(key)) return 'There is no database: this file is all there is.';
  return `\`${section}\` has no counterpart for it.`;
}

const whole = (value: unknown, min: number, max: number): boolean =>
  value !== null &&
  value !== '' &&
  typeof value !== 'boolean' &&
  typeof value !== 'object' &&
  Number.isInteger(Number(value)) &&
  Number(value) >= min &&
  Number(value) <= max;

/** LiteLLM's seconds for a whole request as our limit until the answer begins; `null` when it is none. */
export function firstByte(value: unknown): string | null {
  return duration(value);
}

/** Seconds, a number or its text, as a duration of ours. */
function duration(value: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const seconds = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  const ms = Math.round(seconds * 1000);
  if (!Number.isSafeInteger(ms) || ms <= 0 || ms > MAX_DURATION_MS) return null;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
