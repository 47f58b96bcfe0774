/** Findings about names in a LiteLLM config that stand for other names: aliases and fallbacks. */
import type { Finding } from '../model.ts';
import { type Fields, isFields } from './fields.ts';
import type { Locator } from './locate.ts';
import { nearest } from './near.ts';
import { clip, type Fix, finding, replacement, showValue, yamlText } from './report.ts';
import type { Path } from './shape.ts';

interface Names {
  readonly all: ReadonlySet<string>;
  /** Those of the `model_list`. */
  readonly entries: ReadonlySet<string>;
  /** Whether a request for this name would find an entry, also by a `*` in one. */
  readonly known: (name: string) => boolean;
  /** Models may come from elsewhere (included files, a database), so that a missing name proves nothing. */
  readonly open: boolean;
}

/** Aliases and fallbacks in `router_settings` and `litellm_settings`; `file` is the whole config. */
export function routeFindings(file: Fields, at: Locator): readonly Finding[] {
  const names = namesOf(file);
  const out: Finding[] = [];
  for (const section of ['router_settings', 'litellm_settings']) {
    const settings = file[section];
    if (!isFields(settings)) continue;
    if (section === 'router_settings' && settings.model_group_alias !== undefined)
      out.push(...aliases(settings.model_group_alias, names, [section, 'model_group_alias'], at));
    for (const key of ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'])
      if (settings[key] !== undefined) out.push(...fallbacks(settings[key], names, [section, key], at));
    const usual = settings.default_fallbacks;
    if (usual !== undefined) out.push(...targets(usual, names, [section, 'default_fallbacks'], at));
  }
  return out;
}

/** Names of entries and aliases, without patterns; in the order of the file. */
export function writtenNames(file: Fields): readonly string[] {
  return [...namesOf(file).all].filter((name) => !name.includes('*'));
}

function namesOf(file: Fields): Names {
  const list = Array.isArray(file.model_list) ? file.model_list : [];
  const written = list.flatMap((entry: unknown) =>
    isFields(entry) && typeof entry.model_name === 'string' ? [entry.model_name] : [],
  );
  const patterns = written.filter((name) => name.includes('*'));
  const router = isFields(file.router_settings) ? file.router_settings.model_group_alias : null;
  const all = new Set([...written, ...(isFields(router) ? Object.keys(router) : [])]);
  const general = isFields(file.general_settings) ? file.general_settings : {};
  return {
    all,
    entries: new Set(written),
    known: (name) => all.has(name) || patterns.some((pattern) => fits(pattern, name)),
    open: file.include !== undefined || general.store_model_in_db === true,
  };
}

/** Whether a name fits a pattern with `*` for anything; without a regular expression, so it always ends soon. */
function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, from);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}

function aliases(value: unknown, names: Names, path: Path, at: Locator): Finding[] {
  if (value === null) return [];
  if (!isFields(value)) {
    const message = `\`model_group_alias\` must be names with the model of each, not ${showValue(value)}; LiteLLM does not start with it.`;
    return [finding(at, 'wrong_type', path, message, 'Write `alias: model` lines below it.')];
  }
  return Object.entries(value).flatMap(([alias, of]) => oneAlias(alias, of, names, [...path, alias], at));
}

function oneAlias(alias: string, of: unknown, names: Names, path: Path, at: Locator): Finding[] {
  if (Array.isArray(of)) return [listAlias(alias, of, names, path, at)];
  if (typeof of === 'string') return missingName(of, names, path, at, `Every request to \`${clip(alias)}\` fails.`);
  if (isFields(of)) {
    if (typeof of.model === 'string')
      return missingName(of.model, names, [...path, 'model'], at, `Every request to \`${clip(alias)}\` fails.`);
    const message = `The alias \`${clip(alias)}\` names no \`model\`; every request to it fails.`;
    return [
      finding(at, 'missing_key', [...path, 'model'], message, 'Add `model: NAME`.', { place: at.place(path, 'key') }),
    ];
  }
  const message = `The alias \`${clip(alias)}\` must be the name of a model, not ${showValue(of)}.`;
  return [
    finding(at, 'wrong_type', path, message, 'Write `alias: model`.', {
      severity: of === null ? 'warning' : 'error',
    }),
  ];
}

