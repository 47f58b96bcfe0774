/** What is wrong with a LiteLLM config, at which place, and what to write instead; effects as LiteLLM 1.106.2 shows them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLitellm } from '../../../shared/config/litellm-check.ts';
import type { Finding } from '../../../shared/model.ts';

const MODELS = `model_list:
  - model_name: qwen
    litellm_params:
      model: openai/tiny
      api_base: http://127.0.0.1:8001/v1
      api_key: none
  - model_name: small
    litellm_params: { model: ollama_chat/llama3.2, api_base: "http://127.0.0.1:11434" }
`;

const brief = ({ severity, code, line, column }: Finding) => `${severity} ${code} ${line}:${column}`;
const found = (text: string) => checkLitellm(text).findings.map(brief);

/** The text after the fix of its first finding. */
function fixed(text: string): string {
  const edits = checkLitellm(text).findings[0]?.fix?.edits ?? [];
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((out, { start, end, text: inner }) => out.slice(0, start) + inner + out.slice(end), text);
}

describe('a LiteLLM config', () => {
  it('without mistakes has no findings', () => {
    const text = `${MODELS}  - model_name: "local/*"
    litellm_params: { model: "hosted_vllm/*", api_base: os.environ/VLLM }
router_settings:
  model_group_alias: { gpt-4o: qwen, quiet: { model: small, hidden: true } }
  fallbacks: [{ qwen: [small, local/x] }, { "*": [small] }]
  routing_strategy: least-busy
  num_retries: 2
  timeout: 30
litellm_settings: { drop_params: true, num_retries: 1, default_fallbacks: [small], some_attribute: 1 }
general_settings: { master_key: os.environ/KEY, something_new: 1 }
environment_variables: { A: b }
`;
    expect(checkLitellm(text)).toEqual({
      findings: [],
      masterKey: 'os.environ/KEY',
      names: ['qwen', 'small', 'gpt-4o', 'quiet'],
    });
  });

  it('knows names of the price list that need no provider', () => {
    const text = 'model_list: [{ model_name: a, litellm_params: { model: gpt-4o, api_key: k } }]\n';
    expect(found(text)).toEqual([]);
  });

  it.each([
    ['not YAML', 'model_list: [', ['error yaml_syntax 1:13']],
    ['a list', '- a\n', ['error wrong_type 1:1']],
    ['empty', '\n', ['warning empty_file 1:1']],
    ['a key twice', `${MODELS}general_settings: {}\ngeneral_settings: {}\n`, ['warning duplicate_key 10:1']],
    ['an unknown section', `${MODELS}router_setings: {}\n`, ['warning unknown_key 9:1']],
    ['a setting at the top', `${MODELS}routing_strategy: least-busy\n`, ['warning misplaced_key 9:1']],
    ['a section that is a list', `${MODELS}litellm_settings: [drop_params]\n`, ['error wrong_type 9:19']],
    ['router_settings that are a list', `${MODELS}router_settings: [1]\n`, ['warning wrong_type 9:18']],
    [
      'a router setting elsewhere',
      `${MODELS}litellm_settings:\n  cooldown_time: 5\n`,
      ['warning misplaced_key 10:3'],
    ],
    [
      'a LiteLLM setting elsewhere',
      `${MODELS}router_settings:\n  drop_params: true\n`,
      ['warning misplaced_key 10:3'],
    ],
    [
      'a key of the proxy elsewhere',
      `${MODELS}litellm_settings:\n  master_key: sk-1\n`,
      ['warning misplaced_key 10:3'],
    ],
    ['a misspelt router setting', `${MODELS}router_settings:\n  num_retrys: 3\n`, ['warning unknown_key 10:3']],
    [
      'health checks of the router',
      `${MODELS}router_settings:\n  health_check_interval: 3\n`,
      ['error misplaced_key 10:3'],
    ],
    [
      'an unknown strategy',
      `${MODELS}router_settings:\n  routing_strategy: least-bussy\n`,
      ['error bad_value 10:21'],
    ],
    ['a timeout with a unit', `${MODELS}router_settings:\n  timeout: 30s\n`, ['error wrong_type 10:12']],
    ['no model list', 'general_settings: {}\n', ['warning missing_key 1:1']],
    ['a model list that is none', 'model_list: { a: b }\n', ['error wrong_type 1:13']],
    ['an entry that is text', 'model_list:\n  - small\n', ['error wrong_type 2:5']],
    ['an entry without a name', 'model_list:\n  - litellm_params: { model: openai/a }\n', ['error missing_key 2:5']],
    ['an entry without parameters', 'model_list:\n  - model_name: a\n', ['error missing_key 2:5']],
    [
      'parameters without a model',
      'model_list:\n  - model_name: a\n    litellm_params: { api_key: k }\n',
      ['error missing_key 3:5'],
    ],
    [
      'parameters beside the name',
      'model_list:\n  - model_name: a\n    api_base: http://x\n    litellm_params: { model: openai/a }\n',
      ['warning misplaced_key 3:5'],
    ],
    [
      'a model without a provider at an own server',
      'model_list:\n  - model_name: a\n    litellm_params: { model: Qwen/Qwen2.5, api_base: "http://x/v1" }\n',
      ['error no_provider 3:30'],
    ],
    [
      'a model without a provider anywhere',
      'model_list:\n  - model_name: a\n    litellm_params: { model: tiny }\n',
      ['warning no_provider 3:30'],
    ],
    [
      'a misspelt address',
      'model_list:\n  - model_name: a\n    litellm_params: { model: openai/a, api_bse: "http://x/v1" }\n',
      ['warning unknown_key 3:40'],
    ],
    [
      'a limit in words',
      'model_list:\n  - model_name: a\n    litellm_params: { model: openai/a, rpm: many }\n',
      ['error wrong_type 3:45'],
    ],
    [
      'an alias to nothing',
      `${MODELS}router_settings:\n  model_group_alias: { b: smal }\n`,
      ['error unknown_model 10:27'],
    ],
    [
      'an alias without a model',
      `${MODELS}router_settings:\n  model_group_alias: { b: { hidden: true } }\n`,
      ['error missing_key 10:24'],
    ],
    ['aliases that are a list', `${MODELS}router_settings:\n  model_group_alias: [b]\n`, ['error wrong_type 10:22']],
    [
      'a fallback to nothing',
      `${MODELS}router_settings:\n  fallbacks: [{ qwen: [smal] }]\n`,
      ['warning unknown_model 10:24'],
    ],
    [
      'a fallback of nothing',
      `${MODELS}router_settings:\n  fallbacks: [{ qwn: [small] }]\n`,
      ['warning unknown_model 10:17'],
    ],
    [
      'a fallback that is text',
      `${MODELS}router_settings:\n  fallbacks: [{ qwen: small }]\n`,
      ['warning wrong_type 10:23'],
    ],
    [
      'fallbacks that are a map',
      `${MODELS}litellm_settings:\n  fallbacks: { qwen: [small] }\n`,
      ['error wrong_type 10:14'],
    ],
    [
      'fallbacks of two names at once',
      `${MODELS}router_settings:\n  fallbacks: [{ qwen: [small], small: [qwen] }]\n`,
      ['error wrong_type 10:15'],
    ],
    [
      'window fallbacks to nothing',
      `${MODELS}router_settings:\n  context_window_fallbacks: [{ qwen: [big] }]\n`,
      ['warning unknown_model 10:39'],
    ],
    [
      'usual fallbacks to nothing',
      `${MODELS}litellm_settings:\n  default_fallbacks: [big]\n`,
      ['warning unknown_model 10:23'],
    ],
  ])('with %s', (_, text, findings) => {
    expect(found(text)).toEqual(findings);
  });

  it('names the list where one name is expected, and offers to remove a needless alias', () => {
    const text = `${MODELS}router_settings:
  num_retries: 1
  model_group_alias:
    qwen:
      - Qwen/Qwen2.5-Coder-7B-Instruct-AWQ     # a list where a string is expected
  timeout: 30
`;
    const [one] = checkLitellm(text).findings;
    expect(one).toMatchObject({ severity: 'error', code: 'wrong_type', line: 12, column: 5, endColumn: 9 });
    expect(one?.message).toContain('list indices must be integers or slices, not str');
    expect(one?.hint).toContain('Remove it');
    expect(fixed(text)).toBe(`${MODELS}router_settings:\n  num_retries: 1\n  model_group_alias:\n  timeout: 30\n`);
    expect(found(fixed(text))).toEqual([]);
  });

  it('writes the one name of a list that names an entry', () => {
    const text = `${MODELS}router_settings:\n  model_group_alias: { other: [small] }\n`;
    expect(found(text)).toEqual(['error wrong_type 10:24']);
    expect(fixed(text)).toBe(`${MODELS}router_settings:\n  model_group_alias: { other: small }\n`);
  });

  it.each([
    ['model: Qwen/Qwen2.5, api_base: "http://x/v1"', 'model: openai/Qwen/Qwen2.5, api_base: "http://x/v1"'],
    ['model: opena/tiny, api_base: "http://x/v1"', 'model: openai/tiny, api_base: "http://x/v1"'],
  ])('puts the provider in front of a model: %s', (before, after) => {
    const text = (params: string) => `model_list:\n  - model_name: a\n    litellm_params: { ${params} }\n`;
    expect(fixed(text(before))).toBe(text(after));
    expect(found(fixed(text(before)))).toEqual([]);
  });

  it('takes a missing name for a guess where models come from elsewhere too', () => {
    const alias = 'router_settings: { model_group_alias: { b: elsewhere } }\n';
    expect(found(`${MODELS}include: [more.yaml]\n${alias}`)).toEqual(['warning unknown_model 10:44']);
    expect(found(`include: [more.yaml]\n${alias}`)).toEqual(['warning unknown_model 2:44']);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (text) => {
        const { findings } = checkLitellm(text);
        for (const one of findings) expect(one.line).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  it('survives any structure', () => {
    const key = fc.constantFrom(
      'model_list',
      'router_settings',
      'model_group_alias',
      'fallbacks',
      'litellm_params',
      'model',
      'a',
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, 1, true, 'a', 'openai/a'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        expect(checkLitellm(JSON.stringify(value)).findings.every((one) => one.message !== '')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
