/** The routing table: everything the data plane may know, made from config and the engines' facts. */
import type { Config } from '../../shared/config/schema.ts';
import type { ClientKey, EngineRoute, ModelRoute, RoutingTable } from '../../shared/contract/router.ts';
import type { TargetPhase } from '../../shared/model.ts';
import type { EngineFacts } from './engine-facts.ts';
import { type AllFacts, causeOf, groupHolder, rivalsOf } from './stack-facts.ts';

export interface TableInput {
  readonly revision: number;
  readonly config: Config;
  /** Where the gateway listens; differs from config when port 0 was asked for and one is kept. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly engines: AllFacts;
  /** With secrets resolved; keys whose secret is missing are left out. */
  readonly keys: readonly ClientKey[];
  readonly appToken: string | null;
  readonly appOrigin: string | null;
  readonly machineNames: readonly string[];
}

/** One table for one moment. Pure: the same input gives the same table. */
export function routingTable(input: TableInput): RoutingTable {
  const { config } = input;
  return {
    revision: input.revision,
    listen: input.listen,
    access: {
      keys: input.keys,
      app_token: input.appToken,
      app_origin: input.appOrigin,
      allowed_hosts: config.gateway.allowed_hosts,
      machine_names: input.machineNames,
      cors_origins: config.gateway.cors_origins,
    },
    limits: {
      max_body: config.gateway.max_body,
      body_budget: config.gateway.body_budget,
      max_connections: config.gateway.max_connections,
    },
    routing: config.routing,
    engines: input.engines.map(([name, facts]) => engineRoute(name, facts, input.engines, config)),
    models: Object.entries(config.models).map(([id, model]) => modelRoute(id, model)),
    aliases: config.aliases,
    discovered: input.engines.flatMap(([engine, facts]) =>
      (facts.models ?? []).map(({ id, also = [] }) => ({ id, engine, also })),
    ),
    patterns: config.patterns,
    capture: config.gateway.capture,
    default_model: config.gateway.default_model,
    list_discovered: config.gateway.list_discovered,
  };
}

function modelRoute(id: string, model: Config['models'][string]): ModelRoute {
  return {
    id,
    targets: model.targets,
    strategy: model.strategy,
    wake: model.wake,
    affinity: model.affinity,
    fallbacks: model.fallbacks,
    params: model.params,
    timeouts: model.timeouts,
  };
}

function engineRoute(name: string, facts: EngineFacts, all: AllFacts, config: Config): EngineRoute {
  const { state } = facts;
  const phase = state.phase.is === 'ready' && facts.yielding ? 'draining' : state.phase.is;
  return {
    name,
    kind: facts.config.kind,
    base_url: facts.baseUrl,
    root_url: facts.rootUrl,
    api_key: facts.apiKey,
    phase,
    owner: state.owner,
    held: state.held,
    start: facts.config.start,
    group: facts.config.group,
    free_to_start: rivalsOf(name, facts, all).length === 0,
    group_holder: groupHolder(name, all),
    may_retry: state.phase.is === 'failed' && state.phase.mayRetry,
    block: facts.block,
    speaks: facts.speaks,
    progress: state.phase.is === 'loading' ? state.phase.progress : null,
    cause: causeOf(facts),
    max_concurrent: facts.maxConcurrent,
    models: modelPhases(facts),
    contexts: contexts(facts),
    request_timeouts: config.routing.timeouts,
  };
}

function modelPhases(facts: EngineFacts): Record<string, TargetPhase> {
  if (facts.state.phase.is !== 'ready') return {};
  return Object.fromEntries(
    (facts.models ?? []).flatMap(({ id, also = [], phase }) => [id, ...also].map((name) => [name, phase])),
  );
}

function contexts(facts: EngineFacts): Record<string, number> {
  const known = (facts.models ?? []).flatMap(({ id, context_length }) =>
    context_length == null ? [] : [[id, context_length] as const],
  );
  return Object.fromEntries(known);
}
