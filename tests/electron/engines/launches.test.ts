/** What would be run for each kind and platform, to the last argument. */
import { describe, expect, it } from 'vitest';
import type { Launch, LaunchContext } from '../../../electron/engines/profile.ts';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import { engineConfig } from '../../support/engine-config.ts';

const HOMES = { linux: '/home/ada', darwin: '/Users/ada', win32: 'C:\\Users\\ada' } as const;
const context = (platform: LaunchContext['platform']): LaunchContext => ({
  host: '127.0.0.1',
  port: 5001,
  platform,
  home: HOMES[platform],
});

function launch(written: { kind: keyof typeof PROFILES } & Record<string, unknown>, on = context('linux')) {
  const result = PROFILES[written.kind].launch(engineConfig(written), on);
  return 'cause' in result ? result.cause : result;
}

const CORS = { LLAMA_ARG_CORS_ORIGINS: 'localhost' };

describe('llama.cpp', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('serves one model on %s', (platform) => {
    const config = { kind: 'llama.cpp', model: '~/models/tiny.gguf', args: ['-t', '1'] } as const;
    expect(launch(config, context(platform))).toEqual({
      command: 'llama-server',
      args: [
        ...['-m', `${HOMES[platform]}/models/tiny.gguf`, '--alias', 'tiny'],
        ...['--host', '127.0.0.1', '--port', '5001', '--metrics', '-t', '1'],
      ],
      env: CORS,
    });
  });

  it('serves a folder in router mode', () => {
    expect(launch({ kind: 'llama.cpp', models_dir: '~/models' })).toEqual({
      command: 'llama-server',
      args: ['--models-dir', '/home/ada/models', '--host', '127.0.0.1', '--port', '5001', '--metrics'],
      env: CORS,
    });
  });

  it('serves a preset file in router mode', () => {
    expect(launch({ kind: 'llama.cpp', preset: '/etc/models.ini' })).toMatchObject({
      args: ['--models-preset', '/etc/models.ini', '--host', '127.0.0.1', '--port', '5001', '--metrics'],
    });
  });

  it('hands over the key and the user’s environment by variable, never by argument', () => {
    const config = {
      kind: 'llama.cpp',
      model: 'm.gguf',
      command: '~/bin/llama-server',
      api_key: 'quite-secret',
      env: { CUDA_VISIBLE_DEVICES: '1', LLAMA_ARG_CORS_ORIGINS: 'https://here.example' },
    } as const;
    expect(launch(config)).toEqual({
      command: '/home/ada/bin/llama-server',
      args: ['-m', 'm.gguf', '--alias', 'm', '--host', '127.0.0.1', '--port', '5001', '--metrics'],
      env: {
        LLAMA_API_KEY: 'quite-secret',
        CUDA_VISIBLE_DEVICES: '1',
        LLAMA_ARG_CORS_ORIGINS: 'https://here.example',
      },
    });
  });

  it('leaves an alias of the user’s own alone', () => {
    const config = { kind: 'llama.cpp', model: 'm.gguf', args: ['-a', 'mine'] } as const;
    expect(launch(config)).toMatchObject({
      args: ['-m', 'm.gguf', '--host', '127.0.0.1', '--port', '5001', '--metrics', '-a', 'mine'],
    });
  });

  it.each([
    ['--port', '9'],
    ['--host', '0.0.0.0'],
    ['--port=9', ''],
  ])('refuses %s among the arguments', (flag, value) => {
    const cause = launch({ kind: 'llama.cpp', model: 'm.gguf', args: [flag, value] });
    expect(cause).toMatchObject({ code: 'config_invalid', hint: expect.stringContaining('set `') });
  });
});

