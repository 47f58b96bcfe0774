/**
 * Checks the config file of a LiteLLM proxy. An *error* is what keeps LiteLLM from starting, or makes every request to a name in
 * the file fail; everything else is a warning and stops nothing. What LiteLLM does with each mistake was tried on 1.106.2.
 */
import { isMap } from 'yaml';
import type { Finding } from '../model.ts';
import { type Fields, isFields } from './fields.ts';
import { entryFindings } from './litellm-entries.ts';
import { GENERAL_SETTINGS, LITELLM_SETTINGS, ROUTER_SETTINGS, SECTIONS, STRATEGIES } from './litellm-names.ts';
import { routeFindings, writtenNames } from './litellm-routes.ts';
import { type Locator, locator } from './locate.ts';
import { nearest } from './near.ts';
import { readYaml } from './parse.ts';
import { clip, finding, replacement, showValue } from './report.ts';
import { yamlComplaints } from './yaml-errors.ts';

export interface CheckedLitellm {
  /** By place in the file. */
  readonly findings: readonly Finding[];
  /** `general_settings.master_key` as written, perhaps `os.environ/NAME`; `null` when there is none. */
  readonly masterKey: string | null;
  /** What clients may ask for by it: entries and aliases as written, whether LiteLLM can serve them or not; no patterns. */
  readonly names: readonly string[];
}

/** Reads and checks the file. Never throws, whatever the text. */
export function checkLitellm(text: string): CheckedLitellm {
  try {
    return check(text);
  } catch (error) {
    const message =
      error instanceof RangeError ? 'The file is nested too deeply.' : `The file can’t be read: ${error}.`;
    const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const one: Finding = { severity: 'error', code: 'yaml_syntax', message, hint: null, path: [], ...place };
    return { ...NONE, findings: [one] };
  }
}

