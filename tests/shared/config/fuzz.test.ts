import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../shared/config/parse.ts';
import { MAX_TEXT } from '../../../shared/config/text-findings.ts';
import { expectSound, fuzz } from './fuzz.ts';

it('2,000 texts of bytes and structure: no exception, no place outside of the text', { timeout: 60_000 }, () =>
  fuzz(2000),
);

it('what is checked can fail', () => {
  expect(() => expectSound('version: 1\n')).not.toThrow();
  expect(parseConfig('version: 2\n').config).toBeNull();
});

/** As long as is read at all, and made to be slow: each was, for minutes, before it was looked into. */
const filled = (head: string, line: (i: number) => string): string => {
  let text = head;
  for (let i = 0; text.length < MAX_TEXT - 200; i += 1) text += line(i);
  return text;
};
describe('a text as long as is read', () => {
  // some ten times what each takes: a hang fails, a busy machine does not
  it.each<[string, string]>([
    ['nothing but unknown keys', filled('', (i) => `k${i}: 1\n`)],
    ['nothing but unknown names', filled('aliases:\n', (i) => `  x${i}: y${i}\n`)],
    ['names as one chain', filled('engines: { a: { kind: ollama } }\naliases:\n', (i) => `  x${i}: x${i + 1}\n`)],
    ['nothing but anchors and aliases', filled('', (i) => `a${i}: &x${i} [*x${i - 1}, *x${i - 1}]\n`)],
    ['one key over and over', filled('', () => 'a: 1\n')],
    ['bad names', filled('engines:\n', (i) => `  E${i}: 1\n`)],
    ['arguments that are numbers', filled('engines:\n  a:\n    kind: ollama\n    args:\n', () => '    - 1\n')],
    ['open brackets', '['.repeat(MAX_TEXT)],
    ['dashes', '- '.repeat(MAX_TEXT / 2)],
    ['keys on one line', 'a: '.repeat(MAX_TEXT / 3)],
  ])('%s is answered, with an end to the findings', { timeout: 30_000 }, (_, text) => {
    const { findings } = parseConfig(text);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThanOrEqual(500);
  });
});
