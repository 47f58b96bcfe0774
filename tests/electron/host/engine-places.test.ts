import { describe, expect, it } from 'vitest';
import { programPlaces } from '../../../electron/host/engine-places.ts';
import { modelPlaces } from '../../../electron/host/model-places.ts';
import { condaList, pythonPlaces } from '../../../electron/host/python-places.ts';

const linux = { env: {}, home: '/home/ada', platform: 'linux' } as const;
const mac = { env: {}, home: '/Users/ada', platform: 'darwin' } as const;
const windows = {
  env: { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local', ProgramFiles: 'C:\\Program Files' },
  home: 'C:\\Users\\ada',
  platform: 'win32',
} as const;

describe('where programs are looked for besides PATH', () => {
  it.each([
    [linux, 'llama.cpp', '/home/ada/llama.cpp/build/bin/llama-server'],
    [linux, 'llama.cpp', '/home/linuxbrew/.linuxbrew/bin/llama-server'],
    [linux, 'ollama', '/usr/local/bin/ollama'],
    [linux, 'ollama', '/snap/bin/ollama'],
    [linux, 'ollama', '/home/ada/.local/bin/ollama'],
    [mac, 'ollama', '/Applications/Ollama.app/Contents/Resources/ollama'],
    [mac, 'llama.cpp', '/opt/homebrew/bin/llama-server'],
    [windows, 'ollama', 'C:\\Users\\ada\\AppData\\Local\\Programs\\Ollama\\ollama.exe'],
    [windows, 'llama.cpp', 'C:\\Users\\ada\\AppData\\Local\\Microsoft\\WinGet\\Links\\llama-server.exe'],
    [windows, 'llama.cpp', 'C:\\Users\\ada\\llama.cpp\\build\\bin\\Release\\llama-server.exe'],
  ] as const)('%# %s', (options, kind, path) => expect(programPlaces(kind, options)).toContain(path));

  it('has no place for what is a Python package or no program', () => {
    for (const kind of ['vllm', 'litellm', 'llama-cpp-python', 'openai'] as const)
      expect(programPlaces(kind, linux)).toEqual([]);
  });
});

describe('where Python environments are looked for', () => {
  const paths = (options: Parameters<typeof pythonPlaces>[0]) =>
    pythonPlaces(options).map(({ path, each }) => (each ? `${path}/*` : path));
  it('are the usual places, moved by their variables', () => {
    expect(paths(linux)).toEqual(
      expect.arrayContaining([
        '/home/ada/.venv',
        '/home/ada/venv',
        '/home/ada/.virtualenvs/*',
        '/home/ada/.pyenv/versions/*',
        '/home/ada/miniconda3',
        '/home/ada/miniconda3/envs/*',
        '/home/ada/.local/share/uv/tools/*',
        '/home/ada/.local/share/pipx/venvs/*',
        '/home/ada/.local',
      ]),
    );
    const env = { VIRTUAL_ENV: '/work', UV_TOOL_DIR: '/tools', PIPX_HOME: '/pipx', PYENV_ROOT: '/pyenv' };
    const moved = paths({ ...linux, env });
    expect(moved[0]).toBe('/work');
    expect(moved).toEqual(expect.arrayContaining(['/tools/*', '/pipx/venvs/*', '/pyenv/versions/*']));
    expect(paths(windows)).toContain('C:\\Users\\ada\\AppData\\Local\\Programs\\Python/*');
    expect(condaList(windows)).toBe('C:\\Users\\ada\\.conda\\environments.txt');
  });
});

describe('where models are looked for', () => {
  const paths = (options: Parameters<typeof modelPlaces>[0]) =>
    modelPlaces(options).map(({ store, path }) => `${store} ${path}`);
  it('are the stores’ own places, moved by their variables', () => {
    expect(paths(linux)).toEqual([
      'folder /home/ada/models',
      'folder /home/ada/Models',
      'folder /home/ada/gguf',
      'folder /home/ada/llama.cpp/models',
      'lm-studio /home/ada/.lmstudio/models',
      'lm-studio /home/ada/.cache/lm-studio/models',
      'llama.cpp /home/ada/.cache/llama.cpp',
      'huggingface /home/ada/.cache/huggingface/hub',
      'ollama /home/ada/.ollama/models',
      'ollama /usr/share/ollama/.ollama/models',
    ]);
    expect(paths(mac)).toContain('llama.cpp /Users/ada/Library/Caches/llama.cpp');
    expect(paths(windows)).toContain('ollama C:\\Users\\ada\\.ollama\\models');
    const env = { OLLAMA_MODELS: '/o', HF_HOME: '/hf', LLAMA_CACHE: '/l', XDG_CACHE_HOME: '/c' };
    expect(paths({ ...linux, env })).toEqual(
      expect.arrayContaining(['ollama /o', 'huggingface /hf/hub', 'llama.cpp /l']),
    );
    expect(paths({ ...linux, env: { XDG_CACHE_HOME: '/c' } })).toContain('huggingface /c/huggingface/hub');
  });
});
