/** Configs written from LiteLLM's documentation, and what becomes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importLitellm } from '../../../shared/config/litellm-import.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'litellm-configs');
const files = readdirSync(folder);
const source = (name: string) => readFileSync(join(folder, name), 'utf8');

function imported(name: string) {
  const { text, findings, notCarried } = importLitellm(source(name));
  const { config, findings: own } = parseConfig(text ?? '');
  if (text === null || config === null) throw new Error(JSON.stringify(own));
  return { text, config, findings, left: notCarried.map(({ line, what }) => `${line} ${what}`) };
}

describe('a LiteLLM config imported', () => {
  it.each(files)('is a config of ours without errors: %s', (name) => {
    const { text } = importLitellm(source(name));
    expect(parseConfig(text ?? '').findings.filter((one) => one.severity === 'error')).toEqual([]);
    // Nothing secret goes along, whatever the source holds.
    expect(text).not.toMatch(/sk-|not-for-anybody/);
  });

  it('takes a local Ollama for one that Stackyard may start', () => {
    const { text } = imported('one-ollama.yaml');
    expect(text).toBe(`# yaml-language-server: $schema=./stackyard.schema.json
version: 1
engines:
  ollama: { kind: ollama }
models:
  llama3:
    targets:
      - { engine: ollama, model: llama3.2:1b }
`);
  });

  it('makes targets of one model out of the entries of one name, by weight or by order', () => {
    const spread = imported('load-balanced.yaml');
    expect(spread.config.models.chat).toMatchObject({
      strategy: 'weighted',
      targets: [
        { engine: 'vllm-8001', model: 'org/big', weight: 30 },
        { engine: 'vllm-8002', model: 'org/big', weight: 10 },
      ],
    });
    expect(spread.config.engines['vllm-8001']).toMatchObject({ mode: 'external', url: 'http://127.0.0.1:8001' });
    expect(spread.config.routing).toMatchObject({ retries: 3, timeouts: { first_byte: 45_000 } });
    const ordered = imported('ordered.yaml').config.models.chat;
    expect(ordered?.strategy).toBe('priority');
    expect(ordered?.targets.map((one) => one.model)).toEqual(['main', 'spare']);
  });

  it('keeps fallbacks but for circles, and says which line was left', () => {
    const { config, left } = imported('fallbacks.yaml');
    expect(config.models.small?.fallbacks).toEqual(['large', 'last']);
    expect(config.models.large?.fallbacks).toEqual(['last']);
    expect(config.models.large?.targets[0]?.context_length).toBe(32_768);
    expect(config.routing).toMatchObject({ allowed_fails: 3, cooldown: 60_000 });
    expect(config.engines['openai']).toMatchObject({
      url: 'https://api.openai.com/v1',
      api_key: '${env:OPENAI_API_KEY}',
    });
    expect(left).toEqual([
      '6 model_list[1].model_info.mode',
      '13 litellm_settings.fallbacks[1].large',
      '14 litellm_settings.context_window_fallbacks',
    ]);
  });

  it('takes aliases and the strategy along', () => {
    const { config, left } = imported('aliases.yaml');
    expect(config.aliases).toEqual({ 'gpt-4o': 'qwen', quiet: 'qwen' });
    expect(left).toEqual(['8 router_settings.model_group_alias.quiet.hidden']);
  });

  it('refers to keys and never copies one', () => {
    const { config, left } = imported('keys.yaml');
    expect(config.engines.groq?.api_key).toBe('${env:GROQ_API_KEY}');
    expect(config.engines['office-base']).toMatchObject({
      url: '${env:OFFICE_BASE}',
      api_key: '${secret:office-base}',
    });
    expect(config.gateway.api_keys).toMatchObject([{ name: 'master', key: '${secret:master-key}' }]);
    expect(left).toEqual([
      '6 model_list[1].litellm_params.api_key',
      '8 general_settings.master_key',
      '9 general_settings.database_url',
      '10 environment_variables',
    ]);
  });

  it('asks clouds at their address, and names those that it can’t', () => {
    const { config, left } = imported('clouds.yaml');
    expect(Object.keys(config.models)).toEqual(['claude', 'azure-gpt', 'tuned']);
    expect(Object.values(config.engines).map((one) => one.url)).toEqual([
      'https://api.anthropic.com/v1',
      'https://example.openai.azure.com/openai/v1',
      'https://openrouter.ai/api/v1',
    ]);
    expect(config.models.tuned?.params.drop).toEqual(['logit_bias']);
    expect(config.routing.timeouts.first_byte).toBe(120_000);
    expect(left).toEqual([
      '9 model_list[1].litellm_params.api_version',
      '12 model_list[2].litellm_params.model',
      '14 model_list[3].litellm_params.temperature',
      '15 litellm_settings.drop_params',
      '15 litellm_settings.callbacks',
    ]);
  });

  it('makes a name of an engine, or a pattern, out of a wildcard', () => {
    const { config, left } = imported('wildcards.yaml');
    expect(config.engines.anthropic?.url).toBe('https://api.anthropic.com/v1');
    expect(config.patterns).toMatchObject([{ match: '.*', engine: 'server-8080', model: null }]);
    expect(left).toEqual([]);
  });

  it('finds the list-valued alias, and goes without it', () => {
    const { findings, config, left } = imported('broken-alias.yaml');
    expect(findings).toMatchObject([{ severity: 'error', code: 'wrong_type', line: 11 }]);
    expect(config.aliases).toEqual({});
    expect(left).toEqual(['11 router_settings.model_group_alias.qwen-coder-vllm']);
  });

  it('keeps the gateway off a port that one of the servers has', () => {
    const { config } = imported('on-our-port.yaml');
    expect(config.gateway.port).toBe(4001);
    expect(config.engines.ollama).toMatchObject({ mode: 'external', url: 'http://127.0.0.1:11434' });
  });

  it('gives a config without errors, or none, for whatever keys and values', () => {
    const value: fc.Arbitrary<unknown> = fc.oneof(
      fc.constantFrom(
        'ollama/a',
        'openai/b',
        'hosted_vllm/c',
        'x',
        'os.environ/A',
        'http://127.0.0.1:4000/v1',
        '${x}',
        '',
      ),
      fc.constantFrom(0, 1, -1, 1.5, 1e9, true, null, 'a', 'b', '*', 'a/*'),
      fc.string({ maxLength: 8 }),
    );
    const params = fc.dictionary(
      fc.constantFrom(
        'model',
        'api_base',
        'api_key',
        'weight',
        'rpm',
        'order',
        'timeout',
        'max_parallel_requests',
        'seed',
      ),
      value,
    );
    const entry = fc.oneof(
      { weight: 5, arbitrary: fc.record({ model_name: value, litellm_params: params }, { requiredKeys: [] }) },
      value,
    );
    const names = fc.array(value, { maxLength: 3 });
    const rules = fc.array(fc.dictionary(fc.constantFrom('a', 'b', '*', 'c'), names, { maxKeys: 1 }), {
      maxLength: 3,
    });
    const settings = fc.dictionary(
      fc.constantFrom(
        'fallbacks',
        'default_fallbacks',
        'model_group_alias',
        'num_retries',
        'allowed_fails',
        'cooldown_time',
        'timeout',
      ),
      fc.oneof(value, rules, names, fc.dictionary(fc.constantFrom('a', 'x'), value)),
    );
    const file = fc.record({
      model_list: fc.array(entry, { maxLength: 6 }),
      router_settings: settings,
      general_settings: fc.dictionary(fc.constantFrom('master_key'), value),
    });
    fc.assert(
      fc.property(file, (made) => {
        const { text } = importLitellm(JSON.stringify(made));
        if (text === null) return;
        const errors = parseConfig(text).findings.filter((one) => one.severity === 'error');
        expect(errors, text).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
