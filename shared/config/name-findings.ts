/** Names that point at each other: every one must exist, and no way may lead back to its start. */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { GUESSES, nearest } from './near.ts';
import { clip, finding, replacement, yamlText } from './report.ts';
import type { Config, EngineConfig } from './schema.ts';
import { servedByFlag } from './served-names.ts';
import type { Path } from './shape.ts';

/** Unknown engines and models, models that nobody serves, circles of dependencies, aliases and fallbacks. */
export function nameFindings(config: Config, at: Locator): readonly Finding[] {
  return [
    ...engineNames(config, at),
    ...dependencies(config, at),
    ...modelNames(config, at),
    ...notServed(config, at),
  ];
}

function engineNames(config: Config, at: Locator): Finding[] {
  const out: Finding[] = [];
  const check = (name: string, path: Path) => {
    if (Object.hasOwn(config.engines, name)) return;
    const names = Object.keys(config.engines);
    const near = out.length < GUESSES ? nearest(name, names) : null;
    out.push(
      finding(
        at,
        'unknown_engine',
        path,
        `There is no engine \`${clip(name)}\` under \`engines\`.`,
        near
          ? `Did you mean \`${near}\`?`
          : names.length > 0
            ? `Engines: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}.`
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
  const names = [...Object.keys(config.models), ...Object.keys(config.aliases)];
  const known = (name: string): boolean => {
    if (own(config.models, name) || own(config.aliases, name)) return true;
    const slash = name.indexOf('/');
    return slash > 0 && own(config.engines, name.slice(0, slash));
  };
  const check = (name: string, path: Path) => {
    if (known(name)) return;
    const near = out.length < GUESSES ? nearest(name, names) : null;
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
  return [...out, ...circles(names, next, place, at, 'lead back to each other')];
}

/** Targets that their engine will answer with “there is no such model”: an error once no other target is left. */
function notServed(config: Config, at: Locator): Finding[] {
  return Object.entries(config.models).flatMap(([id, model]) => {
    const dead = model.targets.flatMap((target, i) => {
      const engine = own(config.engines, target.engine) ? config.engines[target.engine] : undefined;
      const names = engine ? certainNames(engine) : null;
      return names === null || names.includes(target.model) ? [] : [{ i, target, names }];
    });
    return dead.map(({ i, target, names }): Finding => {
      const path = ['models', id, 'targets', i, 'model'];
      const only = names.map((name) => `\`${clip(name)}\``).join(', ');
      const alone = dead.length === model.targets.length;
      const [name] = names;
      return finding(
        at,
        'not_served',
        path,
        `Engine \`${target.engine}\` serves ${only} only, so ${alone ? `nobody serves \`${clip(id)}\`` : 'this target never answers'}.`,
        'Name the model as the engine does, or give the engine `--served-model-name` with this name.',
        {
          severity: alone ? 'error' : 'warning',
          fix: name === undefined ? null : replacement(`Write \`${clip(name)}\``, at.value(path), yamlText(name)),
        },
      );
    });
  });
}

/**
 * The names that an engine answers to, when no other can be: vLLM refuses any but these. `null` where that can't be told: others
 * take whatever name, have a folder of models, or are run by somebody else.
 */
function certainNames(engine: EngineConfig): readonly string[] | null {
  const { kind, mode, manager, model, args } = engine;
  if (kind !== 'vllm' || mode !== 'managed' || manager !== 'process' || model === null) return null;
  const more = args.some((arg) => /^--(?:lora-modules|config|model|enable-lora)(?:=|$)/.test(arg));
  const names = servedByFlag(args) ?? [model];
  return more || names.some((name) => name.includes('${')) ? null : names;
}

const own = (map: object, name: string): boolean => Object.hasOwn(map, name);

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
    const onTrail = new Set<string>();
    const stack: { name: string; rest: string[] }[] = [];
    const enter = (name: string) => {
      trail.push(name);
      onTrail.add(name);
      stack.push({ name, rest: [...next(name)] });
    };
    if (!done.has(start)) enter(start);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const to = top?.rest.shift();
      if (!top || to === undefined) {
        const left = trail.pop() ?? '';
        done.add(left);
        onTrail.delete(left);
        stack.pop();
      } else if (onTrail.has(to)) {
        const loop = [...trail.slice(trail.indexOf(to)), to];
        const text = loop.length === 2 ? `\`${to}\` leads to itself` : `${clip(loop.join(' → '))} ${what}`;
        out.push(finding(at, 'loop', place(top.name, to), `${text}.`, 'Remove one step of the circle.'));
      } else if (!done.has(to)) enter(to);
    }
  }
  return out;
}
