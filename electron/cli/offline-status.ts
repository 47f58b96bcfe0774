/** What `status` shows when no host runs: what the config file says, and that nothing more is known. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import type { ConfigView, EngineView, GatewayView, ModelView, TargetView } from '../../shared/model.ts';
import type { Paths } from '../host/paths.ts';
import { checkConfigFile } from './check-file.ts';
import type { CliIo } from './io.ts';

/** The shape of a snapshot; what only a host can tell is `null`. */
export interface OfflineStatus {
  readonly gateway: Pick<GatewayView, 'url' | 'phase' | 'cause'> & { readonly in_flight: null };
  readonly config: ConfigView;
  readonly engines: readonly (Omit<EngineView, OnlyWithHost | 'restarts'> & { readonly restarts: null })[];
  readonly models: readonly ModelView[];
  readonly router: { readonly pid: null };
}

type OnlyWithHost =
  | 'run_by'
  | 'adopted'
  | 'pulls'
  | 'in_flight'
  | 'waiting'
  | 'command'
  | 'loads_models'
  | 'pinned'
  | 'waits_for'
  | 'idle_stop_at'
  | 'made_room';

/** Reads the config file; never throws, a file that can't be read is among the findings. */
export async function offlineStatus(paths: Paths, io: CliIo): Promise<OfflineStatus> {
  const { config, findings } = await checkConfigFile(paths.config, io);
  const target = (engine: string, model: string): TargetView => ({ engine, model, phase: null, progress: null });
  const targets = (id: string): TargetView[] =>
    (config?.models[entryOf(id, config.aliases)]?.targets ?? []).map((one) => target(one.engine, one.model));
  return {
    gateway: { url: null, phase: 'stopped', in_flight: null, cause: null },
    config: { path: paths.config, revision: null, phase: null, findings, theme: null },
    engines: Object.entries(config?.engines ?? {}).map(([name, engine]) => offlineEngine(name, engine)),
    models: [
      ...Object.keys(config?.models ?? {}).map((id): ModelView => {
        return { id, origin: 'entry', alias_of: null, targets: targets(id) };
      }),
      ...Object.entries(config?.aliases ?? {}).map(([id, of]): ModelView => {
        return { id, origin: 'alias', alias_of: of, targets: targets(of) };
      }),
    ],
    router: { pid: null },
  };
}

/** An alias may stand for another one; `check` refuses circles. */
function entryOf(id: string, aliases: Readonly<Record<string, string>>): string {
  const of = Object.hasOwn(aliases, id) ? aliases[id] : undefined;
  return of === undefined ? id : entryOf(of, aliases);
}

function offlineEngine(name: string, engine: EngineConfig): OfflineStatus['engines'][number] {
  return {
    name,
    kind: engine.kind,
    owner: null,
    phase: null,
    // A hold ends with the host that kept it.
    held: false,
    pid: null,
    port: engine.port,
    url: engine.url === null ? rootFromPort(engine) : engine.url.replace(/\/+$/, '').replace(/\/v1$/, ''),
    version: null,
    since: null,
    restarts: null,
    memory: null,
    cause: null,
    start: engine.start,
    group: engine.group,
    progress: null,
    max_memory: engine.max_memory,
  };
}

const rootFromPort = ({ host, port }: EngineConfig): string | null =>
  port === null ? null : `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
