/** Fallbacks of a LiteLLM config: lists of `{name: [others]}` in two sections. */
import { type Fields, isFields } from './fields.ts';
import type { ImportedModel } from './litellm-import-model.ts';
import type { Notes } from './litellm-import-notes.ts';
import type { Path } from './shape.ts';

/** Adds them to the models. One that would lead back to where it began is left out: ours end somewhere. */
export function fallbacksOf(
  file: Fields,
  models: ReadonlyMap<string, ImportedModel>,
  aliases: ReadonlyMap<string, string>,
  notes: Notes,
): void {
  const known = (name: string) => models.has(name) || aliases.has(name);
  const model = (name: string) => aliases.get(name) ?? name;

  function add(from: string, to: unknown, path: Path): void {
    const wanted = isFields(to) ? to.model : to;
    if (typeof wanted !== 'string') return notes.leave(path, 'A fallback is the name of a model.');
    if (!known(from)) return notes.leave(path, `There is no model \`${from}\` to fall back from.`);
    if (!known(wanted)) return notes.leave(path, `There is no model \`${wanted}\`.`);
    const own = models.get(model(from));
    if (own === undefined || own.fallbacks.includes(wanted)) return;
    if (reaches(model(wanted), model(from)))
      return notes.leave(path, `\`${wanted}\` falls back to \`${from}\` already; a circle has no end.`);
    own.fallbacks = [...own.fallbacks, wanted];
  }

  function reaches(from: string, to: string): boolean {
    const seen = new Set<string>();
    const open = [from];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (name === to) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      open.push(...(models.get(name)?.fallbacks ?? []).map(model));
    }
    return false;
  }

  for (const key of ['fallbacks', 'context_window_fallbacks', 'default_fallbacks'] as const) {
    const path = placeOf(file, key, notes);
    if (path === null) continue;
    const [section = ''] = path;
    const value = (file[section] as Fields)[key];
    if (!Array.isArray(value)) {
      notes.leave(path, 'Fallbacks are a list.');
      continue;
    }
    if (key === 'context_window_fallbacks')
      notes.leave(path, 'Carried over as `fallbacks`: here they also serve when no target can answer.');
    value.forEach((item: unknown, index) => {
      const here = [...path, index];
      if (key === 'default_fallbacks') {
        for (const name of models.keys()) if (name !== item) add(name, item, here);
      } else if (isFields(item)) {
        for (const [name, others] of Object.entries(item))
          for (const other of Array.isArray(others) ? others : [])
            for (const from of name === '*' ? models.keys() : [name])
              if (from !== other) add(from, other, [...here, name]);
      } else notes.leave(here, 'An item is one name with its fallbacks.');
    });
  }
}

/** The router's own settings win over the package's. */
function placeOf(file: Fields, key: string, notes: Notes): readonly string[] | null {
  const has = (section: string) => isFields(file[section]) && (file[section] as Fields)[key] != null;
  if (has('router_settings')) {
    if (has('litellm_settings'))
      notes.leave(['litellm_settings', key], 'LiteLLM takes the one in `router_settings`.');
    return ['router_settings', key];
  }
  return has('litellm_settings') ? ['litellm_settings', key] : null;
}
