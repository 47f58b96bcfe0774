/** `serve` as a process of its own, with a real engine: what it prints, how it ends, and what it leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readInstance } from '../../../electron/host/instance.ts';
import { resolvePaths } from '../../../electron/host/paths.ts';
import type { EngineOutcome } from '../../../shared/contract/ipc.ts';
import type { StackSnapshot } from '../../../shared/model.ts';
import { bundle } from '../../support/bundle.ts';
import { freePort, isFree } from '../../support/ports.ts';
import { isAlive, stop } from '../../support/processes.ts';
import { tempFolder } from '../../support/tmp.ts';
import { describeNeeding, llamaServer, need, tinyModel } from '../../support/tools.ts';
import { until } from '../../support/until.ts';
import { cli } from './cli-run.ts';

let program: string;
beforeAll(async () => {
  program = await bundle('electron/cli.ts');
  // Where a build puts it: beside the command line.
  copyFileSync(await bundle('electron/router.ts'), join(dirname(program), 'router.js'));
});

interface Place {
  readonly folder: string;
  readonly config: string;
  readonly data: string;
}

function place(lines: readonly string[] | null): Place {
  const folder = tempFolder();
  const config = join(folder, 'stackyard.yaml');
  if (lines) writeFileSync(config, `${lines.join('\n')}\n`);
  return { folder, config, data: join(folder, 'data') };
}

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Its exit code, once it is gone. */
  readonly ended: Promise<number | null>;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => stop(child)));
});

function start(at: Place, ...words: string[]): Running {
  const child = spawn(process.execPath, [program, ...words, '--config', at.config, '--data-dir', at.data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.err += chunk.toString();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, out: () => texts.out, err: () => texts.err };
}

/** A client command, in this process: what it speaks to is a process of its own. */
const stackyard = (at: Place, ...words: string[]) => cli([...words, '--config', at.config, '--data-dir', at.data]);

const status = async (at: Place): Promise<StackSnapshot> =>
  JSON.parse((await stackyard(at, 'status', '--json')).out) as StackSnapshot;

const listening = (serve: Running): Promise<string> =>
  until('the gateway to listen', () => /^gateway listening on (http:\S+)$/m.exec(serve.out())?.[1]);

describe('serve', () => {
  it('prints the gateway’s address and nothing else, and ends with 0 by SIGTERM as by SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const at = place(['version: 1', 'gateway: { port: 0 }']);
      const serve = start(at, 'serve');
      const url = await listening(serve);
      expect((await fetch(`${url}/health`)).status).toBe(200);
      expect(await readInstance(at.data)).toMatchObject({ pid: serve.child.pid, kind: 'serve' });
      serve.child.kill(signal);
      expect(await serve.ended).toBe(0);
      expect(serve.out()).toBe(`gateway listening on ${url}\n`);
      expect(await isFree(Number(new URL(url).port))).toBe(true);
      const { socket } = resolvePaths({
        config: at.config,
        dataDir: at.data,
        env: process.env,
        platform: process.platform,
        homedir: at.folder,
      });
      for (const file of [join(at.data, 'instance.json'), join(at.data, 'control.token'), socket]) {
        expect(existsSync(file), file).toBe(false);
      }
    }
  });

  it('with --ui prints the page’s address after the gateway’s, with another token at each start', async () => {
    // Where a build puts it: beside the programs' folder.
    const page = join(dirname(program), '..', 'renderer');
    // What a run that was cut short has left.
    rmSync(page, { recursive: true, force: true });
    const at = place(['version: 1', 'gateway: { port: 0 }']);
    const without = start(at, 'serve', '--ui');
    expect([await without.ended, without.out()]).toEqual([1, '']);
    expect(without.err()).toContain('npm run build');
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, 'index.html'), '<title>the page</title>');
    const tokens = new Set<string>();
    for (const _start of [1, 2]) {
      const serve = start(at, 'serve', '--ui');
      const address = await until('the page', () => /^ui at (http:\S+)$/m.exec(serve.out())?.[1]);
      expect(serve.out()).toMatch(
        /^gateway listening on http:\/\/127\.0\.0\.1:\d+\nui at http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/,
      );
      const { origin, hash } = new URL(address);
      tokens.add(hash);
      expect(await readInstance(at.data)).toMatchObject({ ui: origin });
      expect(await (await fetch(origin)).text()).toBe('<title>the page</title>');
      serve.child.kill('SIGTERM');
      expect(await serve.ended).toBe(0);
      await expect(fetch(origin)).rejects.toThrow();
      for (const log of readdirSync(join(at.data, 'logs'))) {
        expect(readFileSync(join(at.data, 'logs', log), 'utf8')).not.toContain(hash.replace('#token=', ''));
      }
    }
    expect(tokens.size).toBe(2);
    rmSync(page, { recursive: true });
  });

  it('refuses a second one for the same data folder, naming the holder', async () => {
    const at = place(['version: 1', 'gateway: { port: 0 }']);
    const serve = start(at, 'serve');
    await listening(serve);
    const second = start(at, 'serve');
    expect([await second.ended, second.out()]).toEqual([1, '']);
    expect(second.err()).toContain(`pid ${serve.child.pid}`);
    expect((await stackyard(at, 'status')).code).toBe(0);
  });

  it('exits 1 with the findings when the config has errors and there is no good version', async () => {
    const at = place(['version: 1', 'gatewya: {}']);
    const serve = start(at, 'serve');
    expect([await serve.ended, serve.out()]).toEqual([1, '']);
    expect(serve.err()).toMatch(/stackyard\.yaml:2:1 error unknown_key .*\n.*\n.*\n.*\n1 errors, 0 warnings\n$/);
    expect(existsSync(join(at.data, 'instance.json'))).toBe(false);
  });

  it('runs the last good version of a config that has errors now, and says so', async () => {
    const at = place([
      'version: 1',
      'gateway: { port: 0 }',
      'aliases: { a: nothing/x }',
      'engines:',
      '  nothing: { kind: openai, url: http://127.0.0.1:9/v1 }',
    ]);
    const first = start(at, 'serve');
    await listening(first);
    first.child.kill('SIGTERM');
    await first.ended;

    writeFileSync(at.config, 'version: 1\ngatewya: {}\n');
    const second = start(at, 'serve');
    await listening(second);
    expect(second.err()).toMatch(/:2:1 error unknown_key [\s\S]*last good version/);
    const { config, engines } = await status(at);
    expect(config).toMatchObject({ phase: 'invalid', findings: [{ code: 'unknown_key', line: 2 }] });
    expect(engines.map((engine) => engine.name)).toEqual(['nothing']);
  });

  it('stays up when the gateway’s port is taken, names the holder, and takes it once it is free', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const at = place(['version: 1', `gateway: { port: ${port} }`]);
    const serve = start(at, 'serve');
    await until('it to say so', () => serve.err().includes(String(port)));
    expect(serve.out()).toBe('');
    expect((await status(at)).gateway).toMatchObject({ phase: 'failed', cause: { code: 'gateway_port_in_use' } });
    await until('it to name the holder', () => serve.err().includes(`pid ${process.pid}`));
    holder.close();
    expect(await listening(serve)).toBe(`http://127.0.0.1:${port}`);
    expect((await status(at)).gateway).toMatchObject({ phase: 'ready', cause: null });
  });
});

