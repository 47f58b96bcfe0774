import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';
import { replaceReferences } from '../../../shared/config/references.ts';
import { composeConfig as compose, defaultPicks, type StarterPick } from '../../../shared/config/starter.ts';
import type { Detected, Found, FoundModel } from '../../../shared/contract/detected.ts';
import { ENGINE_KINDS } from '../../../shared/model.ts';

const program = (kind: Found['kind'], command: string): Found => ({
  id: `path:${command}`,
  kind,
  title: kind,
  command: `/usr/bin/${command}`,
  on_path: true,
  blocked: null,
  version: null,
  running: null,
  note: '',
});
const server = (kind: Found['kind'], port: number): Found => ({
  id: `port:${port}`,
  kind,
  title: kind,
  command: null,
  on_path: false,
  blocked: null,
  version: null,
  running: {
    url: `http://127.0.0.1:${port}${kind === 'openai' ? '/v1' : ''}`,
    port,
    holder: null,
    models: [],
    needs_key: false,
  },
  note: '',
});

const pick = (found: Found, serves: string | null = null): StarterPick => ({ found, serves, secret: null });
const composeConfig = (choice: { gatewayPort: number; picks: Found[]; modelFolder: string | null }) =>
  compose({
    gatewayPort: choice.gatewayPort,
    picks: choice.picks.map((found) => pick(found, found.kind === 'llama.cpp' ? choice.modelFolder : null)),
  });

