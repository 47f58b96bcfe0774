/** The snapshot that every surface shows, made from the same facts as the routing table. */
import type { Config } from '../../shared/config/schema.ts';
import type {
  ConfigView,
  EngineView,
  GatewayView,
  ModelView,
  StackSnapshot,
  TargetView,
} from '../../shared/model.ts';

import { type EngineFacts, isCalled, targetPhase } from './engine-facts.ts';
import { type AllFacts, causeOf, waitsFor } from './stack-facts.ts';

export interface ViewInput {
  readonly revision: number;
  readonly config: Config | null;
  readonly configView: ConfigView;
  readonly gateway: GatewayView;
  readonly engines: AllFacts;
  readonly routerPid: number | null;
  readonly stackOn: boolean;
  readonly host: StackSnapshot['host'];
}

/** One snapshot for one moment. */
export function stackSnapshot(input: ViewInput): StackSnapshot {
  const engines = input.engines.map(([name, facts]) => engineView(name, facts, input.engines));
  return {
    schema: 1,
    revision: input.revision,
    stack_on: input.stackOn,
    light: light(input, engines),
    gateway: input.gateway,
    config: input.configView,
    engines,
    models: input.config === null ? [] : modelViews(input.config, input.engines),
    router: { pid: input.routerPid },
    host: input.host,
  };
}

function engineView(name: string, facts: EngineFacts, all: AllFacts): EngineView {
  const { state, config } = facts;
  return {
    name,
    kind: config.kind,
    owner: state.owner,
    phase: state.phase.is,
    held: state.held,
    pid: facts.pid,
    port: facts.port,
    url: facts.rootUrl,
    version: facts.version,
    since: facts.since,
    restarts: facts.restarts,
    memory: facts.memory,
    cause: causeOf(facts) ?? facts.remark,
    run_by: facts.runBy,
    adopted: state.owner === 'external' && config.mode === 'auto',
    start: config.start,
    group: config.group,
    progress: state.phase.is === 'loading' ? state.phase.progress : null,
    in_flight: facts.inFlight,
    waiting: facts.waiting,
    command: facts.command,
    loads_models: facts.loadsModels,
    pulls: facts.pulls,
    pinned: facts.pinned,
    waits_for: waitsFor(name, facts, all),
    idle_stop_at: facts.idleStopAt,
    max_memory: config.max_memory,
    made_room: facts.madeRoom,
  };
}

/** Model entries, then aliases, then ids that engines report, each once (contract: HTTP, `GET /v1/models`). */
function modelViews(config: Config, engines: ViewInput['engines']): ModelView[] {
  const byName = new Map(engines);
  const view = (engine: string, model: string, configured: number | null = null): TargetView => {
    const facts = byName.get(engine);
    const known = facts?.models?.find((one) => isCalled(one, model));
    return {
      engine,
      model,
      ...(facts ? targetPhase(facts, model) : { phase: 'unavailable', progress: null }),
      context_length: configured ?? known?.context_length ?? null,
      bytes: known?.bytes ?? null,
      can: known?.can ?? null,
      quantization: known?.quantization ?? null,
    };
  };
  const targets = (id: string) =>
    (config.models[id]?.targets ?? []).map((t) => view(t.engine, t.model, t.context_length));
  const entries = Object.keys(config.models).map(
    (id): ModelView => ({ id, origin: 'entry', alias_of: null, targets: targets(id) }),
  );
  const aliases = Object.entries(config.aliases).map(
    ([id, of]): ModelView => ({ id, origin: 'alias', alias_of: of, targets: targets(of) }),
  );
  const seen = new Set([...entries, ...aliases].map(({ id }) => id));
  const discovered: ModelView[] = [];
  for (const [engine, facts] of config.gateway.list_discovered ? engines : []) {
    for (const { id } of facts.models ?? []) {
      if (seen.has(id)) continue;
      seen.add(id);
      discovered.push({ id, origin: 'discovered', alias_of: null, targets: [view(engine, id)] });
    }
  }
  return [...entries, ...aliases, ...discovered];
}

/** Worst first: attention, starting, on; off when the stack is off or the gateway is down. */
function light(input: ViewInput, engines: readonly EngineView[]): StackSnapshot['light'] {
  const bad = engines.some(
    (e) =>
      e.phase === 'failed' ||
      e.phase === 'backoff' ||
      (e.phase === 'unhealthy' && !e.held) ||
      (e.phase === 'ready' && e.cause !== null),
  );
  if (input.gateway.phase === 'failed' || input.config === null || bad) return 'attention';
  if (input.configView.phase === 'invalid') return 'attention';
  if (!input.stackOn) return 'off';
  const coming = engines.some((e) => e.phase === 'starting' || e.phase === 'loading');
  if (coming || input.gateway.phase !== 'ready') return 'starting';
  return 'on';
}