/** A llama-server whose answers never end. */
const ENDLESS = `#!${process.execPath}
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
require('node:http').createServer((request, response) => {
  response.setHeader('server', 'llama.cpp');
  if (request.method === 'GET') return response.end('{"status":"ok","data":[{"id":"x"}]}');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {"choices":[{"delta":{"content":"a"}}]}\\n\\n');
}).listen(port, '127.0.0.1');
`;

describe.skipIf(process.platform === 'win32')('a second Ctrl-C', () => {
  it('does not wait for requests in flight any more', async () => {
    const at = place(null);
    const command = join(at.folder, 'endless-server');
    writeFileSync(command, ENDLESS, { mode: 0o755 });
    const engine = `{ kind: llama.cpp, command: ${command}, model: ${command}, stop_timeout: 10m }`;
    writeFileSync(at.config, `gateway: { port: 0 }\nengines:\n  endless: ${engine}\n`);
    const serve = start(at, 'serve');
    const url = await listening(serve);
    expect(await stackyard(at, 'up', 'endless')).toMatchObject({ code: 0 });
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'endless/x', stream: true, messages: [] }),
    });
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"a"');
    await until('the request to be counted', async () => (await status(at)).gateway.in_flight === 1);

    serve.child.kill('SIGINT');
    await until('it to say what it waits for', () => serve.err().includes('1 requests in flight'));
    expect((await status(at)).engines[0]?.phase).toBe('draining');
    serve.child.kill('SIGINT');
    expect(await serve.ended).toBe(0);
  });
});

