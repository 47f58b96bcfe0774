/** Finds a Python that can make virtual environments, or says what to install. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Cause } from '../../shared/model.ts';
import { which } from './which.ts';

export interface Python {
  /** Absolute path of the interpreter itself, behind launchers and version managers. */
  readonly path: string;
  /** `3.11.7`. */
  readonly version: string;
}

export interface PythonSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Text of /etc/os-release, for the advice; read when left out. */
  readonly osRelease?: string;
}

/** The newest Python for which every package has been locked; a newer one is taken only when there is no other. */
const NEWEST_LOCKED = 13;
const OLDEST = 10;

/** The first usable of the Pythons on PATH; one whose `venv` or `ensurepip` is missing is not usable. Never throws. */
export async function findPython(
  search: PythonSearch,
): Promise<{ readonly ok: true; readonly python: Python } | { readonly ok: false; readonly cause: Cause }> {
  let newer: Python | null = null;
  let crippled: string | null = null;
  let old: string | null = null;
  for (const [command, ...args] of candidates(search.platform)) {
    const path = await which(command as string, search.env, { platform: search.platform });
    const about = path === null ? null : await askPython(path, args, search.env);
    if (about === null) continue;
    const [major, minor, micro] = about.version;
    const version = `${major}.${minor}.${micro}`;
    if (major !== 3 || minor < OLDEST) old ??= version;
    else if (!about.venv) crippled ??= version;
    else if (minor <= NEWEST_LOCKED) return { ok: true, python: { path: about.path, version } };
    else newer ??= { path: about.path, version };
  }
  if (newer !== null) return { ok: true, python: newer };
  const osRelease = search.osRelease ?? (await readFile('/etc/os-release', 'utf8').catch(() => ''));
  return { ok: false, cause: missing({ crippled, old, platform: search.platform, osRelease }) };
}

function candidates(platform: NodeJS.Platform): string[][] {
  const minors = Array.from({ length: NEWEST_LOCKED - OLDEST + 1 }, (_, i) => NEWEST_LOCKED - i);
  if (platform === 'win32') return [...minors.map((minor) => ['py', `-3.${minor}`]), ['python'], ['python3']];
  return [['python3'], ...minors.map((minor) => [`python3.${minor}`])];
}

interface About {
  readonly version: readonly [number, number, number];
  readonly path: string;
  readonly venv: boolean;
}

const QUESTION = `
import json, sys
try:
    import ensurepip, venv
    can = True
except ImportError:
    can = False
print(json.dumps({"version": sys.version_info[:3], "path": sys.executable, "venv": can}))
`;

/** Isolated (`-I`): nothing of the user's environment or of the working folder is imported. `null` when it can't answer. */
async function askPython(path: string, args: readonly string[], env: PythonSearch['env']): Promise<About | null> {
  const { failed, stdout } = await execa(path, [...args, '-I', '-c', QUESTION], {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    timeout: 15_000,
    windowsHide: true,
    env: env as Record<string, string>,
    extendEnv: false,
  });
  if (failed) return null;
  try {
    const about = JSON.parse(stdout) as About;
    return Array.isArray(about.version) && typeof about.path === 'string' ? about : null;
  } catch {
    return null;
  }
}

interface Lack {
  /** Version of one that is new enough but lacks `venv`. */
  readonly crippled: string | null;
  /** Version of one that is too old. */
  readonly old: string | null;
  readonly platform: NodeJS.Platform;
  readonly osRelease: string;
}

/** What is missing and the command that installs it on this system. */
export function missing({ crippled, old, platform, osRelease }: Lack): Cause {
  const message =
    crippled !== null
      ? `Python ${crippled} is installed without what makes virtual environments (venv and ensurepip).`
      : old !== null
        ? `LiteLLM needs Python 3.${OLDEST} or later; the newest found is ${old}.`
        : `LiteLLM needs Python 3.${OLDEST} or later; none is on PATH.`;
  return { code: 'python_missing', message, hint: `${advice(platform, osRelease, crippled)}, then try again.` };
}

function advice(platform: NodeJS.Platform, osRelease: string, crippled: string | null): string {
  if (platform === 'darwin') return 'Install it with `brew install python@3.13`, or from python.org';
  if (platform === 'win32') return 'Install it with `winget install Python.Python.3.13`';
  const ids = ` ${[...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].map((match) => match[1]).join(' ')} `;
  if (/ (debian|ubuntu) /.test(ids)) {
    return crippled === null
      ? 'Install it with `sudo apt install python3 python3-venv`'
      : 'Install that with `sudo apt install python3-venv`';
  }
  if (/ (fedora|rhel) /.test(ids)) return 'Install it with `sudo dnf install python3.12`';
  if (/ (suse|opensuse) /.test(ids)) return 'Install it with `sudo zypper install python312`';
  if (/ arch /.test(ids)) return 'Install it with `sudo pacman -S python`';
  if (/ alpine /.test(ids)) return 'Install it with `sudo apk add python3`';
  return 'Install Python 3.12 with venv by your system’s package manager';
}
