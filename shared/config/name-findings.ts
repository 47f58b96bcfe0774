/** Names that point at each other: every one must exist, and no way may lead back to its start. */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { nearest } from './near.ts';
import { clip, finding, replacement, yamlText } from './report.ts';
import type { Config } from './schema.ts';
import type { Path } from './shape.ts';

/** Unknown engines and models, circles of dependencies, aliases and fallbacks. */
export function nameFindings(config: Config, at: Locator): readonly Finding[] {
  return [...engineNames(config, at), ...dependencies(config, at), ...modelNames(config, at)];
}

function engineNames(config: Config, at: Locator): Finding[] {
  const out: Finding[] = [];
  const check = (name: string, path: Path) => {
    if (Object.hasOwn(config.engines, name)) return;
    const names = Object.keys(config.engines);
    const near = nearest(name, names);
    out.push(
      finding(
        at,
        'unknown_engine',
        path,
        `There is no engine \`${clip(name)}\` under \`engines\`.`,
        near
          ? `Did you mean \`${near}\`?`
          : names.length > 0
            ? `Engines: ${names.join(', ')}.`
            : 'Add it under `engines`.',
        { fix: near ? replacement(`Write \`${near}\``, at.value(path), near) : null },
      ),
    );
  };
  for (const [name, engine] of Object.entries(config.engines)) {
    for (const [i, other] of engine.depends_on.entries()) check(other, ['engines', name, 'depends_on', i]);
  }
  for (const [id, model] of Object.entries(config.models)) {
    for (const [i, target] of model.targets.entries()) check(target.engine, ['models', id, 'targets', i, 'engine']);
  }
  for (const [i, pattern] of config.patterns.entries()) check(pattern.engine, ['patterns', i, 'engine']);
  return out;
}

function dependencies(config: Config, at: Locator): Finding[] {
  return circles(
    Object.keys(config.engines),
    (name) => config.engines[name]?.depends_on ?? [],
    (name, next) => ['engines', name, 'depends_on', config.engines[name]?.depends_on.indexOf(next) ?? 0],
    at,
    'would each wait for the other to be ready',
  );
}

function modelNames(config: Config, at: Locator): Finding[] {
  const out: Finding[] = [];
  const own = (map: object, name: string) => Object.hasOwn(map, name);
  const known = (name: string): boolean => {
    if (own(config.models, name) || own(config.aliases, name)) return true;
    const slash = name.indexOf('/');
    return slash > 0 && own(config.engines, name.slice(0, slash));
  };
  const check = (name: string, path: Path) => {
    if (known(name)) return;
    const near = nearest(name, [...Object.keys(config.models), ...Object.keys(config.aliases)]);
    out.push(
      finding(
        at,
        'unknown_model',
        path,
        `There is no model \`${clip(name)}\` under \`models\` or \`aliases\`.`,
        near
          ? `Did you mean \`${near}\`?`
          : 'Add it under `models`; for what an engine reports itself, write `engine/model`.',
        { fix: near ? replacement(`Write \`${near}\``, at.value(path), yamlText(near)) : null },
      ),
    );
  };
  for (const [alias, id] of Object.entries(config.aliases)) {
    check(id, ['aliases', alias]);
    if (own(config.models, alias)) {
      out.push(
        finding(
          at,
          'no_effect',
          ['aliases', alias],
          `The alias \`${clip(alias)}\` has no effect: a model of that name is under \`models\` and comes first.`,
          'Remove one of the two.',
          { mark: 'key', severity: 'warning' },
        ),
      );
    }
  }
  for (const [id, model] of Object.entries(config.models)) {
    for (const [i, name] of model.fallbacks.entries()) check(name, ['models', id, 'fallbacks', i]);
  }
  if (config.gateway.default_model !== null) check(config.gateway.default_model, ['gateway', 'default_model']);
  for (const [i, name] of config.verify.models.entries()) check(name, ['verify', 'models', i]);

  // one graph for both: an alias leads to its model, a model to its fallbacks
  const next = (name: string): readonly string[] =>
    own(config.models, name)
      ? (config.models[name]?.fallbacks ?? [])
      : own(config.aliases, name)
        ? [config.aliases[name] ?? '']
        : [];
  const place = (name: string, to: string): Path =>
    own(config.models, name) ? ['models', name, 'fallbacks', next(name).indexOf(to)] : ['aliases', name];
  const names = [...Object.keys(config.models), ...Object.keys(config.aliases)];
  return [...out, ...circles(names, next, place, at, 'lead back to each other')];
}

/** One finding per circle, at the step that closes it. */
function circles(
  names: readonly string[],
  next: (name: string) => readonly string[],
  place: (name: string, to: string) => Path,
  at: Locator,
  what: string,
): Finding[] {
  const out: Finding[] = [];
  const done = new Set<string>();
  for (const start of names) {
    // iterative, so that a chain of any length is fine
    const trail: string[] = [];
    const stack: { name: string; rest: string[] }[] = [];
    const enter = (name: string) => {
      trail.push(name);
      stack.push({ name, rest: [...next(name)] });
    };
    if (!done.has(start)) enter(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const to = top?.rest.shift();
      if (!top || to === undefined) {
        done.add(trail.pop() ?? '');
        stack.pop();
      } else if (trail.includes(to)) {
        const loop = [...trail.slice(trail.indexOf(to)), to];
        const text = loop.length === 2 ? `\`${to}\` leads to itself` : `${clip(loop.join(' → '))} ${what}`;
        out.push(finding(at, 'loop', place(top.name, to), `${text}.`, 'Remove one step of the circle.'));
      } else if (!done.has(to)) enter(to);
    }
  }
  return out;
}
