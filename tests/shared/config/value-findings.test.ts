import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../shared/config/edit.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

/** The one finding of a text. */
const only = (text: string) => {
  const { findings } = parseConfig(text);
  expect(findings.map((f) => f.message)).toHaveLength(1);
  return findings[0];
};
const engine = (line: string) => `engines:\n  e:\n    kind: vllm\n    model: m\n    ${line}\n`;

describe('a fix', () => {
  it.each([
    ['app: { launch_at_login: yes }\n', 'app: { launch_at_login: true }\n'],
    ['app: { launch_at_login: "off" }\n', 'app: { launch_at_login: false }\n'],
    ['app: { theme: Drak }\n', 'app: { theme: dark }\n'],
    ['gateway: { port: "4000" }\n', 'gateway: { port: 4000 }\n'],
    ['logs: { file_size: 10 mb }\n', 'logs: { file_size: 10MiB }\n'],
    ['routing: { cooldown: 30 sec }\n', 'routing: { cooldown: 30s }\n'],
    [engine('args: [-t, 4]'), engine('args: [-t, "4"]')],
    [engine('env: { N: 1.10, B: on }').replace(', B: on', ''), engine('env: { N: "1.10" }')],
    [engine('args: --eager --seed 1'), engine('args: ["--eager", "--seed", "1"]')],
    [engine('gorup: g'), engine('group: g')],
    ['gateway: { cors_origins: http://a }\n', 'gateway: { cors_origins: [http://a] }\n'],
  ])('turns %j into %j', (text, better) => {
    const fixed = applyEdits(text, only(text)?.fix?.edits ?? []);
    expect(fixed).toBe(better);
    expect(parseConfig(fixed).findings).toEqual([]);
  });

  it.each([
    ['gateway: { port: many }\n'],
    ['gateway: { port: 70000 }\n'],
    ['gateway: { port: 1.5 }\n'],
    ['routing: { cooldown: 30 }\n'],
    [engine('args: { a: 1 }')],
    [engine("args: -x 'a b'")],
  ])('is not guessed for %j', (text) => expect(only(text)?.fix).toBeUndefined());
});

describe('a message', () => {
  it.each<[string, RegExp, RegExp]>([
    ['gateway: { port: 70000 }\n', /gateway\.port is the number 70000, which is above 65535/, /from 0 to 65535/],
    ['routing: { cooldown: 30 }\n', /must be a duration/, /`30s` is seconds/],
    ['gateway: { max_body: null }\n', /must be a size.*not nothing \(null\)/, /leave the key out/],
    ['engines: [a]\n', /engines must be names with something below each, not a list/, /key: value/],
    ['gateway: []\n', /gateway must be a group of keys, not a list/, /key: value/],
    ['engines: { e: [] }\n', /engines\.e must be a group of keys, not a list/, /key: value/],
    ['engines: { e: }\n', /engines\.e must be a group of keys/, /key: value/],
    [
      'engines: { e: { kind: ollama } }\nmodels: { m: { targets: [] } }\n',
      /models\.m\.targets is empty/,
      /at least one/,
    ],
    [
      'engines: { e: { kind: ollama } }\nmodels: { m: { targets: [{ engine: e }] } }\n',
      /targets\[0\] has no `model`/,
      /Add `model:`/,
    ],
    ['version: one\n', /version must be the number 1/, /the number 1/],
    ['gateway: { cors_origins: ["*"] }\n', /cors_origins\[0\].*not an origin/, /http:\/\/localhost:3000/],
    ['gateway: { trace: 1 }\n', /no key `trace` in gateway/, /Keys here: host, port/],
  ])('for %j says what, why and what to write', (text, message, hint) => {
    const one = only(text);
    expect(one?.message).toMatch(message);
    expect(one?.hint).toMatch(hint);
  });
});
