import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/model.ts';
import { tempFolder } from '../../support/tmp.ts';
import { cli } from './cli-run.ts';

/** Broken in fifteen ways: the text, then code, line and column of what must be among the findings. */
const BROKEN: readonly (readonly [string, string, string, number, number])[] = [
  ['a tab as indentation', 'version: 1\nengines:\n\tllama: {}\n', 'yaml_tab', 3, 1],
  ['an unclosed bracket', 'version: 1\nengines: { a: { kind: ollama }\n', 'yaml_syntax', 2, 15],
  ['nothing at all', '', 'empty_file', 1, 1],
  ['a list', '- a\n- b\n', 'wrong_type', 1, 1],
  ['a key twice', 'version: 1\nversion: 1\n', 'duplicate_key', 2, 1],
  ['a misspelt section', 'version: 1\nengine: {}\n', 'unknown_key', 2, 1],
  ['a misspelt key of an engine', 'engines:\n  a:\n    kind: ollama\n    prot: 1\n', 'unknown_key', 4, 5],
  ['an unknown kind', 'engines:\n  a: { kind: olama }\n', 'bad_value', 2, 14],
  ['no kind', 'engines:\n  a: { port: 8000 }\n', 'missing_key', 2, 3],
  ['a duration without unit', 'engines:\n  a: { kind: ollama, idle_stop: 15 }\n', 'bad_duration', 2, 33],
  ['a size in another unit', 'gateway: { max_body: 64MB }\n', 'bad_size', 1, 22],
  ['a port out of range', 'gateway:\n  port: 70000\n', 'bad_value', 2, 9],
  ['an engine that is not there', 'models:\n  m: { targets: [{ engine: x, model: y }] }\n', 'unknown_engine', 2, 28],
  ['models that fall back on each other', 'aliases: { a: b, b: a }\n', 'loop', 1, 21],
  ['an open door', 'gateway: { host: 0.0.0.0 }\n', 'bind_needs_key', 1, 18],
];

const found = (json: unknown): readonly Finding[] => (json as { findings: readonly Finding[] }).findings;

describe('check on broken files', () => {
  it.each(BROKEN)('finds %s', async (_, text, code, line, column) => {
    const file = join(tempFolder(), 'stackyard.yaml');
    writeFileSync(file, text);
    const run = await cli(['check', file]);
    expect(run.code).toBe(1);
    expect(run.err).toBe('');
    expect(run.out).toMatch(new RegExp(`^${file}:${line}:${column} error ${code} \\S.*\n {2}${line} \\| `, 'm'));
    expect(run.out).toMatch(/\n\d+ errors, \d+ warnings\n$/);

    const finding = found((await cli(['check', file, '--json'])).json).find((f) => f.code === code);
    expect(finding).toMatchObject({ severity: 'error', line, column });
    expect(finding?.hint, 'advice').toBeTruthy();
  });
});

describe('check', () => {
  it('warns of what this machine lacks, which is no error', async () => {
    const file = join(tempFolder(), 'a b.yaml');
    writeFileSync(
      file,
      [
        'version: 1',
        'engines:',
        '  llama:',
        '    kind: llama.cpp',
        '    command: no-such-program',
        '    models_dir: ./models',
        '  far: { kind: openai, url: "http://192.0.2.10/v1", api_key: "${secret:far}" }',
        '',
      ].join('\n'),
    );
    const run = await cli(['check', file], { env: { PATH: '' } });
    expect(run.out).toMatch(/:5:14 warning command_not_found /);
    expect(run.out).toMatch(/:6:17 warning path_missing /);
    expect(run.out).toMatch(/:7:\d+ warning secret_unset /);
    expect(run.out).toMatch(/\n0 errors, 3 warnings\n$/);
    expect(run.code).toBe(0);

    mkdirSync(join(file, '..', 'models'));
    const env = { PATH: '', STACKYARD_SECRET_FAR: 'x' };
    expect((await cli(['check', file], { env })).out).toMatch(/\n0 errors, 1 warnings\n$/);
  });

  it('gives the document of the contract, with the file named as it was given', async () => {
    const folder = tempFolder();
    const file = join(folder, '.', 'stackyard.yaml');
    writeFileSync(file, 'version: 1\ngatewya: {}\n');
    const { json, code, err } = await cli(['check', `${folder}/./stackyard.yaml`, '--json']);
    expect(json).toEqual({
      schema: 1,
      file: `${folder}/./stackyard.yaml`,
      errors: 1,
      warnings: 0,
      findings: [
        {
          severity: 'error',
          code: 'unknown_key',
          message: expect.stringContaining('gatewya'),
          hint: expect.stringContaining('gateway'),
          path: ['gatewya'],
          line: 2,
          column: 1,
          endLine: 2,
          endColumn: 8,
          fix: { title: expect.any(String), edits: [{ start: 11, end: 18, text: 'gateway' }] },
        },
      ],
    });
    expect([code, err]).toEqual([1, '']);
  });

  it('takes the config in use when no file is named: --config, else the variable', async () => {
    const folder = tempFolder();
    const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
    writeFileSync(one, 'version: 1\n');
    writeFileSync(two, 'version: 2\n');
    const env = { STACKYARD_CONFIG: two };
    expect(await cli(['check', '--json', '--config', one], { env })).toMatchObject({ code: 0, json: { file: one } });
    expect(await cli(['--config', one, 'check', '--json'], { env })).toMatchObject({ code: 0, json: { file: one } });
    expect(await cli(['check', '--json'], { env })).toMatchObject({ code: 1, json: { file: two } });
  });

  it('keeps its shape for a file that is not there, is a folder, or may not be read', async () => {
    const folder = tempFolder();
    const missing = await cli(['check', join(folder, 'none.yaml'), '--json']);
    expect(missing).toMatchObject({ code: 1, json: { errors: 1, findings: [{ code: 'config_missing', line: 1 }] } });
    expect((await cli(['check', join(folder, 'none.yaml')])).out).toMatch(/none\.yaml:1:1 error config_missing .*\n/);
    const aFolder = await cli(['check', folder, '--json']);
    expect(aFolder).toMatchObject({ code: 1, json: { errors: 1, findings: [{ code: 'config_unreadable' }] } });
    if (process.getuid?.() === 0 || process.platform === 'win32') return;
    const closed = join(folder, 'closed.yaml');
    writeFileSync(closed, 'version: 1\n');
    chmodSync(closed, 0);
    expect(await cli(['check', closed, '--json'])).toMatchObject({ code: 1, json: { errors: 1 } });
  });
});
