import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../shared/config/edit.ts';
import { FINDING_CODES } from '../../../shared/config/finding-codes.ts';
import { parseConfig } from '../../../shared/config/parse.ts';
import type { Finding } from '../../../shared/model.ts';
import { CONTRACT_EXAMPLE } from '../../fixtures/contract-example.ts';

const folder = join(import.meta.dirname, '../../fixtures/configs');
const fixture = (name: string): string => readFileSync(join(folder, `${name}.yaml`), 'utf8');
const place = (f: Finding): string => `${f.line}:${f.column}-${f.endLine}:${f.endColumn}`;
const errors = (text: string): readonly Finding[] => parseConfig(text).findings.filter((f) => f.severity === 'error');

/** Of some of the broken configs: file, code, path, place, words of the advice, text of the fix. */
const BROKEN: [string, string, (string | number)[], string, RegExp, string | null][] = [
  ['alias-loop', 'loop', ['aliases', 'tiny'], '4:9-4:14', /one step/, null],
  ['alias-to-nothing', 'yaml_alias', [], '3:36-3:41', /in quotes/, null],
  [
    'args-as-text',
    'wrong_type',
    ['engines', 'llama', 'args'],
    '6:11-6:31',
    /\["-t", "4"/,
    '["-t", "4", "--ctx-size", "2048"]',
  ],
  ['bad-name', 'bad_name', ['engines', 'My_Llama'], '3:3-3:11', /`my-llama`/, null],
  ['bad-pattern', 'bad_pattern', ['patterns', 0, 'match'], '5:14-5:21', /backslash/, null],
  ['bom-and-crlf', 'unknown_key', ['gatway'], '2:1-2:7', /`gateway`/, 'gateway'],
  [
    'dependencies-of-one-group',
    'group_dependency',
    ['engines', 'front', 'depends_on', 2],
    '9:30-9:33',
    /`two` out of `depends_on`/,
    null,
  ],
  [
    'dependency-in-a-group',
    'group_dependency',
    ['engines', 'chat', 'depends_on', 0],
    '3:66-3:71',
    /out of the group/,
    null,
  ],
  ['dependency-loop', 'loop', ['engines', 'b', 'depends_on', 0], '4:47-4:48', /one step/, null],
  ['duplicate-engine', 'duplicate_key', [], '4:3-4:8', /Remove one/, null],
  ['duration-without-unit', 'bad_duration', ['engines', 'ollama', 'ready_timeout'], '5:20-5:23', /`600s`/, null],
  ['empty', 'empty_file', [], '1:1-1:2', /version: 1/, null],
  ['impossible-port', 'bad_value', ['engines', 'one', 'port'], '3:44-3:49', /65535/, null],
  ['newer-version', 'newer_version', ['version'], '1:10-1:11', /version: 1/, null],
  ['open-bracket', 'yaml_syntax', [], '6:11-6:12', /missing `\]`/, null],
  ['open-to-the-network', 'bind_needs_key', ['gateway', 'host'], '3:9-3:16', /api_keys/, '127.0.0.1'],
  ['port-as-text', 'wrong_type', ['gateway', 'port'], '2:18-2:24', /`4000`/, '4000'],
  ['tab', 'yaml_tab', [], '3:1-3:2', /spaces/, null],
  ['two-on-one-port', 'port_clash', ['engines', 'two', 'port'], '4:44-4:48', /another `port`/, null],
  ['two-start-in-a-group', 'group_clash', ['engines', 'two', 'start'], '4:58-4:66', /on-demand/, 'on-demand'],
  ['unclosed-quote', 'yaml_syntax', [], '5:10-5:11', /missing quote/, null],
  [
    'unknown-engine',
    'unknown_engine',
    ['models', 'coder', 'targets', 0, 'engine'],
    '7:19-7:24',
    /`ollama`/,
    'ollama',
  ],
  ['unknown-key', 'unknown_key', ['engines', 'llama', 'modle'], '5:5-5:10', /`model`/, 'model'],
  ['unknown-kind', 'bad_value', ['engines', 'big', 'kind'], '3:16-3:19', /`vllm`/, 'vllm'],
  ['unquoted-reference', 'yaml_syntax', [], '3:61-3:62', /double quotes/, null],
  [
    'url-of-managed',
    'conflicting_keys',
    ['engines', 'llama', 'url'],
    '5:5-5:8',
    /mode: external/,
    'mode: external\n    url',
  ],
  ['weights-zero', 'weights_zero', ['models', 'm', 'targets', 0, 'weight'], '8:45-8:46', /above 0/, null],
  ['without-model', 'missing_key', ['engines', 'llama', 'model'], '3:3-3:8', /models_dir/, null],
  ['wrong-size', 'bad_size', ['gateway', 'max_body'], '3:13-3:17', /`64MiB`/, '64MiB'],
];

describe('broken configs', () => {
  it.each(BROKEN)('%s: %s', (name, code, path, where, advice, fix) => {
    const text = fixture(name);
    const { config, findings } = parseConfig(text);
    expect(config).toBeNull();
    expect(findings.map((f) => [f.severity, f.code, f.path, place(f)])).toEqual([['error', code, path, where]]);
    const [found] = findings;
    expect(found?.hint).toMatch(advice);
    expect(found?.fix?.edits.map((e) => e.text) ?? null).toEqual(fix === null ? null : [fix]);
    if (found?.fix) {
      expect(errors(applyEdits(text, found.fix.edits)).filter((f) => f.code === code)).toEqual([]);
    }
  });
});

describe('a good config', () => {
  it('is the example of the contract, without a finding', () => {
    const { config, findings } = parseConfig(CONTRACT_EXAMPLE);
    expect(findings).toEqual([]);
    expect(config?.engines['qwen-vllm']).toMatchObject({ mode: 'managed', port: 8001, idle_stop: 900_000 });
    expect(config?.engines.ollama).toMatchObject({ mode: 'auto', port: 11434, start: 'on-demand' });
    expect(config?.engines.workstation).toMatchObject({ mode: 'external', port: null });
    expect(config?.models['qwen-coder']?.timeouts).toEqual({ connect: 2000, first_byte: 600_000, idle: 120_000 });
  });

  it('has defaults where a section is empty, and is off where null says so', () => {
    const { config } = parseConfig(
      'logs:\nengines:\n  a: { kind: ollama, restart: null, health: null }\ngpu: null\nmodels:\n',
    );
    expect(config?.logs).toEqual({ file_size: 10 * 2 ** 20, files: 5 });
    expect(config?.engines.a?.restart.max).toBe(0);
    expect(config?.engines.a?.health).toEqual({ every: null, failures: 3 });
    expect(config?.gpu.every).toBeNull();
  });

  it('may share values by anchors and merges', () => {
    const text =
      'engines:\n  a: &x { kind: vllm, model: org/a, args: ["--x"] }\n  b:\n    <<: *x\n    model: org/b\n';
    const { config, findings } = parseConfig(text);
    expect(findings).toEqual([]);
    expect(config?.engines.b).toMatchObject({ kind: 'vllm', model: 'org/b', args: ['--x'] });
  });

  it('takes timeouts of a model over those of routing', () => {
    const text =
      'routing: { timeouts: { idle: 1s } }\nengines: { a: { kind: ollama } }\nmodels: { m: { targets: [{ engine: a, model: x }], timeouts: { connect: 5s } } }\n';
    expect(parseConfig(text).config?.models.m?.timeouts).toEqual({ connect: 5000, first_byte: 600_000, idle: 1000 });
  });
});

describe('findings', () => {
  it('come all at once, by place', () => {
    const text = 'gatway: {}\nengines:\n  a: { kind: vllm, model: x, prot: 1, port: no, args: [1] }\n';
    expect(errors(text).map((f) => [f.code, place(f)])).toEqual([
      ['unknown_key', '1:1-1:7'],
      ['unknown_key', '3:30-3:34'],
      ['wrong_type', '3:45-3:47'],
      ['wrong_type', '3:56-3:57'],
    ]);
  });

  it('count UTF-16 units, and a BOM among them', () => {
    expect(errors('\ufeffgatway: {}\n').map(place)).toEqual(['1:2-1:8']);
    const [found] = errors('aliases: { "😀": 1, x: nobody }\n');
    expect(place(found as Finding)).toBe('1:18-1:19');
    expect(errors('\ufeffgatway: {}\n')[0]?.fix?.edits).toEqual([{ start: 1, end: 7, text: 'gateway' }]);
  });

  it('name the place of a value that comes by an alias', () => {
    const text = 'engines:\n  a: &x { kind: vllm, model: m, port: 0 }\n  b: *x\n';
    expect(errors(text).map(place)).toEqual(['2:39-2:40']);
  });

  it('say a misspelt key once, not also that it is missing', () => {
    expect(errors('engines: { a: { knd: ollama } }\n').map((f) => f.code)).toEqual(['unknown_key']);
  });

  it('say where a key of another place belongs', () => {
    expect(errors('gateway: { retries: 3 }\n')[0]?.hint).toBe('`retries` belongs under `routing`.');
  });

  it('refuse names that objects can’t hold', () => {
    expect(
      errors('engines: { __proto__: { kind: ollama }, constructor: { kind: ollama } }\n').map((f) => f.code),
    ).toEqual(['bad_name', 'bad_name']);
    expect(errors('__proto__: 1\nconstructor: 2\n').map((f) => f.code)).toEqual(['unknown_key', 'unknown_key']);
  });

  it('warn of a name that YAML reads as a number', () => {
    const text = 'engines: { a: { kind: ollama } }\nmodels:\n  1.10: { targets: [{ engine: a, model: x }] }\n';
    const { config, findings } = parseConfig(text);
    expect(findings.map((f) => [f.severity, f.code, place(f)])).toEqual([['warning', 'key_not_text', '3:3-3:7']]);
    expect(config).not.toBeNull();
  });

  it('survive what blows up a reader', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ].join('\n');
    expect(errors(bomb).map((f) => f.code)).toEqual(['yaml_alias']);
    expect(errors('['.repeat(50_000)).length).toBe(1);
    expect(errors('a: &x [*x]').map((f) => [f.code, place(f)])).toEqual([['yaml_alias', '1:8-1:10']]);
    expect(errors('<<: 3\n').map((f) => f.code)).toEqual(['yaml_alias']);
  });

  it('carry known codes only', () => {
    for (const [, code] of BROKEN) expect(FINDING_CODES).toHaveProperty(code);
  });
});

