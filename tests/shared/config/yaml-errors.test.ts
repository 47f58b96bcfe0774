import { expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';

it.each<[string, string, string, RegExp]>([
  ['key: value\nfoo\n', 'yaml_syntax', '2:1', /no colon follows/],
  ['a: b: c\n', 'yaml_syntax', '1:4', /same line/],
  ['a:\n  b: 1\n c: 2\n', 'yaml_syntax', '3:1', /indented differently/],
  ['a: @x\n', 'yaml_syntax', '1:4', /keeps for itself/],
  ["a: 'x' y\n", 'yaml_syntax', '1:8', /nothing is expected/],
  ['a: { b: 1\nc: 2\n', 'yaml_syntax', '1:4', /never closed/],
  ["a: 'x\nb: 1\n", 'yaml_syntax', '1:4', /quote is opened/],
  ['a: "\\q"\n', 'yaml_syntax', '1:5', /escape/],
  ['version: 1\n---\nversion: 1\n', 'yaml_syntax', '2:1', /second document/],
  ['version: 1\n"version": 1\n', 'duplicate_key', '2:1', /"version" is written twice/],
])('%j is %s at %s', (text, code, place, words) => {
  const [first, ...more] = parseConfig(text).findings.filter((f) => f.severity === 'error');
  expect([first?.code, `${first?.line}:${first?.column}`]).toEqual([code, place]);
  expect(first?.message).toMatch(words);
  expect(more).toEqual([]);
});

it('every duplicate and every tab is told, each once', () => {
  const places = (text: string) => parseConfig(text).findings.map((f) => `${f.code} ${f.line}`);
  expect(places('version: 1\nlogs: {}\nversion: 1\nlogs: {}\n')).toEqual(['duplicate_key 3', 'duplicate_key 4']);
  expect(places('gateway:\n\tport: 1\nlogs:\n\tfiles: 1\n')).toEqual(['yaml_tab 2', 'yaml_tab 4']);
});

it('a tag that is not known is a warning', () => {
  const { config, findings } = parseConfig('gateway: { host: !mine 127.0.0.1 }\n');
  expect(findings.map((f) => [f.severity, f.code, f.column])).toEqual([['warning', 'yaml_warning', 18]]);
  expect(config).not.toBeNull();
});
