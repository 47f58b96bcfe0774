import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

export interface WhichOptions {
  readonly platform?: NodeJS.Platform;
  /** What a relative path counts from. */
  readonly cwd?: string;
}

/**
 * The absolute path of a program: looked up in `PATH` of `env` when `command` is a bare name (on Windows with the endings of
 * `PATHEXT`), else the given path itself. `null` when there is no such file, or it may not be executed.
 */
export async function which(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
  { platform = process.platform, cwd = process.cwd() }: WhichOptions = {},
): Promise<string | null> {
  if (command === '') return null;
  const windows = platform === 'win32';
  const path = windows ? win32 : posix;
  const bare = !command.includes('/') && !(windows && /[\\:]/.test(command));
  const folders = bare ? (variable(env, 'PATH', windows) ?? '').split(path.delimiter) : [cwd];
  for (const entry of folders) {
    const folder = windows ? entry.replace(/^"(.*)"$/, '$1') : entry;
    // An empty entry means the working folder to a shell; a program is not run from there unasked.
    if (bare && !path.isAbsolute(folder)) continue;
    for (const ending of windows ? endings(command, env) : ['']) {
      const candidate = path.resolve(folder, command + ending);
      if (await isProgram(candidate, windows)) return candidate;
    }
  }
  return null;
}

/** On Windows names of variables have no case: it is usually `Path`. */
function variable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  windows: boolean,
): string | undefined {
  if (!windows) return env[name];
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === name);
  return key === undefined ? undefined : env[key];
}

function endings(command: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const known = (variable(env, 'PATHEXT', true) || '.COM;.EXE;.BAT;.CMD')
    .split(';')
    .filter((ending) => ending !== '');
  const given = known.some((ending) => command.toLowerCase().endsWith(ending.toLowerCase()));
  return given ? ['', ...known] : known;
}

async function isProgram(path: string, windows: boolean): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    if (!windows) await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
