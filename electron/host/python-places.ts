import { posix, win32 } from 'node:path';
import type { PlaceOptions } from './engine-places.ts';

export interface EnvironmentPlace {
  readonly path: string;
  /** Each folder in it is an environment; else it is one itself. */
  readonly each: boolean;
}

/**
 * Where Python environments usually are: of this shell, venv, virtualenvwrapper, pipenv, uv, pipx, pyenv, conda and mamba, and
 * the user's and the system's own. Sources: the documentation of each, with the variables that move them.
 */
export function pythonPlaces({ env, home, platform }: PlaceOptions): readonly EnvironmentPlace[] {
  const windows = platform === 'win32';
  const { join } = windows ? win32 : posix;
  const local = windows ? env.LOCALAPPDATA || join(home, 'AppData', 'Local') : '';
  const roaming = windows ? env.APPDATA || join(home, 'AppData', 'Roaming') : '';
  const data = env.XDG_DATA_HOME || join(home, '.local', 'share');
  const one = (...paths: (string | undefined)[]) => all(paths, false);
  const each = (...paths: (string | undefined)[]) => all(paths, true);
  const conda = CONDA.map((name) => join(home, name));
  const roots = windows
    ? conda
    : [...conda, '/opt/conda', '/opt/miniconda3', '/opt/homebrew/Caskroom/miniconda/base'];
  return [
    ...one(env.VIRTUAL_ENV, env.CONDA_PREFIX),
    ...one(join(home, '.venv'), join(home, 'venv'), join(home, 'env'), join(home, 'vllm'), join(home, 'litellm')),
    ...one(join(home, 'vllm', '.venv'), join(home, 'litellm', '.venv')),
    ...each(join(home, '.virtualenvs'), env.WORKON_HOME, join(home, 'venvs'), join(home, '.venvs')),
    ...each(join(windows ? join(home, '.local', 'share') : data, 'virtualenvs')),
    ...each(env.UV_TOOL_DIR || (windows ? join(roaming, 'uv', 'tools') : join(data, 'uv', 'tools'))),
    ...each(env.PIPX_HOME ? join(env.PIPX_HOME, 'venvs') : join(data, 'pipx', 'venvs')),
    ...each(join(home, '.local', 'pipx', 'venvs'), join(home, 'pipx', 'venvs')),
    ...each(join(env.PYENV_ROOT || join(home, '.pyenv'), 'versions')),
    ...one(...roots),
    ...each(...roots.map((root) => join(root, 'envs')), join(home, '.conda', 'envs')),
    ...each(env.MAMBA_ROOT_PREFIX && join(env.MAMBA_ROOT_PREFIX, 'envs'), join(home, 'micromamba', 'envs')),
    ...(windows
      ? each(join(local, 'Programs', 'Python'))
      : one(join(home, '.local'), '/usr/local', '/usr', ...(platform === 'darwin' ? ['/opt/homebrew'] : []))),
  ];
}

const CONDA = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba'];

/** conda's list of all its environments, one path a line. */
export function condaList({ home, platform }: PlaceOptions): string {
  return (platform === 'win32' ? win32 : posix).join(home, '.conda', 'environments.txt');
}

function all(paths: readonly (string | undefined)[], each: boolean): EnvironmentPlace[] {
  return paths.flatMap((path) => (path ? [{ path, each }] : []));
}
