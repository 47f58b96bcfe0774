import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLitellm } from '../../../shared/config/litellm-check.ts';
import { mendLitellm } from '../../../shared/config/litellm-fix.ts';

const STORY = `# four servers, one address
model_list:
  - model_name: qwen-coder-vllm   # our own card
    litellm_params:
      model: hosted_vllm/Qwen/Qwen2.5-Coder-7B-Instruct-AWQ
      api_base: http://127.0.0.1:8001/v1

router_settings:
  num_retries: 2
  model_group_alias:
    qwen-coder-vllm:
      - Qwen/Qwen2.5-Coder-7B-Instruct-AWQ     # a list where a string is expected
`;

describe('mending a LiteLLM config', () => {
  it('takes the needless list-valued alias out and leaves every other byte', () => {
    const before = checkLitellm(STORY).findings[0];
    expect(before).toMatchObject({ severity: 'error', code: 'wrong_type', line: 11, column: 5 });
    expect(before?.message).toContain('list indices must be integers or slices, not str');
    const { text, fixed, left } = mendLitellm(STORY);
    expect(text).toBe(STORY.split('\n').slice(0, 10).concat('').join('\n'));
    expect(fixed.map((one) => one.code)).toEqual(['wrong_type']);
    expect(left).toEqual([]);
  });

  it.each([
    ['', '\n'],
    ['     # a list where a string is expected', '\n'],
    ['', '\r\n'],
    ['', '\n\n# how it is run\n'],
  ])('writes the one name in the place of its list, and moves nothing behind it: %j %j', (comment, eol) => {
    const text = (value: string) =>
      `model_list:
  - model_name: big
    litellm_params: { model: openai/big, api_base: "http://127.0.0.1:1/v1" }
router_settings:
  model_group_alias:
    coder:
      ${value}${comment}${eol}general_settings: {}
`;
    const { text: after, left } = mendLitellm(text('- big'));
    expect(after).toBe(text('big'));
    expect(left).toEqual([]);
  });

  it('takes a needless alias out without the comments of what comes next', () => {
    const next = '# how it is run\ngeneral_settings: {}\n';
    const { text, left } = mendLitellm(`${STORY}${next}`);
    expect(text).toBe(`${STORY.split('\n').slice(0, 10).join('\n')}\n${next}`);
    expect(left).toEqual([]);
  });

  it('goes on with what a first fix brings to light, in files with CRLF and a BOM too', () => {
    const text = `\ufeffmodel_list:\r\n  - model_name: a\r\n    litellm_params: { model: qwem, api_bas: "http://127.0.0.1:1/v1" }\r\nrouter_setings:\r\n  fallbacks: [{ a: [aa] }]\r\n  timeout: 30s\r\n`;
    const { text: after, left } = mendLitellm(text);
    expect(after.startsWith('\ufeffmodel_list:\r\n  - model_name: a\r\n')).toBe(true);
    expect(after).toContain('router_settings:\r\n');
    expect(after).toContain('timeout: 30\r\n');
    expect(after).toContain('model: openai/qwem, api_base:');
    expect(left.filter((one) => one.severity === 'error')).toEqual([]);
  });

  it('never makes it worse, whatever the text', () => {
    const word = fc.constantFrom(
      'model_list',
      'model_name',
      'litellm_params',
      'model',
      'a',
      'b',
      '[a]',
      '{a: [b]}',
      '30s',
    );
    const line = fc.tuple(fc.constantFrom('', '  ', '  - ', '    ', '      '), word, fc.option(word, { nil: '' }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (rows) => {
        const text = rows.map(([indent, key, value]) => `${indent}${key}: ${value}`).join('\n');
        const errors = (t: string) => checkLitellm(t).findings.filter((one) => one.severity === 'error').length;
        const { text: after, fixed } = mendLitellm(text);
        expect(errors(after)).toBeLessThanOrEqual(errors(text));
        expect(after === text).toBe(fixed.length === 0);
      }),
    );
  });
});
