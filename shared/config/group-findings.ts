/** What a group makes impossible: of its engines only one runs at a time. */
import type { Finding } from '../model.ts';
import type { Locator } from './locate.ts';
import { clip, finding, replacement } from './report.ts';
import type { Config } from './schema.ts';

/** Engines of one group that are to run together: with the app, or since one depends on the other. */
export function groupFindings(config: Config, at: Locator): Finding[] {
  return [...starts(config, at), ...dependencies(config, at)];
}

function starts(config: Config, at: Locator): Finding[] {
  const first = new Map<string, string>();
  return Object.entries(config.engines).flatMap(([name, engine]): Finding[] => {
    if (engine.group === null || engine.start !== 'with-app' || engine.mode === 'external') return [];
    const other = first.get(engine.group);
    if (other === undefined) {
      first.set(engine.group, name);
      return [];
    }
    return [
      finding(
        at,
        'group_clash',
        ['engines', name, 'start'],
        `\`${name}\` and \`${other}\` are both to start with the app, but of group \`${clip(engine.group)}\` only one runs at a time.`,
        'Write `start: on-demand` for one of them.',
        { fix: replacement('Start it on demand', at.value(['engines', name, 'start']), 'on-demand') },
      ),
    ];
  });
}

/** Told once, where the two meet first: what depends on that engine in turn only inherits it. */
function dependencies(config: Config, at: Locator): Finding[] {
  return Object.entries(config.engines).flatMap(([name, engine]) => {
    /** Group → its engine that has to run, and the dependency it came by (`null`: the engine itself). */
    const needed = new Map(
      engine.group === null ? [] : [[engine.group, { engine: name, by: null as number | null }]],
    );
    for (const [i, dependency] of engine.depends_on.entries()) {
      for (const member of reach(config, dependency)) {
        const group = config.engines[member]?.group ?? null;
        if (group === null || member === name) continue;
        const other = needed.get(group);
        if (other === undefined) needed.set(group, { engine: member, by: i });
        else if (other.engine !== member && other.by !== i) {
          const what =
            other.by === null
              ? `\`${name}\` depends on \`${member}\`, and both are`
              : `\`${name}\` depends on \`${other.engine}\` and on \`${member}\`, and both are`;
          return [
            finding(
              at,
              'group_dependency',
              ['engines', name, 'depends_on', i],
              `${what} of group \`${clip(group)}\`, of which only one runs at a time.`,
              `Take one of them out of the group, or \`${dependency}\` out of \`depends_on\`.`,
            ),
          ];
        }
      }
    }
    return [];
  });
}

/** An engine and all that it depends on; circles and unknown names are told elsewhere. */
function reach(config: Config, name: string): ReadonlySet<string> {
  const found = new Set([name]);
  for (const one of found) for (const next of config.engines[one]?.depends_on ?? []) found.add(next);
  return found;
}
