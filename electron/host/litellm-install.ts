/**
 * LiteLLM in a virtual environment of its own: `DATA/venvs/litellm-VERSION`. It is made at its final place, since its scripts
 * carry absolute paths, and its marker is written last: a folder without one is garbage and is removed.
 */
import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import writeFileAtomic from 'write-file-atomic';
import { StackyardError } from '../../shared/errors.ts';
import { signalGroup } from './child.ts';
import type { Guard } from './guard.ts';
import type { JobProgress } from './jobs.ts';
import { OFFLINE } from './litellm-environment.ts';
import { PINS, type Pins, ROOM_NEEDED } from './litellm-pins.ts';
import { releasesOf } from './litellm-release.ts';
import { findPython } from './python-find.ts';

export interface InstallOptions {
  /** Stackyard's data folder. */
  readonly data: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
  readonly update: (progress: JobProgress) => void;
  /** Lines of pip and of the installer itself. */
  readonly log: (line: string) => void;
  /** Ends what was started when the host dies. */
  readonly guard?: Guard;
  /** Another set of packages, for tests. */
  readonly pins?: Pins;
  /** Versions in use, whose environments are kept. */
  readonly used?: () => ReadonlySet<string>;
}

const MARKER = 'stackyard.json';

/** The folder of the environment, whether it is there or not. */
export const litellmFolder = (data: string, pins: Pins = PINS): string =>
  join(data, 'venvs', `litellm-${pins.version}`);

/** The environment's Python; `null` when it is not installed, not whole, or made from another list of packages. */
export async function installedLitellm(data: string, pins: Pins = PINS): Promise<string | null> {
  const folder = litellmFolder(data, pins);
  const marker = await readMarker(folder);
  return marker !== null && marker.requirements === pins.revision ? pythonOf(folder, process.platform) : null;
}

/**
 * Installs it, unless it is there. Ends with every file of the environment checked by hash and the program tried, or with
 * nothing left of it.
 *
 * @throws StackyardError `python_missing`, `disk_full`, `install_failed`, `release_refused`; the signal's reason when aborted
 */
export async function installLitellm(options: InstallOptions): Promise<void> {
  const { data, signal, update } = options;
  const pins = options.pins ?? PINS;
  if ((await installedLitellm(data, pins)) !== null) return;
  const folder = litellmFolder(data, pins);
  update({ doing: 'looking for Python', total_bytes: pins.download, done_bytes: 0 });
  const found = await findPython(options);
  if (!found.ok) throw new StackyardError(found.cause.code, found.cause.message, { hint: found.cause.hint });
  signal.throwIfAborted();
  await mkdir(join(data, 'venvs'), { recursive: true, mode: 0o700 });
  await removeGarbage(data);
  await enoughRoom(data);
  // One of the same version from another list of packages gives way.
  await rm(folder, { recursive: true, force: true });
  try {
    update({ doing: `making an environment with Python ${found.python.version}` });
    await run(options, found.python.path, ['-I', '-m', 'venv', folder], 'The environment could not be made');
    const python = pythonOf(folder, options.platform);
    const list = join(folder, 'requirements.txt');
    await writeFile(list, pins.text, { mode: 0o600 });
    await download(options, python, list, pins);
    update({ phase: 'verifying', doing: 'trying it' });
    const version = await run(options, python, ['-I', '-c', TRIAL], 'LiteLLM is installed but does not start');
    const releases = await releasesOf(join(folder, 'bin', 'litellm'));
    if (!version.includes(pins.version) || releases.some((one) => one !== pins.version)) {
      throw new StackyardError(
        'install_failed',
        `LiteLLM ${pins.version} was asked for, but ${version} was installed.`,
      );
    }
    const marker = { schema: 1, version: pins.version, requirements: pins.revision, python: found.python.version };
    const text = `${JSON.stringify({ ...marker, installed: new Date().toISOString() }, null, 2)}\n`;
    await writeFileAtomic(join(folder, MARKER), text, { mode: 0o600, fsync: true });
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    if (signal.aborted) throw signal.reason;
    throw error;
  }
  await removeOthers(options, pins);
}

/** Removes what installs that were cut off have left. Called at every start of the host and before an install. */
export async function removeGarbage(data: string): Promise<void> {
  for (const folder of await environments(data)) {
    if ((await readMarker(folder)) === null) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function removeOthers({ data, used }: InstallOptions, pins: Pins): Promise<void> {
  const keep = used?.() ?? new Set<string>();
  for (const folder of await environments(data)) {
    const marker = await readMarker(folder);
    if (marker === null || marker.version === pins.version || keep.has(marker.version)) continue;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function environments(data: string): Promise<string[]> {
  const venvs = join(data, 'venvs');
  const names = await readdir(venvs).catch(() => []);
  return names.filter((name) => name.startsWith('litellm-')).map((name) => join(venvs, name));
}

async function readMarker(folder: string): Promise<{ version: string; requirements: string } | null> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(folder, MARKER), 'utf8'));
    const { version, requirements } = marker as Record<string, unknown>;
    return typeof version === 'string' && typeof requirements === 'string' ? { version, requirements } : null;
  } catch {
    return null;
  }
}

