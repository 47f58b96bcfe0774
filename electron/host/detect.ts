/** What the first run finds on this machine. Everything is asked in parallel, nothing is started, woken or changed. */
import { defaultMode } from '../../shared/config/schema.ts';
import type { Detected, Found } from '../../shared/contract/detected.ts';
import { findPrograms } from './detect-programs.ts';
import { findServers } from './detect-servers.ts';
import { enginePorts } from './listeners.ts';
import { findModelFolders } from './model-folders.ts';
import { describeHolder, portIsFree } from './port-use.ts';
import { portHolder } from './ports.ts';

export interface DetectOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Where the config would be written; only passed on. */
  readonly configPath: string;
  readonly platform?: NodeJS.Platform;
  /** Where servers are looked for; when not given also wherever a known program listens. */
  readonly ports?: readonly number[];
  /** The gateway's port of choice. */
  readonly gatewayPort?: number;
  /** For each single question to a server, ms. */
  readonly timeoutMs?: number;
}

/** The usual ports of Ollama, vLLM, LiteLLM, llama-server (old and new), LM Studio. */
export const USUAL_PORTS: readonly number[] = [11434, 8000, 8001, 8080, 9931, 1234, 4000];

/** Programs, running servers, model folders, and a port for the gateway. Takes a few seconds at most; throws nothing. */
export async function detect(options: DetectOptions): Promise<Detected> {
  const { env, home, platform = process.platform } = options;
  const { gatewayPort = 4000, timeoutMs = 1_500 } = options;
  const [programs, running, gateway, model_folders] = await Promise.all([
    within(PATIENCE_MS, findPrograms({ env, home, platform }), []),
    within(PATIENCE_MS, servers(options.ports, timeoutMs), []),
    proposePort(gatewayPort),
    findModelFolders({ env, home, platform }),
  ]);
  return { found: merge(programs, running), config_path: options.configPath, gateway, model_folders };
}

async function servers(ports: readonly number[] | undefined, timeoutMs: number): Promise<readonly Found[]> {
  const others = ports === undefined ? await enginePorts() : [];
  return findServers([...new Set([...(ports ?? USUAL_PORTS), ...others])], timeoutMs);
}

/** A folder on a network disk that is gone answers never. */
const PATIENCE_MS = 10_000;

async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, otherwise);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A program whose kind adopts a running server is one row with that server; else a program can run beside it. What runs comes
 * first. LM Studio is one row, running or not.
 */
function merge(programs: readonly Found[], servers: readonly Found[]): readonly Found[] {
  const taken = new Set<Found>();
  const rows = programs.map((program) => {
    const adopts = defaultMode(program.kind) === 'auto' && program.blocked === null;
    const server = servers.find((row) => row.kind === program.kind && row.blocked === null && !taken.has(row));
    if (!adopts || !server) return program;
    taken.add(server);
    const note = 'It runs already and is used as it is; when it doesn’t, Stackyard starts it.';
    return { ...program, running: server.running, version: server.version ?? program.version, note };
  });
  const rest = servers.filter((row) => !taken.has(row));
  const all = [...rows, ...rest].filter(
    (row) => row.running !== null || !rest.some((one) => one.title === row.title && row.command === null),
  );
  return all.sort((a, b) => Number(b.running !== null) - Number(a.running !== null));
}

async function proposePort(wanted: number): Promise<Detected['gateway']> {
  if (await portIsFree('127.0.0.1', wanted)) return { port: wanted, busy: null };
  const holder = describeHolder(await portHolder(wanted));
  for (let port = wanted + 1; port <= Math.min(wanted + 100, 65_535); port++) {
    // A port that a kind usually has would be in that engine's way later.
    if (!USUAL_PORTS.includes(port) && (await portIsFree('127.0.0.1', port))) {
      return { port, busy: { port: wanted, holder } };
    }
  }
  return { port: 0, busy: { port: wanted, holder } };
}