describe('vLLM', () => {
  const config = {
    kind: 'vllm',
    model: 'Qwen/Qwen2.5-0.5B',
    api_key: 'k',
    args: ['--max-model-len', '4096'],
  } as const;

  it.each(['linux', 'darwin'] as const)('serves its model on %s', (platform) => {
    expect(launch(config, context(platform))).toEqual({
      command: 'vllm',
      args: [
        ...['serve', 'Qwen/Qwen2.5-0.5B', '--host', '127.0.0.1', '--port', '5001'],
        ...['--max-model-len', '4096'],
      ],
      env: { VLLM_API_KEY: 'k' },
    });
  });

  it('says that it does not run on Windows', () => {
    expect(launch(config, context('win32'))).toMatchObject({
      code: 'engine_unsupported',
      hint: expect.stringContaining('WSL2'),
    });
  });

  it('wants a model', () => {
    expect(launch({ kind: 'vllm' })).toMatchObject({ code: 'config_invalid' });
  });
});

describe('Ollama', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('serves on the given address on %s', (platform) => {
    const config = { kind: 'ollama', env: { OLLAMA_KEEP_ALIVE: '1h', OLLAMA_HOST: '0.0.0.0' } } as const;
    expect(launch(config, context(platform))).toEqual({
      command: 'ollama',
      args: ['serve'],
      env: { OLLAMA_KEEP_ALIVE: '1h', OLLAMA_HOST: '127.0.0.1:5001' },
    });
  });
});

describe('LiteLLM', () => {
  it('runs with the user’s own file', () => {
    expect(launch({ kind: 'litellm', config: '~/litellm.yaml', api_key: 'sk-1' })).toEqual({
      command: 'litellm',
      args: [
        ...['--config', '/home/ada/litellm.yaml', '--host', '127.0.0.1', '--port', '5001'],
        ...['--num_workers', '1'],
      ],
      env: { LITELLM_MASTER_KEY: 'sk-1' },
    });
  });

  it('says what to do without one', () => {
    expect(launch({ kind: 'litellm' })).toMatchObject({
      code: 'engine_unsupported',
      hint: expect.stringContaining('`config`'),
    });
  });
});

describe('llama-cpp-python', () => {
  it.each([
    ['linux', 'python3'],
    ['darwin', 'python3'],
    ['win32', 'python'],
  ] as const)('runs as a Python module on %s', (platform, command) => {
    const config = { kind: 'llama-cpp-python', model: '/m/a.gguf', api_key: 'k' } as const;
    expect(launch(config, context(platform))).toEqual({
      command,
      args: [
        ...['-m', 'llama_cpp.server', '--model', '/m/a.gguf', '--model_alias', 'a'],
        ...['--host', '127.0.0.1', '--port', '5001'],
      ],
      env: { INTERRUPT_REQUESTS: 'false', API_KEY: 'k', HOST: '127.0.0.1', PORT: '5001' },
    });
  });
});

describe('openai', () => {
  it('is never started', () => {
    expect(launch({ kind: 'openai', url: 'http://127.0.0.1:1/v1' })).toMatchObject({ code: 'engine_unsupported' });
  });
});

const PLATFORMS = ['linux', 'darwin', 'win32'] as const;
/** One of each kind that can be started, with nothing but what it needs. */
const PLAIN = {
  ollama: { kind: 'ollama' },
  vllm: { kind: 'vllm', model: 'org/model' },
  'llama.cpp': { kind: 'llama.cpp', model: '/m/a.gguf' },
  'llama-cpp-python': { kind: 'llama-cpp-python', model: '/m/a.gguf' },
  litellm: { kind: 'litellm', config: '/m/litellm.yaml' },
} as const;
type Startable = keyof typeof PLAIN;
const KINDS = Object.keys(PLAIN) as Startable[];
const places = KINDS.flatMap((kind) =>
  PLATFORMS.filter((platform) => kind !== 'vllm' || platform !== 'win32').map(
    (platform) => [kind, platform] as const,
  ),
);

/** A launch that must succeed. */
function started(written: Parameters<typeof launch>[0], on: LaunchContext): Launch {
  const result = launch(written, on);
  if (!('command' in result)) throw new Error(result.message);
  return result;
}