/** Older releases fail every request to it with `list indices must be integers or slices, not str`; newer ones find no model. */
function listAlias(alias: string, of: readonly unknown[], names: Names, path: Path, at: Locator): Finding {
  const only = of.length === 1 && typeof of[0] === 'string' && names.known(of[0]) ? of[0] : null;
  const needless = only === null && names.entries.has(alias);
  const message =
    `The alias \`${clip(alias)}\` is a list where LiteLLM expects one name: depending on its release, every request to ` +
    `\`${clip(alias)}\` fails (“list indices must be integers or slices, not str”), or the alias does nothing.`;
  const hint = needless
    ? `Remove it: \`${clip(alias)}\` is in the \`model_list\` already. Several servers of one name are several entries there.`
    : 'Write one name, or `{model: NAME, hidden: true}`. Several servers of one name are several entries of the `model_list`.';
  const fix =
    only !== null
      ? replacement(`Write \`${clip(only)}\``, at.value(path), yamlText(only))
      : needless
        ? removal(alias, path, at)
        : null;
  return finding(at, 'wrong_type', path, message, hint, { mark: 'key', fix });
}

/** Takes the alias out with its lines, where it stands on lines of its own. */
function removal(alias: string, path: Path, at: Locator): Fix | null {
  const key = at.key(path);
  const value = at.value(path);
  if (key === null || value === null) return null;
  const text = at.source({ start: 0, end: Number.MAX_SAFE_INTEGER });
  const start = text.lastIndexOf('\n', key.start - 1) + 1;
  if (text.slice(start, key.start).trim() !== '') return null;
  // A block ends where its last item does, or after the line break behind it.
  const last = text.slice(0, value.end).trimEnd().length;
  const eol = text.indexOf('\n', last);
  const end = eol < 0 ? text.length : eol + 1;
  return { title: `Remove the alias \`${clip(alias)}\``, edits: [{ start, end, text: '' }] };
}

/** A list of maps with one name each, and the names to try after it. */
function fallbacks(value: unknown, names: Names, path: Path, at: Locator): Finding[] {
  if (value === null) return [];
  const key = String(path.at(-1));
  const example = 'Write a list of `- name: [other]`, one name each.';
  if (!Array.isArray(value)) {
    const message = `\`${key}\` must be a list, not ${showValue(value)}; LiteLLM does not start with it.`;
    return [finding(at, 'wrong_type', path, message, example)];
  }
  return value.flatMap((item: unknown, index) => {
    const here = [...path, index];
    if (!isFields(item) || Object.keys(item).length !== 1) {
      const what = isFields(item) ? `${Object.keys(item).length} keys` : showValue(item);
      const message = `Each item of \`${key}\` must be one name with its fallbacks, not ${what}; LiteLLM does not start with it.`;
      return [finding(at, 'wrong_type', here, message, example)];
    }
    return Object.entries(item).flatMap(([name, others]) => [
      ...(name === '*' ? [] : missingName(name, names, [...here, name], at, 'The fallback is never used.', 'key')),
      ...targets(others, names, [...here, name], at),
    ]);
  });
}

function targets(value: unknown, names: Names, path: Path, at: Locator): Finding[] {
  if (value === null) return [];
  if (typeof value === 'string') {
    const message = 'Fallbacks are a list of names; LiteLLM takes a text apart letter by letter.';
    const span = at.value(path);
    const fix = replacement('Make it a list', span, `[${yamlText(value)}]`);
    return [finding(at, 'wrong_type', path, message, `Write \`[${clip(value)}]\`.`, { severity: 'warning', fix })];
  }
  if (!Array.isArray(value)) {
    const message = `Fallbacks are a list of names, not ${showValue(value)}.`;
    return [finding(at, 'wrong_type', path, message, 'Write `[name, other]`.', { severity: 'warning' })];
  }
  return value.flatMap((name: unknown, index) => {
    // Parameters for one fallback may be given as `{model: …}`.
    const wanted = isFields(name) ? name.model : name;
    if (typeof wanted !== 'string') return [];
    const here = isFields(name) ? [...path, index, 'model'] : [...path, index];
    return missingName(wanted, names, here, at, 'A request that falls back to it fails.', 'value', 'warning');
  });
}

function missingName(
  name: string,
  names: Names,
  path: Path,
  at: Locator,
  effect: string,
  mark: 'key' | 'value' = 'value',
  severity: 'error' | 'warning' = mark === 'key' ? 'warning' : 'error',
): Finding[] {
  if (names.known(name)) return [];
  const near = nearest(name, names.all);
  const message = `There is no model \`${clip(name)}\` in the \`model_list\`. ${effect}`;
  const span = mark === 'key' ? at.key(path) : at.value(path);
  const fix = near === null ? null : replacement(`Write \`${clip(near)}\``, span, yamlText(near));
  const hint = near === null ? 'Add an entry for it, or remove the name.' : `Did you mean \`${clip(near)}\`?`;
  return [
    finding(at, 'unknown_model', path, message, hint, { mark, severity: names.open ? 'warning' : severity, fix }),
  ];
}
