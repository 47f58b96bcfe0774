import type { Found } from '../../shared/contract/detected.ts';
import type { EngineKind } from '../../shared/model.ts';
import { openaiModels } from '../engines/model-list.ts';
import type { Answer, EngineProfile } from '../engines/profile.ts';
import { PROFILES } from '../engines/profiles.ts';
import { ask } from './ask.ts';
import { describeHolder } from './port-use.ts';
import { isListening, portHolder } from './ports.ts';
import { procFile } from './process-table.ts';
import { RUN_VARIABLE } from './processes.ts';

/** The sharper fingerprint first: what several kinds would answer alike comes last. */
const BY_SHARPNESS: readonly EngineKind[] = ['llama.cpp', 'ollama', 'litellm', 'llama-cpp-python', 'vllm'];

/** The servers of a known kind, or at least of OpenAI's API, that answer on these loopback ports; in the order of the ports. */
export async function findServers(ports: readonly number[], timeoutMs: number): Promise<readonly Found[]> {
  const rows = await Promise.all(ports.map((port) => findServer(port, timeoutMs)));
  return rows.filter((row) => row !== null);
}

async function findServer(port: number, timeoutMs: number): Promise<Found | null> {
  if (!(await isListening('127.0.0.1', port, timeoutMs))) return null;
  const root = `http://127.0.0.1:${port}`;
  const [known, other, holder] = await Promise.all([
    identify(root, timeoutMs),
    identifyOther(root, timeoutMs),
    portHolder(port),
  ]);
  const match = known ?? other;
  if (match === null) return null;
  const { profile, title, address, needsKey } = match;
  const [version, models] = await Promise.all([
    versionAt(profile, address, timeoutMs),
    modelsAt(profile, address, timeoutMs),
  ]);
  const ours = await isOurs(holder?.pid ?? null);
  return {
    id: `port:${port}`,
    kind: profile.kind,
    title,
    command: null,
    on_path: false,
    version,
    running: {
      url: address,
      port,
      holder: describeHolder(holder),
      models: models.ids,
      needs_key: needsKey || models.needsKey,
    },
    note: ours
      ? 'It belongs to a Stackyard.'
      : needsKey || models.needsKey
        ? 'It runs already and wants an API key. Stackyard only uses it and never stops it.'
        : 'It runs already. Stackyard only uses it and never stops it.',
    blocked: ours ? 'A Stackyard runs it and would stop it: use that Stackyard’s address instead.' : null,
  };
}

/** Which kind of server answers on a port of this machine, one of OpenAI's API included; `null` when none that is known does. */
export async function kindOnPort(host: string, port: number, timeoutMs: number): Promise<EngineKind | null> {
  const root = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const [known, other] = await Promise.all([identify(root, timeoutMs), identifyOther(root, timeoutMs)]);
  return (known ?? other)?.profile.kind ?? null;
}

/** Whether a Stackyard has started it, which is told by the tag in its environment (Linux, this user's processes). */
async function isOurs(pid: number | null): Promise<boolean> {
  if (pid === null || process.platform !== 'linux') return false;
  const environ = (await procFile(pid, 'environ'))?.toString('utf8') ?? '';
  return environ.split('\0').some((entry) => entry.startsWith(`${RUN_VARIABLE}=`));
}

interface Match {
  readonly profile: EngineProfile;
  readonly title: string;
  readonly address: string;
  readonly needsKey: boolean;
}

async function identify(root: string, timeoutMs: number): Promise<Match | null> {
  const matches = await Promise.all(
    BY_SHARPNESS.map(async (kind) => {
      const profile = PROFILES[kind];
      return profile.identify(await ask(root, profile.probes.identify, { timeoutMs })) ? profile : null;
    }),
  );
  const profile = matches.find((match) => match !== null);
  return profile ? { profile, title: profile.title, address: root, needsKey: false } : null;
}

/** A server that has OpenAI's model list, or refuses it for want of a key. */
async function identifyOther(root: string, timeoutMs: number): Promise<Match | null> {
  const address = `${root}/v1`;
  const profile = PROFILES.openai;
  const [list, greeting] = await Promise.all([
    ask(address, profile.probes.identify, { timeoutMs }),
    // What LM Studio's own client asks to know it.
    ask(root, { method: 'GET', path: '/lmstudio-greeting' }, { timeoutMs }),
  ]);
  // A Stackyard is no engine of a Stackyard.
  if (list.status === null || list.headers['x-stackyard-request-id'] !== undefined) return null;
  const needsKey = wantsKey(list);
  if (!needsKey && openaiModels(list) === null) return null;
  const lmStudio = greeting.status === 200 && (greeting.json as { lmstudio?: unknown } | null)?.lmstudio === true;
  return { profile, title: lmStudio ? 'LM Studio' : profile.title, address, needsKey };
}

/** Any web server may answer 401; one of this API says why in JSON. */
function wantsKey(answer: Answer): boolean {
  return answer.status === 401 && answer.json !== null;
}

async function versionAt(profile: EngineProfile, address: string, timeoutMs: number): Promise<string | null> {
  const { version } = profile.probes;
  return version === null ? null : profile.version(await ask(address, version, { timeoutMs }));
}

async function modelsAt(
  profile: EngineProfile,
  address: string,
  timeoutMs: number,
): Promise<{ readonly ids: readonly string[]; readonly needsKey: boolean }> {
  const { models } = profile.probes;
  if (models === null) return { ids: [], needsKey: false };
  const answer = await ask(address, models, { timeoutMs });
  return { ids: (profile.reported(answer) ?? []).map((model) => model.id), needsKey: answer.status === 401 };
}
