import { posix, win32 } from 'node:path';
import type { EngineKind } from '../../shared/model.ts';

export interface PlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Where programs are that are not on PATH, the likeliest first: an app's PATH is often shorter than a terminal's (macOS), and
 * what people build is not on it at all. Sources: the installers' documentation of Ollama, Homebrew, snap, WinGet, scoop, and
 * llama.cpp docs/build.md.
 */
export function programPlaces(kind: EngineKind, options: PlaceOptions): readonly string[] {
  const name = NAMES[kind];
  if (name === undefined) return [];
  const { home, platform } = options;
  const { join } = platform === 'win32' ? win32 : posix;
  const file = platform === 'win32' ? `${name}.exe` : name;
  const built = kind === 'llama.cpp' ? buildFolders(options) : [];
  const app = kind === 'ollama' && platform === 'darwin' ? ollamaApp(home) : [];
  return [...app, ...[...binFolders(kind, options), ...built].map((folder) => join(folder, file))];
}

/** Python programs are looked for in their environments. */
const NAMES: Partial<Readonly<Record<EngineKind, string>>> = { 'llama.cpp': 'llama-server', ollama: 'ollama' };

function binFolders(kind: EngineKind, { env, home, platform }: PlaceOptions): readonly string[] {
  if (platform === 'win32') {
    const { join } = win32;
    const local = env.LOCALAPPDATA || join(home, 'AppData', 'Local');
    const programs = env.ProgramFiles || 'C:\\Program Files';
    return [
      ...(kind === 'ollama' ? [join(local, 'Programs', 'Ollama'), join(programs, 'Ollama')] : []),
      join(local, 'Microsoft', 'WinGet', 'Links'),
      join(home, 'scoop', 'shims'),
      ...(kind === 'llama.cpp' ? [join(programs, 'llama.cpp'), 'C:\\llama.cpp'] : []),
    ];
  }
  const { join } = posix;
  const brew = platform === 'darwin' ? ['/opt/homebrew/bin'] : ['/home/linuxbrew/.linuxbrew/bin', '/snap/bin'];
  return ['/usr/local/bin', ...brew, '/usr/bin', join(home, '.local', 'bin'), join(home, 'bin')];
}

function buildFolders({ home, platform }: PlaceOptions): readonly string[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const trees = [join(home, 'llama.cpp'), join(home, 'src', 'llama.cpp'), join(home, '.local', 'share', 'llama.cpp')];
  const builds = trees.map((tree) => join(tree, 'build', 'bin'));
  return platform === 'win32' ? builds.flatMap((build) => [join(build, 'Release'), build]) : builds;
}

const ollamaApp = (home: string): readonly string[] =>
  ['/Applications', posix.join(home, 'Applications')].map((folder) =>
    posix.join(folder, 'Ollama.app', 'Contents', 'Resources', 'ollama'),
  );
