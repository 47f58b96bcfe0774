import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../shared/config/findings.ts';
import { parseConfig } from '../../../shared/config/parse.ts';

const found = (text: string) => parseConfig(text).findings.map((f) => `${f.severity} ${f.code} ${f.path.join('.')}`);
const ENGINES = 'engines:\n  a: { kind: ollama }\n  b: { kind: vllm, model: m }\n';

describe('ports', () => {
  it.each<[string, string[]]>([
    ['engines: { a: { kind: vllm, model: m, port: 4000 } }', ['error port_clash engines.a.port']],
    ['engines: { a: { kind: litellm, mode: external } }', ['error port_clash engines.a.port']],
    ['engines: { a: { kind: openai, url: "http://localhost:4000/v1" } }', ['error port_clash engines.a.url']],
    ['engines: { a: { kind: ollama }, b: { kind: ollama } }', ['error port_clash engines.b.port']],
    // not on this machine, not certain, or only looked at twice
    ['engines: { a: { kind: openai, url: "http://192.0.2.1:4000/v1" } }', []],
    ['gateway: { port: 0 }\nengines: { a: { kind: vllm, model: m, port: 4000 } }', []],
    ['engines: { a: { kind: vllm, model: m }, b: { kind: vllm, model: m } }', []],
    ['engines: { a: { kind: vllm, mode: external }, b: { kind: vllm, mode: external } }', []],
  ])('%s: %j', (text, findings) => expect(found(`${text}\n`)).toEqual(findings));
});

describe('names', () => {
  it.each<[string, string[]]>([
    ['models: { m: { targets: [{ engine: c, model: x }] } }', ['error unknown_engine models.m.targets.0.engine']],
    ['patterns: [{ match: x, engine: c }]', ['error unknown_engine patterns.0.engine']],
    ['aliases: { x: y }', ['error unknown_model aliases.x']],
    ['aliases: { x: a/any:latest }', []],
    ['aliases: { x: c/any }', ['error unknown_model aliases.x']],
    ['gateway: { default_model: x }', ['error unknown_model gateway.default_model']],
    ['verify: { models: [x] }', ['error unknown_model verify.models.0']],
    ['models: { m: { targets: [{ engine: a, model: x }] } }\naliases: { m: a/x }', ['warning no_effect aliases.m']],
    ['models: { m: { targets: [{ engine: a, model: x }], fallbacks: [m] } }', ['error loop models.m.fallbacks.0']],
    [
      'models: { m: { targets: [{ engine: a, model: x }], fallbacks: [y] } }\naliases: { y: z, z: m }',
      ['error loop aliases.z'],
    ],
  ])('%s: %j', (text, findings) => expect(found(`${ENGINES}${text}\n`)).toEqual(findings));

  it('of dependencies must exist and not lead back', () => {
    expect(found('engines: { a: { kind: ollama, depends_on: [a, c] } }\n')).toEqual([
      'error loop engines.a.depends_on.0',
      'error unknown_engine engines.a.depends_on.1',
    ]);
  });

  it('in a circle are found however long it is, and only there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.boolean(), (length, closed) => {
        const steps = Array.from({ length }, (_, i) => `  x${i}: x${i + 1}\n`).join('');
        const end = `  x${length}: ${closed ? 'x0' : 'a/m'}\n`;
        expect(found(`${ENGINES}aliases:\n${steps}${end}`)).toEqual(closed ? [`error loop aliases.x${length}`] : []);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what is open or secret', () => {
  it('needs a key when other machines can reach it', () => {
    expect(found('gateway: { host: 0.0.0.0 }\n')).toEqual(['error bind_needs_key gateway.host']);
    expect(found('gateway: { host: 0.0.0.0, api_keys: [{ name: a, key: "${secret:a}" }] }\n')).toEqual([]);
  });

  it('is loopback by address or name', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', 'a.localhost', '::1', '[::1]', 'LOCALHOST']) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of ['0.0.0.0', '::', '192.168.1.1', '127.example.org', 'localhost.example.org', '']) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it('is warned of when it stands in the file', () => {
    const text =
      'engines: { a: { kind: openai, url: "http://x/v1", api_key: abc }, b: { kind: vllm, model: m, env: { HF_TOKEN: abc, HF_HOME: /x } } }\n';
    expect(found(text)).toEqual([
      'warning secret_in_plain_text engines.a.api_key',
      'warning secret_in_plain_text engines.b.env.HF_TOKEN',
    ]);
    expect(parseConfig(text).findings.every((f) => !f.message.includes('abc'))).toBe(true);
  });

  it('is warned of when a reference is none', () => {
    expect(found('engines: { b: { kind: vllm, model: m, args: ["${HOME}/x"] } }\n')).toEqual([
      'warning bad_reference engines.b.args.0',
    ]);
  });

  it('has a name of its own', () => {
    const key = '{ name: a, key: "${secret:a}" }';
    expect(found(`gateway: { api_keys: [${key}, ${key}] }\n`)).toEqual([
      'error duplicate_name gateway.api_keys.1.name',
    ]);
  });
});

describe('weights, patterns, groups', () => {
  const target = (weight: number) => `{ engine: a, model: x, weight: ${weight} }`;

  it('weights must come to something, and only count when weighted', () => {
    const model = (strategy: string, ...w: number[]) =>
      `${ENGINES}models: { m: { strategy: ${strategy}, targets: [${w.map(target).join(', ')}] } }\n`;
    expect(found(model('weighted', 0, 0))).toEqual(['error weights_zero models.m.targets.0.weight']);
    expect(found(model('weighted', 0, 2))).toEqual([]);
    expect(found(model('priority', 2, 1))).toEqual(['warning no_effect models.m.targets.0.weight']);
  });

  it('patterns must be expressions of at most 200 characters', () => {
    const pattern = (match: string) => `${ENGINES}patterns: [{ match: ${JSON.stringify(match)}, engine: a }]\n`;
    expect(found(pattern('^qwen.*'))).toEqual([]);
    expect(found(pattern('('))).toEqual(['error bad_pattern patterns.0.match']);
    expect(found(pattern('x'.repeat(201)))).toEqual(['error bad_value patterns.0.match']);
  });

  it('one engine of a group may start with the app', () => {
    const engine = (start: string) => `{ kind: vllm, model: m, group: g, start: ${start} }`;
    expect(found(`engines: { a: ${engine('with-app')}, b: ${engine('on-demand')} }\n`)).toEqual([]);
    expect(found(`engines: { a: ${engine('with-app')}, b: ${engine('with-app')} }\n`)).toEqual([
      'error group_clash engines.b.start',
    ]);
  });
});
