/** The engines' programs on this machine. Nothing is started but `--version` of programs that are no Python. */
import { open, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Found } from '../../shared/contract/detected.ts';
import type { EngineKind } from '../../shared/model.ts';
import { PROFILES } from '../engines/profiles.ts';
import { type PlaceOptions, programPlaces } from './engine-places.ts';
import { programVersion } from './program-version.ts';
import { enginesIn, findPythonEngines, type PythonEngine } from './python-engines.ts';
import { which } from './which.ts';

const NOTES: Partial<Readonly<Record<EngineKind, string>>> = {
  'llama.cpp': 'Serves a folder of GGUF files and loads each model when it is asked for.',
  ollama: 'Is started when one of its models is asked for.',
  vllm: 'Serves one model; it is started when that is asked for.',
  'llama-cpp-python': 'Serves one GGUF file; it is started when that is asked for.',
  litellm:
    'Runs as a proxy in front of your models; its config is made from yours, or name its own file as `config`.',
};

/** Each once, those on PATH before others of their kind; a version that can't be told is `null`. */
export async function findPrograms(options: PlaceOptions): Promise<readonly Found[]> {
  const rows = await Promise.all([
    natives('llama.cpp', options),
    natives('ollama', options),
    pythons(options),
    lmStudio(options),
  ]);
  return rows.flat();
}

/** Programs that run by themselves: on PATH, and where installers and builds put them. */
async function natives(kind: EngineKind, options: PlaceOptions): Promise<readonly Found[]> {
  const { env, platform } = options;
  const { command } = PROFILES[kind];
  if (command === null) return [];
  const onPath = await which(command, env, { platform });
  const places = programPlaces(kind, options).filter((path) => isAbsolute(path));
  const others = await Promise.all(places.map((path) => which(path, env, { platform })));
  const rows: Found[] = [];
  const seen = new Set<string>();
  for (const path of [onPath, ...others]) {
    // Every snap is a link to `snap`, which looks at the name it was called by.
    const real = path === null ? null : `${await realpath(path).catch(() => path)} ${basename(path)}`;
    if (path === null || real === null || seen.has(real)) continue;
    seen.add(real);
    rows.push(row(kind, path, path === onPath));
  }
  return Promise.all(rows.map(async (one) => ({ ...one, version: await programVersion(one.command ?? '', env) })));
}

/** Python programs: on PATH, then in environments. */
async function pythons(options: PlaceOptions): Promise<readonly Found[]> {
  const [environments, ...onPath] = await Promise.all([
    findPythonEngines(options),
    onPathPython('vllm', options),
    onPathPython('litellm', options),
  ]);
  const found = onPath.filter((one) => one !== null);
  const isNew = ({ kind, environment }: PythonEngine) =>
    !found.some((one) => one.row.kind === kind && one.environment === environment);
  return [
    ...found.map((one) => one.row),
    ...environments.filter(isNew).map((engine) => ({ ...row(engine.kind, engine.command, false), ...told(engine) })),
  ];
}

const told = ({ version, blocked }: PythonEngine) => ({ version, blocked });

async function onPathPython(
  kind: EngineKind,
  { env, platform }: PlaceOptions,
): Promise<{ row: Found; environment: string | null } | null> {
  const { command } = PROFILES[kind];
  const path = command === null ? null : await which(command, env, { platform });
  if (path === null) return null;
  const one = row(kind, path, true);
  const python = await pythonOf(path);
  const real = await realpath(path).catch(() => path);
  for (const bin of [dirname(real), ...(python === null ? [] : [dirname(python)])]) {
    const environment = await realpath(dirname(bin)).catch(() => dirname(bin));
    const engine = (await enginesIn(environment, platform)).find((candidate) => candidate.kind === kind);
    if (engine) return { row: { ...one, ...told(engine) }, environment };
  }
  // Some wrapper. One that is Python is not started to be asked, and LiteLLM never before its version is known.
  const asks = python === null && kind !== 'litellm' && platform !== 'win32';
  const version = asks ? await programVersion(path, env) : null;
  return { row: { ...one, version }, environment: null };
}

/** The Python that a script names in its first line; `null` when it is no Python script. */
async function pythonOf(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const line = buffer.toString('utf8', 0, bytesRead);
    // pip writes the second form when the path is long or has a blank.
    const named =
      /^#![ \t]*(\S*python[\w.]*)/.exec(line) ?? /^#!\/bin\/sh\s+'''exec' "?([^"\n]*python[\w.]*)/.exec(line);
    return named?.[1] ?? (/^#!.*python/.test(line) ? path : null);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

/** LM Studio keeps its programs to itself: it can be used when its server runs. */
async function lmStudio({ home }: PlaceOptions): Promise<readonly Found[]> {
  const backends = await readdir(join(home, '.lmstudio', 'extensions', 'backends')).catch(() => []);
  const own = backends.filter((name) => /^llama\.cpp-/.test(name)).sort();
  if (own.length === 0) return [];
  return [
    {
      id: 'app:lm-studio',
      kind: 'openai',
      title: 'LM Studio',
      command: null,
      on_path: false,
      version: null,
      running: null,
      note: `Brings ${own.slice(0, 3).join(', ')}${own.length > 3 ? ` and ${own.length - 3} more` : ''}, for itself only.`,
      blocked: 'It is not running: start the server in LM Studio’s Developer page, then look again.',
    },
  ];
}

function row(kind: EngineKind, command: string, onPath: boolean): Found {
  return {
    id: onPath ? `path:${PROFILES[kind].command ?? kind}` : `at:${command}`,
    kind,
    title: PROFILES[kind].title,
    command,
    on_path: onPath,
    version: null,
    running: null,
    note: NOTES[kind] ?? '',
    blocked: null,
  };
}