describe('the first config', () => {
  it('reads well', () => {
    const text = composeConfig({
      gatewayPort: 4000,
      picks: [
        program('llama.cpp', 'llama-server'),
        server('ollama', 11434),
        server('openai', 1234),
        program('vllm', 'vllm'),
      ],
      modelFolder: '/home/me/My models',
    });
    expect(text).toMatchInlineSnapshot(`
      "# Stackyard: what serves models on this machine, behind one address.
      # Edit it here or in the window: comments and order stay. Every option: \`stackyard check\` knows it, docs/config.md explains it.
      version: 1

      gateway:
        port: 4000 # for clients: http://127.0.0.1:4000/v1

      engines:
        # each model of the folder is loaded when asked for
        llama:
          kind: llama.cpp
          models_dir: "/home/me/My models"

        # ollama, already running; only used, never stopped
        ollama:
          kind: ollama
          mode: external

        # openai, already running; only used, never stopped
        server-1234:
          kind: openai
          url: http://127.0.0.1:1234/v1

        # vllm: fill in \`model\` and remove the #
        #vllm:
        #  kind: vllm
        #  model: Qwen/Qwen2.5-0.5B-Instruct
      "
    `);
  });

  it('has no engine when nothing was ticked, or nothing works as it stands', () => {
    for (const picks of [[], [program('vllm', 'vllm'), program('llama.cpp', 'llama-server')]]) {
      const { config, findings } = parseConfig(composeConfig({ gatewayPort: 4001, picks, modelFolder: null }));
      expect(findings).toEqual([]);
      expect(config).toMatchObject({ engines: {}, gateway: { port: 4001 } });
    }
  });

  it('names a server once, found as program and on its port', () => {
    const ollama: Found = { ...program('ollama', 'ollama'), running: server('ollama', 11434).running };
    const text = composeConfig({ gatewayPort: 4000, picks: [ollama, server('ollama', 11434)], modelFolder: null });
    expect(Object.keys(parseConfig(text).config?.engines ?? {})).toEqual(['ollama']);
    expect(parseConfig(text).config?.engines.ollama?.mode).toBe('auto');
  });

  it('has no finding, whatever was found', () => {
    const found = fc.oneof(
      fc
        .tuple(fc.constantFrom(...ENGINE_KINDS), fc.string())
        .map(([kind, title]) => ({ ...program(kind, 'x'), title })),
      fc
        .tuple(fc.constantFrom(...ENGINE_KINDS), fc.integer({ min: 1, max: 65_535 }))
        .map(([kind, port]) => server(kind, port)),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(found, { maxLength: 6 }),
        fc.option(fc.string({ minLength: 1 }), { nil: null }),
        (gatewayPort, picks, modelFolder) => {
          const text = composeConfig({ gatewayPort, picks, modelFolder });
          const { config, findings } = parseConfig(text);
          expect(findings).toEqual([]);
          expect(config?.gateway.port).toBe(gatewayPort);
          for (const engine of Object.values(config?.engines ?? {})) {
            // as it is written: what looks like a reference is none
            if (engine.models_dir !== null) expect(replaceReferences(engine.models_dir, () => '?')).toBe(modelFolder);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('names the program by its path where its name alone does not find it, and what it serves', () => {
    const at = (kind: Found['kind'], command: string): Found => ({
      ...program(kind, command),
      command,
      on_path: false,
    });
    const text = compose({
      gatewayPort: 4000,
      picks: [
        pick(at('vllm', '/home/me/.venv/bin/vllm'), 'Qwen/Qwen2.5-7B-Instruct-AWQ'),
        pick(at('llama-cpp-python', '/home/me/venv/bin/python3'), '/home/me/models/a.gguf'),
        pick(at('ollama', '/opt/ollama/bin/ollama')),
        pick(at('llama.cpp', '/home/me/llama.cpp/build/bin/llama-server'), '/home/me/models'),
      ],
    });
    const { config, findings } = parseConfig(text);
    expect(findings).toEqual([]);
    expect(
      Object.values(config?.engines ?? {}).map(({ kind, command, model, models_dir }) => [
        kind,
        command,
        model,
        models_dir,
      ]),
    ).toEqual([
      ['vllm', '/home/me/.venv/bin/vllm', 'Qwen/Qwen2.5-7B-Instruct-AWQ', null],
      ['llama-cpp-python', '/home/me/venv/bin/python3', '/home/me/models/a.gguf', null],
      ['ollama', '/opt/ollama/bin/ollama', null, null],
      ['llama.cpp', '/home/me/llama.cpp/build/bin/llama-server', null, '/home/me/models'],
    ]);
  });

  it('has named servers, their keys as secrets only, and how the app starts', () => {
    const text = compose({
      gatewayPort: 4000,
      picks: [{ found: server('openai', 1234), serves: null, secret: 'studio' }],
      servers: [
        { url: 'https://api.example.com/v1', secret: 'api-example-com' },
        { url: 'http://192.0.2.10:8000/v1', secret: null },
      ],
      launchAtLogin: true,
      startHidden: true,
    });
    const { config, findings } = parseConfig(text);
    expect(findings).toEqual([]);
    expect(config?.app).toMatchObject({ launch_at_login: true, start_hidden: true });
    expect(Object.entries(config?.engines ?? {}).map(([name, { url, api_key }]) => [name, url, api_key])).toEqual([
      ['server-1234', 'http://127.0.0.1:1234/v1', '${secret:studio}'],
      ['api-example-com', 'https://api.example.com/v1', '${secret:api-example-com}'],
      ['server', 'http://192.0.2.10:8000/v1', null],
    ]);
  });

  it('has a LiteLLM without a file: its config is made from this one', () => {
    const { config, findings } = parseConfig(
      compose({ gatewayPort: 4000, picks: [pick(program('litellm', 'litellm'))] }),
    );
    expect(findings).toEqual([]);
    expect(config?.engines.litellm).toMatchObject({ kind: 'litellm', config: null });
  });

  it('takes a folder with a dollar and a brace for what it is called', () => {
    const text = compose({
      gatewayPort: 4000,
      picks: [pick(program('llama.cpp', 'llama-server'), '/m/${env:HOME}')],
    });
    expect(text).toContain('$${env:HOME}');
    expect(parseConfig(text).findings).toEqual([]);
  });

  it('leaves out what is blocked, ticked or not', () => {
    const blocked = { ...program('litellm', 'litellm'), blocked: 'LiteLLM 1.82.8 is a compromised release.' };
    expect(compose({ gatewayPort: 4000, picks: [pick(blocked)] })).not.toContain('litellm');
  });
});

describe('what is ticked from the start', () => {
  const model = (name: string, more: Partial<FoundModel> = {}): FoundModel => ({
    path: `/m/${name}.gguf`,
    name,
    store: 'folder',
    format: 'gguf',
    purpose: 'chat',
    quantization: null,
    context_length: null,
    parameters: null,
    bytes: 1,
    problem: null,
    ...more,
  });
  const folder = (path: string, models: FoundModel[], more = {}) => ({
    path,
    store: 'folder' as const,
    models_dir: true,
    files: models.length,
    bytes: models.length,
    models,
    complete: true,
    ...more,
  });
  const detected = (found: Found[], model_folders: Detected['model_folders'] = []): Detected => ({
    found,
    model_folders,
    config_path: '/c/stackyard.yaml',
    gateway: { port: 4000, busy: null },
  });
  const ticked = (what: Detected) => defaultPicks(what).map(({ found, serves }) => [found.id, serves]);

  it('is what runs, and the first program of each kind that has something to serve', () => {
    const second = { ...program('llama.cpp', 'llama-server'), id: 'at:/opt/llama-server' };
    const found = [
      server('ollama', 11434),
      program('llama.cpp', 'llama-server'),
      second,
      program('vllm', 'vllm'),
      program('litellm', 'litellm'),
    ];
    expect(ticked(detected(found, [folder('/m', [model('a')])]))).toEqual([
      ['port:11434', null],
      ['path:llama-server', '/m'],
    ]);
    expect(ticked(detected(found))).toEqual([['port:11434', null]]);
    const awq = model('ada/awq', { format: 'safetensors', store: 'huggingface' });
    expect(ticked(detected(found, [folder('/hf', [awq], { models_dir: false })]))).toEqual([
      ['port:11434', null],
      ['path:vllm', 'ada/awq'],
    ]);
  });

  it('is nothing that can’t work: blocked, in want of a key, with no chat model that can be read', () => {
    const locked = server('openai', 1234);
    const found = [
      { ...locked, running: locked.running && { ...locked.running, needs_key: true } },
      { ...program('ollama', 'ollama'), blocked: 'no' },
      program('llama.cpp', 'llama-server'),
      program('llama-cpp-python', 'python3'),
    ];
    const models = [model('embed', { purpose: 'embedding' }), model('cut', { problem: 'not readable' })];
    expect(ticked(detected(found, [folder('/m', models)]))).toEqual([]);
  });
});
