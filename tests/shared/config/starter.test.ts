import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';
import { composeConfig } from '../../../shared/config/starter.ts';
import type { Found } from '../../../shared/contract/detected.ts';
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
  running: { url: `http://127.0.0.1:${port}${kind === 'openai' ? '/v1' : ''}`, port, holder: null, models: [] },
  note: '',
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
          fc.pre(modelFolder === null || !modelFolder.includes('${'));
          const text = composeConfig({ gatewayPort, picks, modelFolder });
          const { config, findings } = parseConfig(text);
          expect(findings).toEqual([]);
          expect(config?.gateway.port).toBe(gatewayPort);
          for (const engine of Object.values(config?.engines ?? {})) {
            if (engine.models_dir !== null) expect(engine.models_dir).toBe(modelFolder);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