/** Every finding has a place inside the text, a message, and edits that can be applied. */
function sound(text: string): void {
  const { config, findings } = parseConfig(text);
  const lines = text.split('\n');
  for (const f of findings) {
    expect(FINDING_CODES).toHaveProperty(f.code);
    expect(f.message).toMatch(/\.$/);
    expect(f.line).toBeGreaterThanOrEqual(1);
    expect(f.endLine).toBeLessThanOrEqual(lines.length);
    expect(f.column).toBeGreaterThanOrEqual(1);
    expect(f.column).toBeLessThanOrEqual((lines[f.line - 1]?.length ?? 0) + 1);
    expect(f.endColumn).toBeLessThanOrEqual((lines[f.endLine - 1]?.length ?? 0) + 1);
    expect(f.endLine > f.line || f.endColumn >= f.column).toBe(true);
    for (const edit of f.fix?.edits ?? []) {
      expect(edit.start).toBeLessThanOrEqual(edit.end);
      expect(edit.end).toBeLessThanOrEqual(text.length);
    }
  }
  expect(config === null).toBe(findings.some((f) => f.severity === 'error'));
}

describe('any text', () => {
  const sources = [CONTRACT_EXAMPLE, ...BROKEN.map(([name]) => fixture(name))];
  const junk = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '\t',
      '\r\n',
      '\ufeff',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '- ',
      '&a ',
      '*a',
      '<<: ',
      '|',
      '"',
      "'",
      '#',
      '!!x ',
      '? ',
      '---\n',
      '...',
      '${',
      'null',
      '__proto__: ',
      '1e999',
    ),
  );

  it('gives sound findings when an example is torn', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(fc.tuple(fc.nat(), fc.nat(12), junk), { minLength: 1, maxLength: 4 }),
        (source, cuts) => {
          let text = source;
          for (const [at, gone, put] of cuts) {
            const start = at % (text.length + 1);
            text = text.slice(0, start) + put + text.slice(start + gone);
          }
          sound(text);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('gives sound findings for anything else', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), sound), { numRuns: 250 });
    const value = fc.json({ maxDepth: 4 });
    fc.assert(fc.property(value, sound), { numRuns: 150 });
  });

  it('gives sound findings for any values under the known keys', () => {
    const top = fc.constantFrom(
      'version',
      'gateway',
      'engines',
      'models',
      'aliases',
      'patterns',
      'routing',
      'gpu',
      'app',
    );
    const inner = fc.constantFrom(
      'kind',
      'port',
      'url',
      'mode',
      'args',
      'env',
      'targets',
      'engine',
      'model',
      'match',
      'api_keys',
      'a',
    );
    const some = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(
          'ollama',
          'openai',
          'llama.cpp',
          'external',
          'a',
          1,
          -1,
          0.5,
          true,
          null,
          '',
          'http://x/v1',
          '${secret:x}',
          '10m',
        ),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(inner, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(top, some), (file) => sound(JSON.stringify(file, null, 1))),
      { numRuns: 400 },
    );
  });
});
