/** The client commands against a host over its real socket. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineOutcome } from '../../../shared/contract/ipc.ts';
import { StackyardError } from '../../../shared/errors.ts';
import { record } from '../../support/request-record.ts';
import { until } from '../../support/until.ts';
import { cli, startCli } from './cli-run.ts';
import { type PocketHost, startPocketHost, testPaths } from './pocket-host.ts';

let host: PocketHost;
let where: string[];

beforeEach(async () => {
  const paths = await testPaths();
  writeFileSync(paths.config, 'version: 1\n');
  host = await startPocketHost(paths);
  where = ['--config', paths.config, '--data-dir', paths.data];
});
afterEach(() => host.close());

const run = (...argv: string[]) => cli([...argv, ...where]);
const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('status', () => {
  it('prints the contract’s fields, first and in its order', async () => {
    const { code, err, json } = await run('status', '--json');
    expect([code, err]).toEqual([0, '']);
    const status = json as Record<string, object> & { engines: object[]; models: { targets: object[] }[] };
    expect(Object.keys(status).slice(0, 6)).toEqual(['schema', 'gateway', 'config', 'engines', 'models', 'router']);
    expect(Object.keys(status.gateway ?? {})).toEqual(expect.arrayContaining(['url', 'phase', 'in_flight', 'cause']));
    expect(Object.keys(status.config ?? {})).toEqual(expect.arrayContaining(['revision', 'phase', 'findings']));
    const ofEngine = 'name kind owner phase held pid port url version since restarts memory cause'.split(' ');
    expect(Object.keys(status.engines[0] ?? {})).toEqual(expect.arrayContaining(ofEngine));
    expect(status.models[0]).toMatchObject({
      id: 'llama3.1',
      targets: [{ engine: 'llama', model: 'llama3.1.gguf', phase: 'not_loaded' }],
    });
    expect(status.router).toEqual({ pid: 4712 });
  });

  it('shows people states in words, and a cause under its engine', async () => {
    const cause = { code: 'out_of_memory', message: 'Not enough memory.', hint: 'Use a smaller model.' } as const;
    host.set('llama', { phase: 'failed', cause });
    host.set('vllm', { phase: 'stopped', held: true });
    const { code, out, err } = await run('status');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^gateway {2}http:\/\/127\.0\.0\.1:4000\/v1 +ready$/m);
    expect(out).toMatch(/^llama .* failed .*\n {2}Not enough memory\. → Use a smaller model\.$/m);
    expect(out).toMatch(/^vllm .* stopped by you /m);
    expect(out).toMatch(/^llama3\.1 +llama not loaded$/m);
  });
});

describe('pin and unpin', () => {
  it('reach the engine, show in status, and fail for a name that no engine has', async () => {
    expect(await run('pin', 'llama')).toMatchObject({ code: 0, out: 'llama pinned\n', err: '' });
    expect((await run('status')).out).toMatch(/^llama .* stopped, pinned /m);
    const { code, json } = await run('unpin', 'llama', '--json');
    expect([code, json]).toEqual([0, { schema: 1, engine: 'llama', pinned: false }]);
    expect(await run('pin', 'nobody')).toMatchObject({ code: 1, out: '' });
  });
});

describe('up, down and restart', () => {
  it('tell what became of each engine, and exit 1 when one of them could not', async () => {
    expect(await run('up', 'llama')).toMatchObject({ code: 0, out: 'llama  ready\n', err: '' });
    expect(await run('down', 'llama')).toMatchObject({ code: 0, out: 'llama  stopped\n', err: '' });
    expect(await run('restart', 'llama', '--no-wait')).toMatchObject({ code: 0, out: 'llama  asked to restart\n' });
    const mixed = await run('up', 'llama', 'nobody');
    expect(mixed).toMatchObject({ code: 1, out: 'llama  ready\n' });
    expect(mixed.err).toMatch(/^error: nobody: There is no engine nobody\./);
  });

  it('give every outcome in one document', async () => {
    const { code, json, err } = await run('up', 'llama', 'nobody', '--json');
    expect([code, err]).toEqual([1, '']);
    const { engines } = json as { engines: EngineOutcome[] };
    expect(engines).toEqual([
      { engine: 'llama', ok: true, cause: null },
      { engine: 'nobody', ok: false, cause: { code: 'unknown_engine', message: expect.any(String), hint: null } },
    ]);
  });

  it('refuse two names of one group as wrong usage, before anything is started', async () => {
    const both = await run('up', 'llama', 'vllm', '--json');
    expect(both).toMatchObject({ code: 2, out: '' });
    expect(both.err).toMatch(/llama and vllm .*gpu0/);
    expect((await run('status')).out).toMatch(/^llama .* stopped /m);
    expect(await run('up', 'llama', 'llama')).toMatchObject({ code: 0 });
  });

  it('install what an engine lacks only when told to, say how it goes, and start nothing when that fails', async () => {
    host.set('llama', { kind: 'litellm' });
    let installs = 0;
    host.install.work = async (job) => {
      installs += 1;
      job.update({ doing: 'downloading boto3' });
    };
    expect(await run('up', 'llama')).toMatchObject({ code: 0, err: '' });
    expect(installs).toBe(0);
    const { code, out } = await run('up', 'llama', '--yes');
    expect([code, out, installs]).toEqual([0, 'llama  ready\n', 1]);
    host.set('llama', { phase: 'stopped' });
    host.install.work = async () => {
      throw new StackyardError('python_missing', 'None is on PATH.', { hint: 'Install one.' });
    };
    const failed = await run('up', 'llama', '--yes');
    expect([failed.code, failed.out]).toEqual([1, '']);
    expect(failed.err).toContain('error: None is on PATH.\n  Install one.');
    host.install.work = null;
    expect(await run('up', 'llama', '--yes')).toMatchObject({ code: 0, err: '' });
    expect((await run('down', '--yes')).code).toBe(2);
  });

  it('say which engines were left alone', async () => {
    host.set('vllm', { owner: 'external', phase: 'ready' });
    expect((await run('down')).err).toBe('vllm is run by somebody else and was left alone.\n');
    expect((await run('down', 'llama')).err).toBe('');
  });

  it('tell a person at a terminal of every change while they wait', async () => {
    const waiting = startCli(['up', 'llama', ...where], { terminal: true });
    expect(await waiting.code).toBe(0);
    expect(waiting.err()).toBe('llama: ready\n');
  });
});

describe('models, load, unload and free', () => {
  it('list names and act on them', async () => {
    expect((await run('models')).out).toMatch(/^MODEL.*\nllama3\.1 +llama not loaded\n$/);
    expect(await run('models', '--json')).toMatchObject({ json: { schema: 1, models: [{ id: 'llama3.1' }] } });
    expect(await run('load', 'tiny')).toMatchObject({ code: 0, out: 'llama: tiny loaded\n' });
    expect(await run('unload', 'tiny', '--engine', 'llama', '--json')).toMatchObject({
      code: 0,
      json: { schema: 1, engines: [{ engine: 'llama', ok: true }] },
    });
    const free = await run('free');
    expect(free).toMatchObject({ code: 0, out: 'unloaded tiny\nstopped vllm\n' });
    expect(free.err).toBe('llama was left alone: 2 requests in flight\n');
  });

  it('fail with the host’s own words', async () => {
    const failed = await run('load', 'nowhere', '--json');
    expect(failed).toMatchObject({ code: 1, json: { schema: 1, error: { code: 'unknown_model' } } });
    expect(failed.err).toMatch(/^error: No model is called nowhere\./);
  });

  it('leave at Ctrl-C with 130 and nothing on stdout', async () => {
    const slow = startCli(['load', 'slow', ...where]);
    await until('the host to be asked', () => host.asked().includes('model.load'));
    slow.signal('SIGINT');
    expect(await slow.code).toBe(130);
    expect(slow.out()).toBe('');
  });
});

describe('verify', () => {
  it('tells each way, exits 0 only when nothing failed, and refuses an unknown way', async () => {
    const good = await run('verify', 'fine');
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out).toContain('directly at llama  passed  first token after 12 ms, 45.6 tokens/s');
    const bad = await run('verify', 'fine', 'broken');
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(
      /broken: Nothing answers\.\n {2}It breaks at the engine\.\n\n1 passed, 1 failed, 0 skipped\n$/,
    );
    expect(await run('verify', 'broken', '--json')).toMatchObject({
      code: 1,
      json: { schema: 1, passed: 0, failed: 1, skipped: 0, models: [{ id: 'broken', breaks_at: 'engine' }] },
    });
    expect(await run('verify', '--via', 'magic')).toMatchObject({ code: 2, out: '' });
  });
});

describe('report', () => {
  it('is Markdown on stdout, JSON with --json, and goes into a file with -o', async () => {
    const shown = await run('report');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('# Stackyard status');
    expect(await run('report', '--json')).toMatchObject({ code: 0, json: { schema: 1, changes: null } });
    const file = join(dirname(host.paths.config), 'STATUS.md');
    expect(await run('report', '-o', file)).toMatchObject({ code: 0, out: '', err: `Written to ${file}.\n` });
    expect(readFileSync(file, 'utf8')).toBe(shown.out);
    expect(await run('report', '-o', dirname(file))).toMatchObject({ code: 1, out: '' });
  });
});

describe('logs', () => {
  it('shows the last lines, all when there are fewer, none for 0', async () => {
    for (let n = 1; n <= 150; n++) host.log('llama', `line ${n}`);
    expect((await run('logs', 'llama', '-n', '2')).out).toBe('line 149\nline 150\n');
    expect((await run('logs', 'llama')).out.trim().split('\n')).toHaveLength(100);
    expect((await run('logs', 'llama', '-n', '0')).out).toBe('');
    expect((await run('logs', 'vllm')).out).toBe('');
    expect(await run('logs', 'llama', '-n', '1', '--json')).toMatchObject({
      code: 0,
      json: { schema: 1, engine: 'llama', path: expect.stringMatching(/llama\.log$/), lines: [{ text: 'line 150' }] },
    });
  });

  it('asks for more pages than one', async () => {
    for (let n = 1; n <= 7000; n++) host.log('llama', `line ${n}`);
    const { out } = await run('logs', 'llama', '-n', '6500');
    expect(out.startsWith('line 501\n')).toBe(true);
    expect(out.trim().split('\n')).toHaveLength(6500);
  });

  it('follows until Ctrl-C: 130, every line once, as JSON lines', async () => {
    host.log('llama', 'before');
    const follow = startCli(['logs', 'llama', '-f', '-n', '5', '--json', ...where]);
    await until('it to watch', () => host.watchers('llama').length === 1);
    host.log('llama', 'during');
    await until('the first line', () => follow.out().includes('during'));
    host.log('llama', 'after');
    host.log('vllm', 'of another');
    await until('the last line', () => follow.out().includes('after'));
    follow.signal('SIGINT');
    expect(await follow.code).toBe(130);
    expect(lines(follow.out())).toMatchObject([
      { schema: 1, engine: 'llama', text: 'before' },
      { schema: 1, engine: 'llama', text: 'during' },
      { schema: 1, engine: 'llama', text: 'after' },
    ]);
    await until('the watch to be freed', () => host.watchers('llama').length === 0);
  });

  it('ends with 1 when the host ends', async () => {
    const follow = startCli(['logs', 'llama', '-f', ...where]);
    await until('it to watch', () => host.watchers('llama').length === 1);
    await host.close();
    expect(await follow.code).toBe(1);
    expect(follow.err()).toBe('Stackyard ended.\n');
  });
});

describe('plan and apply', () => {
  const other = (): string => {
    const path = join(dirname(host.paths.config), 'other.yaml');
    writeFileSync(path, 'version: 1\naliases: {}\n');
    return path;
  };

  it('show what another file would change, and put it in place', async () => {
    expect(await run('plan')).toMatchObject({ code: 0, out: 'Nothing changes.\n', err: '' });
    const plan = await run('plan', other());
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toMatch(
      /^llama {2}restarts when its requests are done {2}args\nRoutes that change: llama3\.1\n$/,
    );
    expect(await run('apply', other())).toMatchObject({ code: 0, err: 'Applied.\n' });
    expect(await run('plan', other(), '--json')).toMatchObject({
      code: 0,
      json: { schema: 1, findings: [], plan: { changed: false } },
    });
  });

  it('send no text for the file in use, by whatever path it is named', async () => {
    writeFileSync(host.paths.config, 'version: 1\n# changed by hand\n');
    mkdirSync(join(dirname(host.paths.config), 'sub'));
    const roundabout = join(dirname(host.paths.config), 'sub', '..', 'stackyard.yaml');
    expect(await run('apply', roundabout, '--json')).toMatchObject({ code: 0, json: { applied: true } });
    expect(host.lastText()).toBeNull();
  });

  it('exit 1 on a conflict and on a file that can’t be read', async () => {
    const conflict = await run('apply', '--if-revision', '000000000000', '--json');
    expect(conflict).toMatchObject({ code: 1, json: { schema: 1, error: { code: 'config_conflict' } } });
    expect(await run('apply', '/nonexistent.yaml')).toMatchObject({ code: 1, out: '' });
  });
});

describe('fit', () => {
  it('tells of each target whether it fits, and exits 0 whatever that is', async () => {
    const { code, json } = await run(
      'fit',
      'qwen-coder',
      '--engine',
      'llama',
      '--context',
      '4096',
      '--slots',
      '2',
      '--json',
    );
    expect(code).toBe(0);
    expect(json).toMatchObject({
      schema: 1,
      model: 'qwen-coder',
      targets: [
        { engine: 'qwen-vllm', verdict: 'will_not_fit', message: 'qwen-coder on llama, 4096 tokens, 2 slots' },
        { verdict: 'fits_after', after: [{ engine: 'llama', model: null }] },
        { verdict: 'unknown', footprint: null },
      ],
    });
    const words = await run('fit', 'qwen-coder');
    expect(words.code).toBe(0);
    expect(words.out).toContain('~6.1 GiB GPU');
    expect(words.out).toContain('qwen-coder on any, its tokens, its slots');
  });

  it('exits 2 on an amount that is none, 1 on a model that is none and without a host', async () => {
    for (const amount of ['0', '-1', '1.5', 'many', '100000000'])
      expect(await run('fit', 'x', `--context=${amount}`)).toMatchObject({ code: 2, out: '' });
    expect(await run('fit', 'nothing', '--json')).toMatchObject({
      code: 1,
      json: { error: { code: 'unknown_model' } },
    });
    await host.close();
    expect(await run('fit', 'x', '--json')).toMatchObject({ code: 1, json: { error: { code: 'no_host' } } });
  });
});

describe('gpu', () => {
  it('shows what the host has seen, and goes on with --watch until the host ends', async () => {
    const { code, json } = await run('gpu', '--json');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      schema: 1,
      gpus: [{ vendor: 'nvidia' }, {}],
      processes: [{ engine: 'llama' }, {}, {}, {}, {}],
    });
    const watch = startCli(['gpu', '--watch', '--json', ...where]);
    await until('a line', () => watch.out().includes('\n'));
    expect(lines(watch.out())[0]).toMatchObject({ schema: 1, gpus: [{ vendor: 'nvidia' }, {}] });
    await host.close();
    expect(await watch.code).toBe(1);
  });

  it('needs no host', async () => {
    await host.close();
    const { code, json } = await run('gpu', '--json');
    expect(code).toBe(0);
    expect((json as { sources: unknown[] }).sources.length).toBeGreaterThan(0);
  });
});

describe('history, diff and rollback', () => {
  const applied = async (...texts: string[]) => {
    for (const text of texts) {
      writeFileSync(host.paths.config, text);
      await run('apply');
    }
    return (await run('history', '--json')).json as { versions: { revision: string }[]; running_revision: string };
  };

  it('list versions, show how they differ, and go back to one', async () => {
    expect((await run('history')).err).toBe('No version was applied yet.\n');
    const { versions, running_revision } = await applied('version: 1\n# one\n', 'version: 1\n# two\n');
    const [two, one] = versions.map(({ revision }) => revision);
    expect(running_revision).toBe(two);
    expect((await run('history')).out).toMatch(
      new RegExp(`^ +REVISION .*\\n\\* +${two} +\\S+ \\S+ +cli +.*\\n +${one} .*\\n$`),
    );
    expect(await run('diff')).toMatchObject({ code: 0, out: '', err: 'The two are the same.\n' });
    const diff = await run('diff', one?.slice(0, 6) ?? '', two ?? '');
    expect(diff.code).toBe(0);
    expect(diff.out).toContain('-# one\n+# two\n');
    expect((await run('diff', one ?? '', '--json')).json).toMatchObject({ from: one, to: two, same: false });
    writeFileSync(host.paths.config, 'version: 1\n# by hand \u001b[31m\n');
    expect((await run('diff')).out).toContain('-# two\n+# by hand ·[31m\n');

    const conflict = await run('rollback', one ?? '', '--if-revision', two ?? '', '--json');
    expect(conflict).toMatchObject({ code: 1, json: { error: { code: 'config_conflict' } } });
    const back = await run('rollback', one ?? '');
    expect(back).toMatchObject({ code: 0, err: `The config is ${one} again.\n` });
    expect(readFileSync(host.paths.config, 'utf8')).toBe('version: 1\n# one\n');
  });

  it('refuse what is no revision, and one that is not kept', async () => {
    await applied('version: 1\n# one\n');
    expect(await run('rollback', 'HEAD~1')).toMatchObject({ code: 2, out: '' });
    expect(await run('diff', 'abc')).toMatchObject({ code: 2, out: '' });
    const unknown = await run('rollback', '000000000000', '--json');
    expect(unknown).toMatchObject({ code: 1, json: { schema: 1, error: { code: 'unknown_version' } } });
  });
});

describe('cooldowns', () => {
  it('are listed with reason and time, and cleared one by one or all together', async () => {
    const { code, out } = await run('cooldowns');
    expect(code).toBe(0);
    expect(out).toMatch(/^TARGET +UNTIL +WHY\nllama\/a +\d\d:\d\d:\d\d +llama answered 500\.\nllama\/b /);
    expect(await run('cooldowns', '--clear', 'llama/c')).toMatchObject({ code: 1, out: '' });
    expect((await run('cooldowns', '--clear', 'llama/a', '--json')).json).toEqual({
      schema: 1,
      cleared: ['llama/a'],
    });
    expect((await run('cooldowns', '--json')).json).toMatchObject({ cooldowns: [{ model: 'b' }] });
    expect((await run('cooldowns', '--clear')).err).toBe('May be tried again: llama/b.\n');
    expect(await run('cooldowns')).toMatchObject({ code: 0, out: '', err: 'No target is cooling down.\n' });
  });
});

describe('requests', () => {
  it('are listed oldest first, with a trace for one of them', async () => {
    expect((await run('requests')).err).toBe('No request has ended since Stackyard started.\n');
    host.requests.add([record({ id: 'aaaa-1', asked: 'first' }), record({ id: 'bbbb-2', asked: 'second' })]);
    expect((await run('requests')).out).toMatch(/aaaa-1 .*\n.*bbbb-2 .*\n$/);
    const last = await run('requests', '-n', '1', '--json');
    expect(last.err).toBe('');
    expect(last.json).toMatchObject({
      schema: 1,
      active: [],
      finished: [{ id: 'bbbb-2' }],
    });
    expect((await run('requests', 'aa')).out).toMatch(/^request +aaaa-1$/m);
    expect(await run('requests', 'cc')).toMatchObject({ code: 1, out: '' });
    expect(await run('requests', '--cancel', 'aaaa')).toMatchObject({ code: 1 });
  });

  it('are followed: one line when one ends, each once', async () => {
    host.requests.add([record({ id: 'before' })]);
    const followed = startCli(['requests', '-f', '--json', ...where]);
    await until('the follower to listen', () => (host.asked().includes('requests.list') ? true : null));
    host.requests.add([record({ id: 'after' })]);
    await until('both', () => (followed.out().split('\n').length > 2 ? true : null));
    expect(lines(followed.out())).toMatchObject([{ schema: 1, id: 'before' }, { id: 'after' }]);
    followed.signal('SIGINT');
    expect(await followed.code).toBe(130);
  });

  it('under way can be ended', async () => {
    host.requests.setActive([record({ id: 'slow-1', outcome: null })], 0);
    expect(await run('requests', '--cancel', 'slow')).toMatchObject({ code: 0, err: 'Ended slow-1.\n' });
    expect(host.asked()).toContain('request.cancel');
  });
});

describe('takeover', () => {
  it('says whom it ends, and what became of it', async () => {
    const someone = { by: 'program', pid: 1184, name: 'ollama', user: 'ada', mine: true, unit: null } as const;
    host.set('vllm', { owner: 'external', adopted: true, run_by: { ...someone, parent: null } });
    const done = await run('takeover', 'vllm');
    expect(done).toMatchObject({ code: 0, out: 'vllm  ready\n', err: 'Ending ollama (pid 1184).\n' });
  });

  it('exits 1 with the advice when it is refused, 2 without an engine', async () => {
    const refused = await run('takeover', 'llama', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json).toMatchObject({ schema: 1, error: { code: 'takeover_refused' } });
    expect(await run('takeover')).toMatchObject({ code: 2, out: '' });
  });
});