describe.each(places)('%s on %s', (kind, platform) => {
  const on = (more: Partial<LaunchContext> = {}) => ({ ...context(platform), ...more });
  const where = ({ args, env }: Launch) => JSON.stringify([args, env]);

  it('says host and port outright, IPv6 as the program wants it', () => {
    for (const host of ['::1', '[::1]']) {
      const { args, env } = started(PLAIN[kind], on({ host, port: 6123 }));
      if (kind === 'ollama') expect(env.OLLAMA_HOST).toBe('[::1]:6123');
      else expect(args.join(' ')).toContain('--host ::1 --port 6123');
      if (kind === 'llama-cpp-python') expect(env).toMatchObject({ HOST: '::1', PORT: '6123' });
    }
    expect(where(started(PLAIN[kind], on({ host: '0.0.0.0' })))).toContain('0.0.0.0');
  });

  it('keeps a key out of the arguments, which every user of the machine can read', () => {
    const { args, env } = started({ ...PLAIN[kind], api_key: 'quite-secret' }, on());
    expect(args.join(' ')).not.toContain('quite-secret');
    // Ollama knows no key.
    expect(Object.values(env).includes('quite-secret')).toBe(kind !== 'ollama');
  });

  it('hands over words with spaces whole, and the user’s arguments last', () => {
    const file = platform === 'win32' ? 'C:\\My models\\a b.gguf' : '/my models/a b.gguf';
    const key = kind === 'litellm' ? 'config' : 'model';
    const command = platform === 'win32' ? '~\\my tools\\run.exe' : '~/my tools/run';
    const written = { ...PLAIN[kind], command, args: ['--with', 'a b'], ...(kind !== 'ollama' && { [key]: file }) };
    const { command: found, args } = started(written, on());
    expect(found).toBe(
      platform === 'win32' ? 'C:\\Users\\ada\\my tools\\run.exe' : `${HOMES[platform]}/my tools/run`,
    );
    if (kind !== 'ollama') expect(args).toContain(file);
    expect(args.slice(-2)).toEqual(['--with', 'a b']);
  });

  it('lets the user’s variables win, but not over where it listens', () => {
    const env = { SOME: 'thing', HOST: 'evil', PORT: '1', OLLAMA_HOST: 'evil:1', INTERRUPT_REQUESTS: 'true' };
    const made = started({ ...PLAIN[kind], env }, on());
    expect(made.env).toMatchObject({ SOME: 'thing', INTERRUPT_REQUESTS: 'true' });
    if (kind === 'ollama') expect(made.env.OLLAMA_HOST).toBe('127.0.0.1:5001');
    if (kind === 'llama-cpp-python') expect(made.env).toMatchObject({ HOST: '127.0.0.1', PORT: '5001' });
  });
});

describe.each(places.filter(([kind]) => kind !== 'ollama'))('%s on %s', (kind, platform) => {
  it('refuses arguments about where it listens', () => {
    for (const args of [['--port', '9'], ['--host', '0.0.0.0'], ['--host=::'], ['--port=9']])
      expect(launch({ ...PLAIN[kind], args }, context(platform))).toMatchObject({
        code: 'config_invalid',
        hint: expect.stringMatching(/set `(host|port):`/),
      });
  });
});

describe('what would move a server elsewhere', () => {
  it.each([
    ['vllm', { args: ['--uds', '/tmp/vllm.sock'] }],
    ['llama-cpp-python', { args: ['--config_file', 'own.json'] }],
    ['llama-cpp-python', { env: { CONFIG_FILE: 'own.json' } }],
  ] as const)('%s with %j is refused', (kind, more) => {
    expect(launch({ ...PLAIN[kind], ...more })).toMatchObject({
      code: 'config_invalid',
      hint: expect.stringContaining('Remove it'),
    });
  });
});
