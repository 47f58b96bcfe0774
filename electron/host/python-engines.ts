/** Engines that are Python packages, found by what pip wrote beside them. No Python is started. */
import { open, readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { whyRefused } from '../../shared/config/litellm-releases.ts';
import type { EngineKind } from '../../shared/model.ts';
import type { PlaceOptions } from './engine-places.ts';
import { condaList, pythonPlaces } from './python-places.ts';
import { which } from './which.ts';

export interface PythonEngine {
  readonly kind: EngineKind;
  /** The folder of its environment, behind any links. */
  readonly environment: string;
  /** Absolute path of what Stackyard would start: its program, or the environment's Python. */
  readonly command: string;
  readonly version: string | null;
  /** Why it must not or can't be run; `null` when it can. */
  readonly blocked: string | null;
}

/** Environments that are looked into: a machine that has more keeps them for something else. */
const MAX_ENVIRONMENTS = 300;

/** Every engine in the usual Python environments, in the order of `pythonPlaces`. */
export async function findPythonEngines(options: PlaceOptions): Promise<readonly PythonEngine[]> {
  const listed = await readFile(condaList(options), 'utf8').catch(() => '');
  const paths = await Promise.all(
    pythonPlaces(options).map(async ({ path, each }) =>
      each ? (await names(path)).map((name) => join(path, name)) : [path],
    ),
  );
  const wanted = [...paths.flat(), ...listed.split(/\r?\n/).filter((line) => line !== '')];
  const real = await Promise.all(
    wanted.slice(0, MAX_ENVIRONMENTS * 2).map((path) => realpath(path).catch(() => null)),
  );
  const distinct = [...new Set(real)].filter((path) => path !== null).slice(0, MAX_ENVIRONMENTS);
  return (await Promise.all(distinct.map((path) => enginesIn(path, options.platform)))).flat();
}

/** The engines of one environment; none when it is no environment. */
export async function enginesIn(environment: string, platform: NodeJS.Platform): Promise<readonly PythonEngine[]> {
  const packages = await packagesIn(environment, platform);
  const litellm = packages.get('litellm');
  const bad = litellm === undefined ? null : compromised(litellm);
  const engines = await Promise.all(
    ENGINES.map(async ({ kind, name, programs, needs }): Promise<PythonEngine | null> => {
      const version = packages.get(name);
      if (version === undefined) return null;
      const command = await programIn(environment, programs, platform);
      if (command === null) return null;
      const missing = needs.filter((need) => !packages.has(need));
      const blocked =
        bad !== null
          ? kind === 'litellm'
            ? `LiteLLM ${bad.release} ${bad.why}. Stackyard never runs it: remove ${environment}, and change every key it could read.`
            : `Its Python environment also has LiteLLM ${bad.release}, which ${bad.why}. Nothing of it is run: remove ${environment}.`
          : missing.length > 0
            ? `Its server needs ${missing.join(' and ')}, which ${missing.length > 1 ? 'are' : 'is'} not installed: run \`pip install '${name.replaceAll('_', '-')}[${kind === 'litellm' ? 'proxy' : 'server'}]'\` there.`
            : null;
      return { kind, environment, command, version: version[0] ?? null, blocked };
    }),
  );
  return engines.filter((engine) => engine !== null);
}

interface PythonPackage {
  readonly kind: EngineKind;
  /** As its dist-info folder is called. */
  readonly name: string;
  /** What to start; the first that is there. */
  readonly programs: readonly string[];
  /** What the server part needs beyond the package itself. */
  readonly needs: readonly string[];
}

const ENGINES: readonly PythonPackage[] = [
  { kind: 'vllm', name: 'vllm', programs: ['vllm'], needs: [] },
  { kind: 'litellm', name: 'litellm', programs: ['litellm'], needs: ['fastapi', 'uvicorn'] },
  {
    kind: 'llama-cpp-python',
    name: 'llama_cpp_python',
    programs: ['python3', 'python'],
    needs: ['fastapi', 'uvicorn'],
  },
];

const DIST_INFO = /^(vllm|litellm|llama_cpp_python|fastapi|uvicorn)-([\w.!+]+)\.dist-info$/i;

/** Versions of the packages that matter here, by name: of METADATA, then of the folder's name when that says something else. */
async function packagesIn(
  environment: string,
  platform: NodeJS.Platform,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const site of await siteFolders(environment, platform)) {
    for (const entry of await names(site)) {
      const [, name, version] = DIST_INFO.exec(entry) ?? [];
      if (name === undefined || version === undefined) continue;
      const written = await versionIn(join(site, entry, 'METADATA'));
      const versions = [written, version].filter((one) => one !== null);
      const key = name.toLowerCase();
      found.set(key, [...new Set([...(found.get(key) ?? []), ...versions])]);
    }
  }
  return found;
}

async function siteFolders(environment: string, platform: NodeJS.Platform): Promise<readonly string[]> {
  if (platform === 'win32') return [join(environment, 'Lib', 'site-packages')];
  const lib = join(environment, 'lib');
  const pythons = (await names(lib)).filter((name) => /^python3(?:\.\d+t?)?$/.test(name));
  // Debian's own Python has dist-packages.
  return pythons.flatMap((name) => ['site-packages', 'dist-packages'].map((site) => join(lib, name, site)));
}

/** The first lines of a METADATA, a mail-like head (Python's core metadata). */
async function versionIn(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^Version:[ \t]*(\S+)/m.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function programIn(
  environment: string,
  programs: readonly string[],
  platform: NodeJS.Platform,
): Promise<string | null> {
  // conda's python.exe lies in the environment itself
  const folders = platform === 'win32' ? [join(environment, 'Scripts'), environment] : [join(environment, 'bin')];
  for (const folder of folders) {
    for (const program of programs) {
      const path = await which(join(folder, platform === 'win32' ? `${program}.exe` : program), {}, { platform });
      if (path !== null) return path;
    }
  }
  return null;
}

function compromised(versions: readonly string[]): { readonly release: string; readonly why: string } | null {
  for (const release of versions) {
    const why = whyRefused(release);
    if (why !== null) return { release, why };
  }
  return null;
}

const names = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
