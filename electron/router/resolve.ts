import { PATTERN_NAME_LIMIT } from '../../shared/config/scalars.ts';
import type { EngineRoute, ModelRoute, RoutingTable, TargetRoute } from '../../shared/contract/router.ts';

/** A routing table made ready for look-ups; built once per table, never per request. */
export interface Compiled {
  readonly table: RoutingTable;
  readonly engines: ReadonlyMap<string, EngineRoute>;
  readonly models: ReadonlyMap<string, ModelRoute>;
  readonly aliases: ReadonlyMap<string, string>;
  /** Id → the first engine in file order that reports it. */
  readonly discovered: ReadonlyMap<string, string>;
  /** The same for the other names that engines know their models by. */
  readonly also: ReadonlyMap<string, string>;
  readonly patterns: readonly { readonly match: RegExp; readonly engine: string; readonly model: string | null }[];
}

/** Aliases of aliases are followed this far, so that a circle ends. */
const ALIAS_HOPS = 8;

/** Prepares a table. A pattern that is no valid expression is left out and reported through `warn`. */
export function compileTable(table: RoutingTable, warn: (text: string) => void): Compiled {
  const discovered = new Map<string, string>();
  for (const { id, engine } of table.discovered) if (!discovered.has(id)) discovered.set(id, engine);
  const also = new Map<string, string>();
  for (const { engine, also: names = [] } of table.discovered)
    for (const name of names) if (!also.has(name)) also.set(name, engine);
  const patterns: { match: RegExp; engine: string; model: string | null }[] = [];
  for (const pattern of table.patterns) {
    try {
      patterns.push({
        match: new RegExp(pattern.match, 'u'),
        engine: pattern.engine,
        model: pattern.model,
      });
    } catch (error) {
      warn(`pattern ${JSON.stringify(pattern.match)} is left out: ${(error as Error).message}`);
    }
  }
  return {
    table,
    engines: new Map(table.engines.map((engine) => [engine.name, engine])),
    models: new Map(table.models.map((model) => [model.id, model])),
    aliases: new Map(Object.entries(table.aliases)),
    discovered,
    also,
    patterns,
  };
}

/**
 * What a name stands for, in the order of design §4: entry, alias, `engine/model`, an id that an engine reports, pattern,
 * `default_model`; `null` when nothing matches. Names that are no entry give an entry of one target, whose id is the name.
 */
export function resolve(compiled: Compiled, name: string | null): ModelRoute | null {
  const found = name === null ? null : resolveName(compiled, name);
  if (found) return found;
  const fallback = compiled.table.default_model;
  return fallback === null ? null : resolveName(compiled, fallback);
}

/** As `resolve`, without `default_model`. */
export function resolveName(compiled: Compiled, asked: string): ModelRoute | null {
  let name = asked;
  for (let hop = 0; hop < ALIAS_HOPS; hop += 1) {
    const entry = compiled.models.get(name);
    if (entry) return entry;
    const next = compiled.aliases.get(name);
    if (next === undefined) break;
    name = next;
  }
  const slash = name.indexOf('/');
  if (slash > 0 && slash < name.length - 1) {
    const engine = compiled.engines.get(name.slice(0, slash));
    if (engine) return single(compiled, name, engine.name, name.slice(slash + 1));
  }
  const reporter = compiled.discovered.get(name) ?? compiled.also.get(name);
  if (reporter !== undefined) return single(compiled, name, reporter, name);
  if (name.length > PATTERN_NAME_LIMIT) return null;
  const pattern = compiled.patterns.find((p) => p.match.test(name));
  return pattern ? single(compiled, name, pattern.engine, pattern.model ?? name) : null;
}

/** All names that `GET /v1/models` could list, each once, for "did you mean". */
export const knownNames = (compiled: Compiled): ReadonlySet<string> =>
  new Set([...compiled.models.keys(), ...compiled.aliases.keys(), ...compiled.discovered.keys()]);

function single(compiled: Compiled, id: string, engine: string, model: string): ModelRoute {
  const target: TargetRoute = { engine, model, weight: 1, max_concurrent: null, context_length: null };
  return {
    id,
    targets: [target],
    strategy: 'priority',
    wake: 'if-none-ready',
    affinity: false,
    fallbacks: [],
    params: { set: {}, drop: [], rename: {} },
    timeouts: compiled.engines.get(engine)?.request_timeouts ?? compiled.table.routing.timeouts,
  };
}
