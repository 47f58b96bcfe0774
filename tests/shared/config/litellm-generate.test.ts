import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkLitellm } from '../../../shared/config/litellm-check.ts';
import { generateLitellm } from '../../../shared/config/litellm-generate.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

const GATEWAY = 'http://127.0.0.1:4000/v1';

function generate(yaml: string) {
  const { config, findings } = parseConfig(yaml);
  if (config === null) throw new Error(JSON.stringify(findings));
  const made = generateLitellm(config, GATEWAY);
  return { ...made, document: parse(made.text) };
}

const CONFIG = `version: 1
engines:
  litellm: { kind: litellm }
  llama: { kind: llama.cpp, model: /m/tiny.gguf }
  ollama: { kind: ollama }
  cloud: { kind: openai, url: "https://api.example/v1", api_key: "\${secret:cloud}" }
models:
  small:
    targets:
      - { engine: llama, model: tiny }
      - { engine: litellm, model: elsewhere }
      - { engine: ollama, model: "llama3.2:1b" }
    fallbacks: [big, only-litellm]
  big: { targets: [{ engine: cloud, model: org/large }] }
  spread: { strategy: weighted, targets: [{ engine: llama, model: a, weight: 3 }, { engine: ollama, model: b, weight: 1 }] }
  only-litellm: { targets: [{ engine: litellm, model: gpt }] }
aliases: { gpt-4o: small, other: only-litellm }
`;

describe('LiteLLM’s config from ours', () => {
  it('has every target of another engine, each by a name that stands for that engine alone', () => {
    const { document, names } = generate(CONFIG);
    const entries = document.model_list.map(
      (entry: { model_name: string; litellm_params: Record<string, unknown> }) => [
        entry.model_name,
        entry.litellm_params.model,
        entry.litellm_params.order ?? entry.litellm_params.weight ?? null,
      ],
    );
    expect(entries).toEqual([
      ['small', 'openai/llama/tiny', 1],
      ['small', 'openai/ollama/llama3.2:1b', 2],
      ['big', 'openai/cloud/org/large', null],
      ['spread', 'openai/llama/a', 3],
      ['spread', 'openai/ollama/b', 1],
    ]);
    expect(names).toEqual(['small', 'big', 'spread', 'gpt-4o']);
    expect(document.router_settings).toEqual({
      num_retries: 1,
      disable_cooldowns: true,
      model_group_alias: { 'gpt-4o': 'small' },
      fallbacks: [{ small: ['big'] }],
    });
  });

  it('asks our gateway for everything, and has no secret in it', () => {
    const { document, text } = generate(CONFIG);
    for (const { litellm_params } of document.model_list) {
      expect(litellm_params.api_base).toBe(GATEWAY);
      expect(litellm_params.api_key).toMatch(/^os\.environ\//);
    }
    expect(document.general_settings.master_key).toMatch(/^os\.environ\//);
    expect(text).not.toContain('secret');
  });

  it('passes our own check, and is the same for the same config', () => {
    const { text } = generate(CONFIG);
    expect(checkLitellm(text).findings).toEqual([]);
    expect(generate(`${CONFIG}# a comment\n`).text).toBe(text);
  });

  it.each(['http://127.0.0.1:4000/v1', 'http://localhost:4010/v1', 'http://[::1]:4010'])(
    'can’t be led back by an engine at %s, since such a config is refused',
    (url) => {
      const { config, findings } = parseConfig(`version: 1
gateway: { port: 4000 }
engines:
  litellm: { kind: litellm, port: 4010 }
  round: { kind: openai, url: "${url}" }
models: { a: { targets: [{ engine: round, model: b }] } }
`);
      expect(config).toBeNull();
      expect(findings.map(({ code }) => code)).toEqual(['port_clash']);
    },
  );

  it('is empty when no other engine has a model', () => {
    expect(generate('version: 1\nengines: { litellm: { kind: litellm } }\n')).toMatchObject({ names: [] });
  });
});
