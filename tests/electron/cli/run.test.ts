import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/tmp.ts';
import { cli } from './cli-run.ts';

const COMMANDS =
  'serve status up down restart takeover pin unpin models load unload pull free logs requests cooldowns gpu fit detect check plan apply history diff rollback verify report import export demo'.split(
    ' ',
  );
const LATER = 'secret'.split(' ');

describe('wrong usage', () => {
  it.each([
    [['nonsense']],
    [[]],
    [['status', '--nonsense']],
    [['status', 'too', 'much']],
    [['check', '--config']],
    [['up', '--timeout', 'soon']],
    [['up', '--timeout', '5']],
    [['down', '']],
    [['load']],
    [['load', '']],
    [['logs', '-n', '-1']],
    [['logs', '-n', '1.5']],
    [['apply', '--if-revision']],
    [['serve', '--port']],
    [['check', '--litellm']],
    [['import', 'litellm']],
    [['export']],
    ...LATER.map((name) => [[name]]),
  ])('%j exits 2, says why, and leaves stdout empty', async (argv) => {
    const run = await cli(argv);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(/^(?:error|Usage): /);
  });
});

describe('help', () => {
  it('lists the commands there are, and each explains itself with the options all have', async () => {
    const all = await cli(['--help']);
    expect(all).toMatchObject({ code: 0, err: '' });
    for (const name of COMMANDS) {
      expect(all.out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      const one = await cli([name, '--help']);
      expect(one).toMatchObject({ code: 0, err: '' });
      expect(one.out).toMatch(/--config <file>[\s\S]*--data-dir <folder>/);
    }
    for (const name of LATER) expect(all.out).not.toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it('tells the version', async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, out: '9.8.7\n', err: '' });
  });
});

describe('without a running Stackyard', () => {
  const needing = [
    'up',
    'down',
    'restart',
    'models',
    'load x',
    'unload x',
    'free',
    'logs',
    'requests',
    'cooldowns',
    'plan',
    'apply',
  ];

  it.each(needing)('`%s` exits 1 and says how to start one', async (words) => {
    const where = ['--data-dir', tempFolder()];
    const told = await cli([...words.split(' '), ...where]);
    expect(told).toMatchObject({ code: 1, out: '' });
    expect(told.err).toMatch(/^error: Stackyard is not running .*\n {2}.*stackyard serve/);
    const json = await cli([...words.split(' '), '--json', ...where]);
    expect(json).toMatchObject({ code: 1, json: { schema: 1, error: { code: 'no_host' } } });
    expect(Object.keys((json.json as { error: object }).error)).toEqual(['code', 'message', 'hint']);
  });

  it('`serve` without a config file exits 1 naming the path it looked for', async () => {
    const folder = tempFolder();
    const config = join(folder, 'none', 'stackyard.yaml');
    const run = await cli(['serve', '--config', config, '--data-dir', join(folder, 'data')]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(config);
    const aFolder = await cli(['serve', '--config', folder, '--data-dir', join(folder, 'data')]);
    expect(aFolder).toMatchObject({ code: 1, out: '' });
    expect(aFolder.err).toContain(`${folder} can’t be read`);
  });

  it('`status` shows the file, with everything unknown, and exits 1', async () => {
    const folder = tempFolder();
    const config = join(folder, 'stackyard.yaml');
    writeFileSync(
      config,
      [
        'version: 1',
        'engines:',
        '  far: { kind: openai, url: "http://192.0.2.10:8000/v1" }',
        '  v6: { kind: ollama, host: "::1" }',
        '  free: { kind: vllm, command: /bin/sh, model: a/b, group: g, start: manual }',
        'models:',
        '  m: { targets: [{ engine: far, model: x }, { engine: v6, model: y }] }',
        'aliases: { b: a, a: m }',
        '',
      ].join('\n'),
    );
    const where = ['--config', config, '--data-dir', join(folder, 'data')];
    const env = { PATH: '/nonexistent' };
    const run = await cli(['status', '--json', ...where], { env });
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/not running/);
    const none = { owner: null, phase: null, held: false, pid: null, version: null, since: null };
    const engine = { ...none, restarts: null, memory: null, cause: null };
    const targets = [
      { engine: 'far', model: 'x', phase: null },
      { engine: 'v6', model: 'y', phase: null },
    ];
    expect(run.json).toMatchObject({
      schema: 1,
      gateway: { url: null, phase: 'stopped', in_flight: null, cause: null },
      config: { revision: null, phase: null, findings: [{ code: 'command_not_found', severity: 'warning' }] },
      engines: [
        { name: 'far', kind: 'openai', ...engine, port: null, url: 'http://192.0.2.10:8000' },
        { name: 'v6', kind: 'ollama', ...engine, port: 11434, url: 'http://[::1]:11434' },
        { name: 'free', kind: 'vllm', ...engine, port: null, url: null },
      ],
      models: [
        { id: 'm', targets },
        { id: 'b', targets },
        { id: 'a', targets },
      ],
      router: { pid: null },
    });
    const people = await cli(['status', ...where], { env });
    expect(people.code).toBe(1);
    expect(people.out).toMatch(/^far\s+openai\s+–\s+–\s+http:\/\/192\.0\.2\.10:8000(\s+–){4}$/m);
    expect(people.out).toMatch(/0 errors, 1 warnings/);
  });

  it('`status` has empty lists when the file can’t be read', async () => {
    const folder = tempFolder();
    const config = join(folder, 'stackyard.yaml');
    const where = ['--config', config, '--data-dir', join(folder, 'data'), '--json'];
    const expected = { code: 1, json: { gateway: { phase: 'stopped' }, engines: [], models: [] } };
    expect(await cli(['status', ...where])).toMatchObject(expected);
    writeFileSync(config, 'engines: [');
    const broken = await cli(['status', ...where]);
    expect(broken).toMatchObject(expected);
    expect(broken.json).toMatchObject({ config: { findings: [{ severity: 'error' }] } });
  });
});
