import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../shared/config/check.ts';
import { judgePattern } from '../../../shared/config/pattern-check.ts';

describe('a pattern', () => {
  it.each([
    ['^qwen.*'],
    ['^(gpt|claude)-[\\w.-]+$'],
    ['^(?:qwen|llama|mistral)[-_.:/a-z0-9]*$'],
    ['^.+:.+$'],
    ['.*/.*:.*'],
    ['^([^/]+/)*[^/]+$'],
    ['^(?:qwen|llama)[0-9.]*(?:[-:](?:instruct|chat))?(?:[-:][0-9.]+b)?(?:[-:]q[0-9]_[a-z0-9_]+)?$'],
    ['(?<=gpt-)4o?'],
  ])('%s is taken', async (match) => expect(await judgePattern(match)).toBe('safe'));

  it.each([
    ['^(a+)+$'],
    ['^(a|a)*$'],
    ['^(a|aa)+$'],
    ['^(?:[a-z]+-?)+$'],
    ['^(.*,)*x$'],
    ['(\\w+\\s?)*!'],
    ['.*.*.*.*='],
    ['(?:a{1,50}){1,50}b'],
    ['^(?=(a+)+$)x'],
  ])('%s backtracks catastrophically', async (match) => expect(await judgePattern(match)).toBe('catastrophic'));

  it('of whatever kind is judged, or said to be undecided', async () => {
    for (const match of ['(', '.*'.repeat(100), 'a{0,9999}'.repeat(22), '(a|b)*c'.repeat(28), '(?<n>a+)+\\k<n>$'])
      expect(['catastrophic', 'undecided', 'broken', 'safe']).toContain(await judgePattern(match));
  });
});

it('what backtracks catastrophically is an error at its place, and no config comes of it', async () => {
  const text =
    'engines: { a: { kind: ollama } }\npatterns:\n  - { match: ok.*, engine: a }\n  - { match: "(a+)+$", engine: a }\n';
  const { config, findings } = await checkConfig(text);
  expect(config).toBeNull();
  expect(findings).toMatchObject([
    { severity: 'error', code: 'slow_pattern', line: 4, column: 14, path: ['patterns', 1, 'match'] },
  ]);
});