const pythonOf = (folder: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** What the launch does, as far as it goes without a port: Python starts, and the proxy with everything it needs is imported. */
const TRIAL = `
import importlib.metadata
from litellm import run_server
import litellm.proxy.proxy_server
print(importlib.metadata.version("litellm"))
`;

async function enoughRoom(data: string): Promise<void> {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  if (free >= ROOM_NEEDED) return;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const message = `LiteLLM takes ${gb(ROOM_NEEDED)}, but only ${gb(free)} are free where ${data} is.`;
  throw new StackyardError('disk_full', message);
}

/** pip names each file as it begins with it, so a file counts as loaded once the next one is named. */
async function download(options: InstallOptions, python: string, list: string, pins: Pins): Promise<void> {
  const { update } = options;
  let done = 0;
  let coming = 0;
  const read = (line: string): void => {
    const file = /^\s*(?:Downloading|Using cached) (\S+) \(([\d.]+) (bytes|kB|MB|GB)\)/.exec(line);
    if (file !== null) {
      done += coming;
      coming = Number(file[2]) * ({ bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[file[3] as 'MB'] ?? 0);
      const name = /^[^-]+/.exec((file[1] ?? '').split('/').at(-1) ?? '')?.[0] ?? '';
      update({ doing: `downloading ${name}`, done_bytes: Math.min(Math.round(done), pins.download) });
    } else if (/^Installing collected packages/.test(line)) {
      update({ doing: 'unpacking', done_bytes: pins.download });
    }
  };
  update({ phase: 'running', doing: 'downloading' });
  await run(
    options,
    python,
    [
      ...['-I', '-m', 'pip', 'install', '--require-hashes', '--only-binary', ':all:', '--no-deps', '--no-input'],
      ...['--disable-pip-version-check', '--progress-bar', 'off', '-r', list],
    ],
    'The packages could not be installed',
    read,
  );
}

/** Runs a program to its end and gives its last line. Its children and it end with the signal, and with the host. */
async function run(
  options: InstallOptions,
  file: string,
  args: readonly string[],
  what: string,
  read: (line: string) => void = () => {},
): Promise<string> {
  options.signal.throwIfAborted();
  const child = execa(file, args, {
    reject: false,
    buffer: false,
    all: true,
    stdin: 'ignore',
    detached: options.platform !== 'win32',
    cleanup: false,
    windowsHide: true,
    env: environment(options.env),
    extendEnv: false,
  });
  const pid = child.pid;
  if (pid !== undefined) options.guard?.add(pid);
  const end = () => {
    if (pid !== undefined) void signalGroup(pid, 'SIGKILL');
  };
  options.signal.addEventListener('abort', end, { once: true });
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: child.all })) {
      options.log(line);
      read(line);
      lines.push(line);
      if (lines.length > 200) lines.shift();
    }
    const result = await child;
    options.signal.throwIfAborted();
    if (!result.failed) return lines.at(-1)?.trim() ?? '';
    throw new StackyardError(
      'install_failed',
      `${what}: ${complaint(lines, result.shortMessage ?? 'it ended with an error')}`,
    );
  } finally {
    options.signal.removeEventListener('abort', end);
    if (pid !== undefined) options.guard?.remove(pid);
  }
}

/** pip's own words: its last ERROR that says something, else the last line. */
function complaint(lines: readonly string[], otherwise: string): string {
  const errors = lines.filter(
    (line) => /^\s*ERROR: /.test(line) && !/^\s*ERROR: No matching distribution/.test(line),
  );
  const line = errors.at(-1) ?? lines.filter((one) => one.trim() !== '').at(-1) ?? otherwise;
  const text = line.replace(/^\s*ERROR: /, '').trim();
  return text.length > 400 ? `${text.slice(0, 399)}…` : text;
}

/** The user's, so that pip finds its own settings (a company's index, a proxy), without what would lead it elsewhere. */
function environment(env: InstallOptions['env']): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(?:STACKYARD_|ELECTRON_|PYTHON|VIRTUAL_ENV$|PIP_(?:TARGET|PREFIX|ROOT|USER|REQUIRE|CONSTRAINT|NO_BINARY))/i.test(
        name,
      ),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...OFFLINE };
}