function check(text: string): CheckedLitellm {
  const doc = readYaml(text);
  const at = locator(text, doc);
  const found: Finding[] = yamlComplaints(text, doc).map((one) => {
    // PyYAML takes the last of two without a word.
    const severity = one.code === 'duplicate_key' ? 'warning' : 'error';
    return finding(at, one.code, [], one.message, one.hint, { severity, place: at.placeOf(one.span) });
  });
  if (doc.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return { ...NONE, findings: sorted(found) };
  const file: unknown = doc.toJS({ maxAliasCount: 100 }) ?? null;
  if (file === null) {
    const message = 'The file is empty, so LiteLLM would serve no model.';
    found.push(finding(at, 'empty_file', [], message, 'Write a `model_list:`.', { severity: 'warning' }));
    return { ...NONE, findings: found };
  }
  if (!isFields(file) || !isMap(doc.contents)) {
    const message = `LiteLLM’s config must be keys with values, not ${showValue(file)}; it does not start with it.`;
    found.push(finding(at, 'wrong_type', [], message, 'It should begin with `model_list:`.'));
    return { ...NONE, findings: sorted(found) };
  }
  found.push(...topLevel(file, at), ...sections(file, at), ...entryFindings(file, at), ...routeFindings(file, at));
  const key = isFields(file.general_settings) ? file.general_settings.master_key : null;
  return {
    findings: sorted(found),
    masterKey: typeof key === 'string' && key !== '' ? key : null,
    names: writtenNames(file),
  };
}

const NONE = { masterKey: null, names: [] } as const;

function topLevel(file: Fields, at: Locator): Finding[] {
  return Object.keys(file).flatMap((key) => {
    if (SECTIONS.has(key)) return [];
    const home = homeOf(key);
    if (home !== null) return [misplaced(at, [key], home)];
    const free = [...SECTIONS].filter((name) => !Object.hasOwn(file, name));
    const near = nearest(key, free);
    const message = `LiteLLM knows no \`${clip(key)}\` at the top of its config and passes over it.`;
    const fix = near === null ? null : replacement(`Rename to \`${near}\``, at.key([key]), near);
    const hint = near === null ? 'Remove it.' : `Did you mean \`${near}\`?`;
    return [finding(at, 'unknown_key', [key], message, hint, { mark: 'key', severity: 'warning', fix })];
  });
}

type Section = 'router_settings' | 'litellm_settings' | 'general_settings';

/** The section that takes a setting, when only one does. */
function homeOf(key: string): Section | null {
  const homes = (
    [
      ['router_settings', ROUTER_SETTINGS],
      ['litellm_settings', LITELLM_SETTINGS],
      ['general_settings', GENERAL_SETTINGS],
    ] as const
  ).filter(([, names]) => names.has(key));
  return homes.length === 1 ? (homes[0]?.[0] ?? null) : null;
}

function misplaced(at: Locator, path: readonly (string | number)[], home: string): Finding {
  const key = String(path.at(-1));
  const where = path.length === 1 ? 'at the top of the file' : `in \`${path[0]}\``;
  const message = `\`${key}\` has no effect ${where}.`;
  const hint = `Move it to \`${home}\`.`;
  return finding(at, 'misplaced_key', path, message, hint, { mark: 'key', severity: 'warning' });
}

function sections(file: Fields, at: Locator): Finding[] {
  const out: Finding[] = [];
  for (const name of ['litellm_settings', 'general_settings', 'router_settings'] as const) {
    const section = file[name];
    if (section === undefined || section === null) continue;
    if (!isFields(section)) {
      const router = name === 'router_settings';
      const effect = router ? 'LiteLLM passes over it' : 'LiteLLM does not start with it';
      const message = `\`${name}\` must be keys with values, not ${showValue(section)}; ${effect}.`;
      const hint = 'Write `key: value` lines below it, further indented.';
      out.push(finding(at, 'wrong_type', [name], message, hint, router ? { severity: 'warning' } : {}));
      continue;
    }
    for (const key of Object.keys(section)) out.push(...setting(name, key, section[key], at));
  }
  return out;
}

function setting(section: Section, key: string, value: unknown, at: Locator): Finding[] {
  const path = [section, key];
  const home = homeOf(key);
  // Of the attributes that `litellm_settings` can set, the router reads these as well.
  const shared = section === 'litellm_settings' && SHARED.has(key);
  if (section === 'router_settings' && (key === 'health_check_interval' || key === 'health_check_concurrency')) {
    const message = `LiteLLM does not start with \`${key}\` in \`router_settings\`.`;
    return [finding(at, 'misplaced_key', path, message, 'Move it to `general_settings`.', { mark: 'key' })];
  }
  if (home !== null && home !== section && !shared) return [misplaced(at, path, home)];
  if (section !== 'router_settings') return [];
  if (!ROUTER_SETTINGS.has(key)) {
    const near = nearest(key, ROUTER_SETTINGS);
    const message = `\`router_settings\` has no \`${clip(key)}\`; LiteLLM leaves it out.`;
    const fix = near === null ? null : replacement(`Rename to \`${near}\``, at.key(path), near);
    const hint = near === null ? 'Remove it.' : `Did you mean \`${near}\`?`;
    return [finding(at, 'unknown_key', path, message, hint, { mark: 'key', severity: 'warning', fix })];
  }
  if (key === 'routing_strategy' && value !== null && !STRATEGIES.has(String(value))) {
    const near = nearest(String(value), STRATEGIES);
    const message = `There is no routing strategy ${showValue(value)}; LiteLLM does not start with it.`;
    const fix = near === null ? null : replacement(`Write \`${near}\``, at.value(path), near);
    return [finding(at, 'bad_value', path, message, `Write one of ${[...STRATEGIES].join(', ')}.`, { fix })];
  }
  if ((key === 'timeout' || key === 'stream_timeout') && !isSeconds(value)) {
    const message = `\`${key}\` is a number of seconds, not ${showValue(value)}; every request fails with it.`;
    const seconds = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?s$/.exec(value)?.[1] : undefined;
    const fix = seconds === undefined ? null : replacement(`Write ${seconds}`, at.value(path), seconds);
    return [finding(at, 'wrong_type', path, message, 'Write it as a number, e.g. 30.', { fix })];
  }
  return [];
}

const SHARED: ReadonlySet<string> = new Set([
  ...['num_retries', 'fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks', 'default_fallbacks'],
  ...['allowed_fails', 'max_fallbacks', 'set_verbose'],
]);

const isSeconds = (value: unknown): boolean =>
  value === null ||
  typeof value === 'number' ||
  (typeof value === 'string' && (/^\d+(?:\.\d+)?$/.test(value.trim()) || value.startsWith('os.environ/')));

const sorted = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => a.line - b.line || a.column - b.column);