describe('a reader that leaves early', () => {
  it('is no failure', async () => {
    const run = start(place(null), '--help');
    run.child.stdout?.destroy();
    expect([await run.ended, run.err()]).toEqual([0, '']);
  });
});

describeNeeding(['llama-server'], 'serve with a real engine', () => {
  const engine = (port: number): string[] => [
    'version: 1',
    'gateway: { port: 0 }',
    'engines:',
    '  llama:',
    '    kind: llama.cpp',
    `    command: ${need(llamaServer)}`,
    `    model: ${need(tinyModel)}`,
    '    args: ["-t", "1"]',
    `    port: ${port}`,
  ];

  it('starts, restarts, shows and stops it by command, and leaves nothing when it ends', async () => {
    const port = await freePort();
    const at = place(engine(port));
    const serve = start(at, 'serve');
    await listening(serve);

    expect(await stackyard(at, 'up')).toMatchObject({ code: 0, out: '' });
    expect(await stackyard(at, 'up', 'llama')).toMatchObject({ code: 0, out: 'llama  ready\n' });
    const up = (await status(at)).engines[0];
    expect(up).toMatchObject({
      phase: 'ready',
      owner: 'managed',
      port,
      url: `http://127.0.0.1:${port}`,
      cause: null,
    });
    const pid = up?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    expect((await stackyard(at, 'logs', 'llama', '-n', '5000')).out).toMatch(/listening on http/);

    expect((await stackyard(at, 'restart', 'llama')).code).toBe(0);
    const again = (await status(at)).engines[0]?.pid ?? 0;
    expect(again).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);

    expect(await stackyard(at, 'down', 'llama')).toMatchObject({ code: 0, out: 'llama  stopped\n' });
    expect((await status(at)).engines[0]).toMatchObject({ phase: 'stopped', held: true, pid: null });
    expect([isAlive(again), await isFree(port)]).toEqual([false, true]);

    expect((await stackyard(at, 'up', 'llama')).code).toBe(0);
    const last = (await status(at)).engines[0]?.pid ?? 0;
    serve.child.kill('SIGINT');
    expect(await serve.ended).toBe(0);
    expect([isAlive(last), await isFree(port)]).toEqual([false, true]);
    expect(serve.out().trim().split('\n')).toHaveLength(1);
  });

  it('shows the crash card when `up` fails, and gives it whole in the document', async () => {
    const at = place(engine(await freePort()).map((line) => line.replace('"-t"', '"--nope", "-t"')));
    const serve = start(at, 'serve');
    await listening(serve);
    const log = join(at.data, 'logs', 'llama.log');
    const told = await stackyard(at, 'up', 'llama');
    expect(told).toMatchObject({ code: 1, out: '' });
    expect(told.err).toMatch(/^error: llama: llama-server does not know the argument --nope\. → Compare/);
    expect(told.err).toMatch(/\n {2}exit code 1 after \d+\.\d s\n {2}command: \S+llama-server .*--nope/);
    expect(told.err).toContain(`\n    | error: invalid argument: --nope\n  log: ${log}\n`);

    const whole = await stackyard(at, 'restart', 'llama', '--json');
    expect(whole).toMatchObject({ code: 1, err: '' });
    const [outcome] = (JSON.parse(whole.out) as { engines: EngineOutcome[] }).engines;
    expect(outcome).toMatchObject({ engine: 'llama', ok: false, cause: { code: 'unknown_argument' } });
    expect(outcome?.crash).toMatchObject({ code: 1, signal: null, cause: outcome?.cause });
  });

  it('applies a changed file on command, and follows a log until it ends itself', async () => {
    const at = place([...engine(await freePort()), 'app: { on_file_change: ask }']);
    const serve = start(at, 'serve');
    await listening(serve);
    const follow = start(at, 'logs', 'llama', '-f');
    expect((await stackyard(at, 'up', 'llama')).code).toBe(0);
    await until('the log to be followed', () => follow.out().includes('listening on http'));

    writeFileSync(
      at.config,
      [...engine(await freePort()), 'app: { on_file_change: ask }', 'aliases: { a: llama/x }', ''].join('\n'),
    );
    const plan = await stackyard(at, 'plan');
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toMatch(/^llama {2}restarts .* port$/m);
    expect(await stackyard(at, 'apply')).toMatchObject({ code: 0 });
    const { models, config } = await status(at);
    expect(models.map((model) => model.id)).toContain('a');
    expect(config.phase).toBe('applied');

    serve.child.kill('SIGTERM');
    expect(await serve.ended).toBe(0);
    expect(await follow.ended).toBe(1);
  });
});
