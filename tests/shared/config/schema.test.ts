import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../../electron/engines/profiles.ts';
import {
  defaultCommand,
  defaultConfig,
  defaultMode,
  defaultPort,
  fileSchema,
  finishConfig,
} from '../../../shared/config/schema.ts';
import { ENGINE_KINDS } from '../../../shared/model.ts';

const finish = (file: unknown) => finishConfig(v.parse(fileSchema, file));

describe('the defaults', () => {
  it('are those of the contract', () => {
    expect(defaultConfig()).toEqual({
      version: 1,
      gateway: {
        host: '127.0.0.1',
        port: 4000,
        api_keys: [],
        allowed_hosts: [],
        cors_origins: [],
        default_model: null,
        list_discovered: true,
        max_body: 64 * 2 ** 20,
        body_budget: 256 * 2 ** 20,
        max_connections: 1024,
        trace_budget: 32 * 2 ** 20,
        capture: 'off',
      },
      engines: {},
      models: {},
      aliases: {},
      patterns: [],
      routing: {
        retries: 2,
        allowed_fails: 3,
        cooldown: 30_000,
        queue: { max_waiting: 256, max_wait: 300_000, keepalive: 5_000 },
        timeouts: { connect: 2_000, first_byte: 600_000, idle: 120_000 },
      },
      verify: { every: null, models: [], wake: false },
      gpu: { every: 10_000, warn_memory: 0.95, warn_celsius: 85 },
      logs: { file_size: 10 * 2 ** 20, files: 5 },
      app: {
        on_file_change: 'apply',
        theme: 'system',
        launch_at_login: false,
        notifications: true,
        start_hidden: false,
        close_to_tray: true,
      },
    });
  });

  it('of an engine are those of the contract', () => {
    expect(finish({ engines: { a: { kind: 'ollama' } } }).engines.a).toEqual({
      kind: 'ollama',
      mode: 'auto',
      manager: 'process',
      unit: null,
      url: null,
      host: '127.0.0.1',
      port: 11434,
      api_key: null,
      command: null,
      args: [],
      env: {},
      cwd: null,
      model: null,
      models_dir: null,
      preset: null,
      config: null,
      start: 'on-demand',
      depends_on: [],
      group: null,
      idle_stop: null,
      ready_timeout: 600_000,
      stop_timeout: 10_000,
      restart: { max: 5, window: 600_000, backoff: 1_000, backoff_max: 30_000 },
      health: { every: 10_000, failures: 3 },
      max_memory: null,
      max_concurrent: null,
    });
  });

  it('of a model are those of the contract', () => {
    expect(finish({ models: { m: { targets: [{ engine: 'a', model: 'x' }] } } }).models.m).toEqual({
      targets: [{ engine: 'a', model: 'x', weight: 1, max_concurrent: null, context_length: null }],
      strategy: 'priority',
      wake: 'if-none-ready',
      affinity: false,
      fallbacks: [],
      params: { set: {}, drop: [], rename: {} },
      timeouts: { connect: 2_000, first_byte: 600_000, idle: 120_000 },
    });
  });

  it('of an API key are those of the contract', () => {
    expect(finish({ gateway: { api_keys: [{ name: 'a', key: 'b' }] } }).gateway.api_keys).toEqual([
      { name: 'a', key: 'b', models: ['*'], requests_per_minute: null, tokens_per_minute: null, expires: null },
    ]);
  });

  it('of a port depend on who runs the engine', () => {
    const port = (engine: object) => finish({ engines: { a: engine } }).engines.a?.port;
    expect(port({ kind: 'vllm', model: 'x' })).toBeNull();
    expect(port({ kind: 'vllm', mode: 'external' })).toBe(8000);
    expect(port({ kind: 'vllm', mode: 'external', url: 'http://x:1' })).toBeNull();
    expect(port({ kind: 'llama.cpp', mode: 'auto', model: 'x' })).toBe(8080);
    expect(port({ kind: 'llama.cpp', model: 'x', port: 5 })).toBe(5);
  });
});

describe('what config and engine profiles both say', () => {
  it.each(ENGINE_KINDS)('is the same for %s', (kind) => {
    expect(defaultCommand(kind)).toBe(PROFILES[kind].command);
    expect(defaultPort(kind)).toBe(PROFILES[kind].usualPort);
    expect(defaultMode(kind)).toBe({ ollama: 'auto', openai: 'external' }[kind as string] ?? 'managed');
  });
});
