/**
 * Where the real engine, the model and Electron are. `npm test` says so by environment variables; a single file run by hand
 * finds what an earlier `npm test` has left in `.cache`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';

/** The project's folder. */
export const top = resolve(import.meta.dirname, '..', '..');

/** Path of a real llama-server, null when there is none. Start it with `-t 1`: on a busy machine more threads are far slower. */
export const llamaServer = pick('STACKYARD_TEST_LLAMA_SERVER', [join(top, '.cache/llama/bin/llama-server')]);

/** Path of the tiny model; what it answers is `KNOWN_ANSWER` of build/tiny-model.mjs. */
export const tinyModel = pick('STACKYARD_TEST_MODEL', [join(top, '.cache/tiny.gguf')]);

/** Path of an Electron executable, null when there is none. */
export const electron = pick('STACKYARD_TEST_ELECTRON', [officialElectron(), join(top, '.cache/electron/electron')]);

/** Debian's Chromium, for the page in a browser; null when it can't be had. */
export const chromium = pick('STACKYARD_TEST_CHROMIUM', ['/usr/bin/chromium']);

/** A real Ollama, null when there is none: `npm test` gets none, but uses one that is named (docs/developing.md says how). */
export const ollama = pick('STACKYARD_TEST_OLLAMA', []);

/** A folder into which Debian's packages nvidia-smi and libnvidia-ml1 were unpacked (`dpkg-deb -x`); null when there is none. */
export const nvidiaSmi = pick('STACKYARD_TEST_NVIDIA_SMI', [join(top, '.cache/nvidia-smi')]);

/** The Python of an environment with llama-cpp-python, likewise. */
export const llamaCppPython = pick('STACKYARD_TEST_LLAMA_CPP_PYTHON', []);

/** Folder with `venvs/litellm-VERSION`, made by Stackyard's own installer; null when LiteLLM can't be had. */
export const litellmData = pick('STACKYARD_TEST_LITELLM', [join(top, '.cache/litellm')]);

/** The Python of an environment with a LiteLLM that still fails on a list as an alias (1.74.0 does); null unless one is named. */
export const oldLitellm = pick('STACKYARD_TEST_LITELLM_OLD', []);

/** The Python of an environment with OpenAI's client; null when it can't be had. */
export const pythonOpenai = pick('STACKYARD_TEST_PYTHON_OPENAI', []);

export type Need =
  | 'python-openai'
  | 'llama-server'
  | 'ollama'
  | 'llama-cpp-python'
  | 'nvidia-smi'
  | 'gpu'
  | 'litellm'
  | 'litellm-old'
  | 'python'
  | 'electron'
  | 'chromium'
  | 'display'
  | 'linux'
  | 'posix';

/**
 * `describe` for tests that need something this machine may lack. Then they are skipped, each counted, and the summary says
 * why.
 */
export function describeNeeding(needs: Need[], name: string, body: () => void): void {
  const reason = needs.map(lack).find((found) => found !== null);
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${reason})`, body);
}

/**
 * The path, or an error that says how to get it; for use inside of `describeNeeding`, where it is there.
 */
export function need(path: string | null): string {
  if (path === null) throw new Error('It is missing: run `npm test` once, it gets all tools.');
  return path;
}

function lack(need: Need): string | null {
  if (need === 'linux') return process.platform === 'linux' ? null : 'only Linux has this';
  if (need === 'posix') return process.platform === 'win32' ? 'not on Windows' : null;
  if (need === 'llama-server') return llamaServer && tinyModel ? null : why('LLAMA_SERVER', 'no llama-server');
  if (need === 'ollama') return ollama ? null : 'name a real one in STACKYARD_TEST_OLLAMA';
  if (need === 'llama-cpp-python')
    return llamaCppPython ? null : 'name a Python with it in STACKYARD_TEST_LLAMA_CPP_PYTHON';
  if (need === 'nvidia-smi') return nvidiaSmi ? null : why('NVIDIA_SMI', 'no nvidia-smi of Debian');
  if (need === 'gpu')
    return process.env.STACKYARD_TEST_GPU ? null : '`npm run test:gpu` runs it on a machine with a card';
  if (need === 'litellm') return litellmData ? null : why('LITELLM', 'no LiteLLM');
  if (need === 'litellm-old') return oldLitellm ? null : 'name the Python of one in STACKYARD_TEST_LITELLM_OLD';
  if (need === 'python-openai') return pythonOpenai ? null : why('PYTHON_OPENAI', 'no OpenAI client for Python');
  if (need === 'python') return canMakeVenvs() ? null : 'no Python 3.10 with venv';
  if (need === 'electron') return electron ? null : why('ELECTRON', 'no Electron');
  if (need === 'chromium') return chromium ? null : why('CHROMIUM', 'no Chromium');
  const onLinux = process.env.DISPLAY && process.env.DBUS_SESSION_BUS_ADDRESS;
  return process.platform !== 'linux' || onLinux ? null : why('DISPLAY', 'no display or no session bus');
}

const why = (name: string, otherwise: string): string =>
  process.env[`STACKYARD_TEST_NO_${name}`] ?? `${otherwise}; \`npm test\` gets it`;

function pick(variable: string, places: (string | null)[]): string | null {
  const given = process.env[variable];
  if (given) return given;
  if (process.env[variable.replace('TEST_', 'TEST_NO_')]) return null;
  return places.find((place) => place !== null && existsSync(place)) ?? null;
}

function officialElectron(): string | null {
  const folder = join(top, 'node_modules/electron');
  try {
    return join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
  } catch {
    return null;
  }
}

/** Whether there is a Python that can make virtual environments. */
function canMakeVenvs(): boolean {
  const question = 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))';
  return spawnSync('python3', ['-I', '-c', question], { stdio: 'ignore' }).status === 0;
}
