/** What would be run for each kind and platform, to the last argument. */
import { describe, expect, it } from 'vitest';
import type { LaunchContext } from '../../../electron/engines/profile.ts';
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
      env: { INTERRUPT_REQUESTS: 'false', API_KEY: 'k' },
    });
  });
});

describe('openai', () => {
  it('is never started', () => {
    expect(launch({ kind: 'openai', url: 'http://127.0.0.1:1/v1' })).toMatchObject({ code: 'engine_unsupported' });
  });
});

describe('every profile', () => {
  it.each(Object.entries(PROFILES))(
    '%s is filed under its own kind and never asks what wakes a model',
    (kind, profile) => {
      expect(profile.kind).toBe(kind);
      const asked = Object.values(profile.probes).flatMap((spec) => (spec === null ? [] : [spec]));
      for (const spec of asked) {
        expect(spec.method).toBe('GET');
        expect(spec.path.startsWith('/')).toBe(true);
      }
      // LiteLLM's /health calls every model behind it.
      if (kind === 'litellm') expect(asked.map((spec) => spec.path)).not.toContain('/health');
    },
  );
});
