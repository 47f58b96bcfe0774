/** Where Stackyard's config, data and control socket live: the contract's "Files", and nothing else decides it. */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { StackyardError } from '../../shared/errors.ts';

export interface PathsInput {
  /** `--config`; wins over everything. */
  readonly config?: string | null;
  /** `--data-dir`; wins over everything. */
  readonly dataDir?: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homedir: string;
}

export interface Paths {
  /** The config file; it need not exist. */
  readonly config: string;
  /** The data folder; it need not exist (`claimInstance` makes it, 0700). */
  readonly data: string;
  /** The control socket, or on Windows the pipe. Its folder is made by `ensurePrivateFolder`. */
  readonly socket: string;
}

/** A socket path may be at most this long: longer ones are silently cut by Node, and then two hosts share one name. */
const SOCKET_BYTES = 100;

/** All absolute; given relative paths count from the working directory. Touches no file. */
export function resolvePaths(input: PathsInput): Paths {
  const path = input.platform === 'win32' ? win32 : posix;
  const given = (flag: string | null | undefined, variable: string): string | null => {
    const text = flag || input.env[variable];
    return text ? path.resolve(text) : null;
  };
  const config = given(input.config, 'STACKYARD_CONFIG') ?? path.join(configFolder(input, path), 'stackyard.yaml');
  const data = given(input.dataDir, 'STACKYARD_DATA') ?? dataFolder(input, path);
  return { config, data, socket: socketPath(data, input, path) };
}

/**
 * Makes a folder that only we can enter, for the control socket and the data.
 * @throws StackyardError `permission_denied` when the name is taken by another user's folder or link: in a shared temp folder
 * anybody could have put it there. A link of our own is followed.
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.platform === 'win32') return;
  const named = await lstat(folder);
  const found = await stat(folder);
  const us = process.getuid?.();
  if (!found.isDirectory() || found.uid !== us || named.uid !== us) {
    throw new StackyardError('permission_denied', `${folder} is not a folder of this user.`, {
      hint: 'Give another place with --data-dir.',
    });
  }
  if ((found.mode & 0o777) !== 0o700) await chmod(folder, 0o700);
}

type PathModule = typeof posix;

function configFolder({ env, platform, homedir }: PathsInput, path: PathModule): string {
  if (platform === 'darwin') return path.join(homedir, 'Library', 'Application Support', 'Stackyard');
  if (platform === 'win32') return path.join(env.APPDATA || path.join(homedir, 'AppData', 'Roaming'), 'Stackyard');
  return path.join(xdg(env.XDG_CONFIG_HOME) ?? path.join(homedir, '.config'), 'stackyard');
}

function dataFolder({ env, platform, homedir }: PathsInput, path: PathModule): string {
  if (platform === 'darwin') return path.join(homedir, 'Library', 'Application Support', 'Stackyard', 'state');
  if (platform === 'win32') return path.join(env.LOCALAPPDATA || path.join(homedir, 'AppData', 'Local'), 'Stackyard');
  return path.join(xdg(env.XDG_STATE_HOME) ?? path.join(homedir, '.local', 'state'), 'stackyard');
}

function socketPath(data: string, { env, platform }: PathsInput, path: PathModule): string {
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 12);
  if (platform === 'win32') return `\\\\.\\pipe\\stackyard-${hash}`;
  const folders = [data, xdg(env.XDG_RUNTIME_DIR), env.TMPDIR, '/tmp'];
  for (const folder of folders) {
    if (!folder) continue;
    const candidate =
      folder === data ? path.join(data, 'control.sock') : path.join(folder, `stackyard-${hash}`, 'control.sock');
    if (Buffer.byteLength(candidate) <= SOCKET_BYTES) return candidate;
  }
  return path.join('/tmp', `stackyard-${hash}`, 'control.sock');
}

/** The XDG specification: a relative path in one of its variables is invalid and must be ignored. */
const xdg = (value: string | undefined): string | null => (value && posix.isAbsolute(value) ? value : null);
