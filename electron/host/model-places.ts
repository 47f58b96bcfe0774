import { posix, win32 } from 'node:path';
import type { ModelStore } from '../../shared/contract/detected.ts';

export interface ModelPlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export interface ModelPlace {
  readonly store: ModelStore;
  readonly path: string;
}

/**
 * Where programs and people keep models, a place of somebody's own before a program's. Sources: Ollama docs/faq ("Where are
 * models stored?") and its installer's service user; huggingface_hub's environment variables; LM Studio's docs; llama.cpp
 * common/common.cpp (`fs_get_cache_directory`).
 */
export function modelPlaces({ env, home, platform }: ModelPlaceOptions): readonly ModelPlace[] {
  const { join } = platform === 'win32' ? win32 : posix;
  const cache = env.XDG_CACHE_HOME || join(home, '.cache');
  const llama =
    platform === 'darwin'
      ? join(home, 'Library', 'Caches', 'llama.cpp')
      : platform === 'win32'
        ? join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'llama.cpp')
        : join(cache, 'llama.cpp');
  const hub = env.HF_HUB_CACHE || join(env.HF_HOME || join(cache, 'huggingface'), 'hub');
  const of = (store: ModelStore, ...paths: string[]) => paths.map((path) => ({ store, path }));
  return [
    ...of(
      'folder',
      join(home, 'models'),
      join(home, 'Models'),
      join(home, 'gguf'),
      join(home, 'llama.cpp', 'models'),
    ),
    ...of('lm-studio', join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')),
    ...of('llama.cpp', env.LLAMA_CACHE || llama),
    ...of('huggingface', hub),
    ...of('ollama', env.OLLAMA_MODELS || join(home, '.ollama', 'models')),
    ...(platform === 'linux' ? of('ollama', '/usr/share/ollama/.ollama/models') : []),
  ];
}
